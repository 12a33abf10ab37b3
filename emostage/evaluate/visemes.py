"""Which sounds a mouth seems to say: the viseme whose target shape is nearest to the performed lips, beside the one that is spoken.

P phones, C classes, A actions of the mouth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import MOUTH_MASK_52
from emostage.core.tracks import F64
from emostage.evaluate.fluency import Rendition
from emostage.motion.blend import speech_expression
from emostage.motion.contacts import Contacts
from emostage.motion.phones import Segment
from emostage.motion.targets import CHANNELS, target

CLASSES: tuple[str, ...] = ("p b m", "f v", "w", "sh", "r", "s z", "t k l", "ee", "ah", "uh", "oo")
"""Sounds that look alike; `t k l` stands for all consonants made behind the teeth, `uh` for all other vowels."""

_PLACES = {
    "labiodental": "f v", "labiovelar": "w", "labiopalatal": "w", "postalveolar": "sh", "retroflex": "sh", "rhotic": "r",
    "sibilant": "s z", "alveolopalatal": "s z",
}  # fmt: skip
_OPEN, _CLOSE, _FRONT, _ROUND = 0.6, 0.4, 0.75, 0.5
_FLOOR = 0.02
"""Least spread of an action that counts as one."""


@dataclass(frozen=True, kw_only=True)
class Visemes:
    """`table[spoken][seen]` counts phones; `accuracy` is the share of phones that are seen as what they are, `balanced` its mean
    over classes, `chance` the share of the commonest class."""

    accuracy: float
    balanced: float
    chance: float
    table: dict[str, dict[str, int]]


def visemes(spoken: Sequence[Rendition]) -> Visemes:
    """Read every phone of performed texts in the frame of its middle.

    A class's target is the mean of what its phones ask of the lips before their neighbours pull at them (`motion.targets`), on the
    ARKit actions of the mouth; an action counts by its spread over the targets of all phones.
    """
    truth, targets, shapes = [], [], []
    for each in spoken:
        for s in each.segments:
            name = viseme(s.segment)
            if name is not None:
                frame = min(int(s.middle_s * each.motion.fps), len(each.motion) - 1)
                truth.append(CLASSES.index(name))
                targets.append(_asked(s.segment))
                shapes.append(each.motion.expression_T52[frame, MOUTH_MASK_52].astype(np.float64))
    return _read(np.array(truth, np.intp), np.array(targets), np.array(shapes))


def viseme(segment: Segment) -> str | None:
    """The class of a segment; None for silence and for bilabials without closure."""
    if segment.vowel:
        if segment.rhotic:
            return "r"
        if segment.rounding > _ROUND:
            return "oo"
        if segment.openness >= _OPEN:
            return "ah"
        return "ee" if segment.frontness > _FRONT and segment.openness <= _CLOSE else "uh"
    if segment.place == "bilabial":
        return "p b m" if segment.closed else None
    return None if segment.place == "silence" else _PLACES.get(segment.place, "t k l")


def _asked(segment: Segment) -> F64:
    """The target (A,) of a segment on the face."""
    shut, teeth = segment.place == "bilabial" and segment.closed, segment.place == "labiodental"
    touch = Contacts(seal_T=np.array([float(shut)]), teeth_T=np.array([float(teeth)]))
    asked_A: F64 = speech_expression(target(segment)[None, : len(CHANNELS)], touch)[0, MOUTH_MASK_52]
    return asked_A


def _read(truth_P: NDArray[np.intp], targets_PA: F64, shapes_PA: F64) -> Visemes:
    counts_C = np.bincount(truth_P, minlength=len(CLASSES))
    there = np.flatnonzero(counts_C)
    targets_CA = np.stack([targets_PA[truth_P == c].mean(0) for c in there])
    spread_A = targets_PA.std(0) + _FLOOR
    apart_PC = (((shapes_PA[:, None] - targets_CA[None]) / spread_A) ** 2).sum(-1)
    seen_P = there[apart_PC.argmin(1)]
    table_CC = np.zeros((len(CLASSES), len(CLASSES)), np.intp)
    np.add.at(table_CC, (truth_P, seen_P), 1)
    return Visemes(
        accuracy=float((seen_P == truth_P).mean()),
        balanced=float(np.mean([table_CC[c, c] / counts_C[c] for c in there])),
        chance=float(counts_C.max() / len(truth_P)),
        table={CLASSES[c]: dict(zip(CLASSES, table_CC[c].tolist(), strict=True)) for c in there.tolist()},
    )
