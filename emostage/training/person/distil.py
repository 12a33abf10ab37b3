"""Photos of one person as footage: the photo renderer performs them, and painters learn to paint as it draws.

What a photo cannot tell (the mouth inside, folds, the far cheek) is then as the photo renderer guesses it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.tracks import Portrait
from emostage.core.whole import write_whole, writing
from emostage.training.corpus import make_corpus, plan_of
from emostage.training.dataset import CARD, Corpus, Part, read_corpus
from emostage.training.footage.posed import framed, posed
from emostage.training.footage.store import Footage, joined, read_shard, to_bytes
from emostage.training.person.pictures import CAMERA, SIZE_PX

HOURS = 0.02
"""Of speech whose performances are acted."""
SHOTS, HELD_SHOTS = 16, 4
"""Shots that are performed in all, and others that are held out: each has a few clips and stills."""
_JITTER = 0.03
"""By how much cameras come nearer or go farther away."""


def acting_in(folder: Path) -> None:
    """Make the motion corpus that is acted, unless it is there. Raises EmostageError E100 to E102, E111."""
    if not (folder / CARD).is_file():
        make_corpus(folder, plan_of(hours=HOURS, seed=0), workers=1, command="", on_shard=lambda *_: None)


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who performs as people of the motion corpus in `corpus` do: of the `portraits` of somebody the first in every other shot, and
    in those between the others in turn; shots are kept in `kept`."""

    portraits: tuple[Portrait, ...]
    name: str
    corpus: Path
    kept: Path

    def footage(self, part: Part, tell: Callable[[int, int], None]) -> Footage:
        """The shots of a part; `tell` hears how many are done."""
        corpus, shots = read_corpus(self.corpus, part), []
        count = SHOTS if part == "train" else HELD_SHOTS
        for number in range(count):
            portrait = self._portrait(number)
            path = self.kept / f"{part}-{number:03d}-{_digest(portrait)}.safetensors"
            shots.append(_read(path) or self._made(corpus, path, portrait, number, held=part == "held"))
            tell(number + 1, count)
        return joined(shots)

    def _portrait(self, number: int) -> Portrait:
        first, *others = self.portraits
        return others[number // 2 % len(others)] if others and number % 2 else first

    def _made(self, corpus: Corpus, path: Path, portrait: Portrait, number: int, *, held: bool) -> Footage:
        rng = np.random.default_rng((held, number))
        camera = replace(CAMERA, face_share=CAMERA.face_share * float(np.exp(rng.normal(0.0, _JITTER))))
        shot = _as_films(posed(portrait, self.name, corpus, framed(portrait, camera, SIZE_PX), rng), portrait)
        with writing(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, to_bytes(shot))
        return shot


def _as_films(shot: Footage, portrait: Portrait) -> Footage:
    """A shot whose photo, the first frame, shows the expression that films tell painters of."""
    expression_N52 = shot.frames["expression_N52"].copy()
    expression_N52[0] = portrait.fit.expression_52
    return replace(shot, frames={**shot.frames, "expression_N52": expression_N52})


def _digest(portrait: Portrait) -> str:
    return hashlib.sha256(portrait.picture_HW3.tobytes()).hexdigest()[:8]


def _read(path: Path) -> Footage | None:
    try:
        return read_shard(path) if path.is_file() else None
    except AssetError:
        return None
