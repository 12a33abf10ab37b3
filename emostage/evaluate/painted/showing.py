"""What an artist makes of clips, and what that costs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from emostage.core.errors import EmostageError
from emostage.evaluate.painted.artists import Artist
from emostage.evaluate.painted.likeness import Clip, Likeness, Score, Truth
from emostage.evaluate.painted.nets import evaluations


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What an artist made of the clips: `likeness`, how many portraits it `refused`, and CPU `ms` and `evaluations` of a net a
    frame (NaN for those who are none); `clips` one by one, None for a portrait that was refused."""

    likeness: Likeness
    refused: int
    ms: float
    evaluations: float
    clips: tuple[Clip | None, ...] = ()


def show(artist: Artist, truths: Sequence[Truth]) -> Shown:
    """Have an artist make all clips and compare them."""
    score, frames, spent_s = Score(), 0, 0.0
    clips: list[Clip | None] = []
    with evaluations() as count:
        for truth in truths:
            try:
                sitting = artist.sits(truth.case.sitter)
            except EmostageError:
                clips.append(None)
                continue
            begun_s = time.process_time()
            made = list(sitting(truth.act))
            spent_s, frames = spent_s + time.process_time() - begun_s, frames + len(made)
            clips.append(score.add(truth, made))
    return Shown(
        likeness=score.likeness(),
        refused=clips.count(None),
        ms=1000 * spent_s / frames if frames else float("nan"),
        evaluations=count.frames / frames if count.frames else float("nan"),
        clips=tuple(clips),
    )


def show_true(truths: Sequence[Truth]) -> Shown:
    """The true frames beside themselves: what their own identity and tremor are."""
    score = Score()
    for truth in truths:
        score.add(truth, truth.frames_THW3)
    return Shown(likeness=score.likeness(), refused=0, ms=float("nan"), evaluations=float("nan"))
