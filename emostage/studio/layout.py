"""How long clips are: room before and after the speech, room for transitions, whole frames.

A clip is [lead-in, speech, tail]. A crossfade overlaps two clips and a fade darkens them, so where a transition is longer than the
quiet room around it, the room grows (half on each side): nobody is drowned or speaks in the dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from emostage.core.time import frame_at, frames_covering
from emostage.core.timeline import Transition
from emostage.scene.model import Line, Shot, TransitionIn

LEAD_S = 0.24
FIRST_LEAD_S = 0.40
TAIL_S = 0.40


@dataclass(frozen=True, kw_only=True)
class Room:
    """Quiet seconds before and after the speech of one line, and the transition into its clip."""

    lead_s: float
    tail_s: float
    transition: TransitionIn = TransitionIn()


def rooms(shots: Sequence[Shot]) -> list[Room]:
    """The room of every line of the film, in order. The first clip has nothing to cross from, so there a crossfade is a cut."""
    lines = [(shot, line) for shot in shots for line in shot.lines]
    lead = [LEAD_S if i else FIRST_LEAD_S for i in range(len(lines))]
    tail = [TAIL_S] * len(lines)
    into = [TransitionIn()] * len(lines)
    for i, (shot, line) in enumerate(lines):
        if line is not shot.lines[0] or (i == 0 and shot.transition.kind == "crossfade"):
            continue
        into[i] = shot.transition
        half = shot.transition.seconds / 2
        if shot.transition.kind == "crossfade":
            extra = max(0.0, shot.transition.seconds - lead[i] - tail[i - 1]) / 2
            lead[i], tail[i - 1] = lead[i] + extra, tail[i - 1] + extra
        elif shot.transition.kind in ("fade", "dip"):
            lead[i] = max(lead[i], half)
            if i:
                tail[i - 1] = max(tail[i - 1], half)
    return [Room(lead_s=a, tail_s=b, transition=c) for a, b, c in zip(lead, tail, into, strict=True)]


def clip_frames(line: Line, room: Room, speech_s: float, fps: Fraction) -> int:
    """Whole frames of a line's clip; a silent beat lasts its own length, at least one frame."""
    if line.beat_s is not None:
        return max(1, frames_covering(line.beat_s, fps))
    return max(1, frames_covering(room.lead_s + speech_s + room.tail_s, fps))


def transitions(into: Sequence[TransitionIn], frames: Sequence[int], fps: Fraction) -> list[Transition]:
    """Transitions in whole frames, never longer than what the clips they join have left for them."""
    out: list[Transition] = []
    for i, wanted in enumerate(into):
        limit = min(frames[i], frames[i - 1] - out[-1].frames if i else frames[i]) - 1
        length = min(frame_at(wanted.seconds, fps), limit)
        out.append(Transition(kind=wanted.kind, frames=length) if length > 0 and wanted.kind != "cut" else Transition())
    return out
