"""Does a face do what is asked: each action is asked for from nothing to full and back, and read back from tracked landmarks.

Landmarks are levelled (see `measures`), lengths are distances of the outer eye corners. T frames, L landmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from emostage.core.arkit import expression
from emostage.core.tracks import F32, F64
from emostage.evaluate.measures import brow_height, corner_lift, eye_opening, level, lip_gap, mouth_width

_INNER_BROWS = (55, 285, 107, 336)


def _brow_distance(level_TL2: F64) -> F64:
    """Distance of the inner ends of the brows, (T,)."""
    distance_T: F64 = (level_TL2[:, [285, 336], 0] - level_TL2[:, [55, 107], 0]).mean(1)
    return distance_T


READ: Mapping[str, Callable[[F64], F64]] = MappingProxyType({
    "jawOpen": lip_gap,
    "mouthSmile": lambda p: mouth_width(p) + corner_lift(p).mean(1),
    "mouthFrown": lambda p: -corner_lift(p).mean(1),
    "mouthPucker": lambda p: -mouth_width(p),
    "browInnerUp": lambda p: brow_height(p, _INNER_BROWS),
    "browDown": lambda p: -brow_height(p, _INNER_BROWS) - _brow_distance(p),
    "eyeBlink": lambda p: -eye_opening(p),
    "eyeWide": eye_opening,
})  # fmt: skip
"""What grows with each action: what its muscle does to the landmarks (FACS; Ekman, Friesen & Hager 2002: AU 26 parts the lips,
AU 12 widens the mouth and lifts its corners, AU 15 lowers them, AU 18 narrows the mouth, AU 1 raises the inner brow, AU 4 lowers
and draws together the brows, AU 45 shuts the lids, AU 5 opens them)."""


def ramp(frames: int) -> F64:
    """Weights (T,) from 0 to 1 and back to 0, both ends included."""
    weights_T: F64 = 1 - np.abs(np.linspace(-1, 1, frames))
    return weights_T


def asked(action: str, weights_T: F64) -> F32:
    """The expressions (T, 52) that ask for an action on both sides."""
    return weights_T[:, None].astype(np.float32) * expression(**{action: 1.0})


def correlation(action: str, weights_T: F64, landmarks_TL2: F64) -> float:
    """Pearson's correlation of the asked weights with what is read back; NaN when nothing moves or too few frames show a face."""
    seen_T = np.isfinite(landmarks_TL2).all((1, 2))
    read_T = READ[action](level(landmarks_TL2[seen_T]))
    if seen_T.sum() < len(seen_T) / 2 or float(np.ptp(read_T)) < 1e-9:
        return float("nan")
    return float(np.corrcoef(weights_T[seen_T], read_T)[0, 1])
