"""Soft masses that move as one: brows keep their height when they sink, rise or draw together, cheeks come forward as they rise.

Letters: L the 468 landmarks, N points of a brow; head coordinates (x right, y down, z away).
"""

from __future__ import annotations

import numpy as np

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import F64
from emostage.face.topology import BROWS

_BROW_ACTIONS = (
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "noseSneerLeft",
    "noseSneerRight",
)
_BROW_SHARE, _BROW_REACH_MM = 0.9, 5.0
"""How much of the difference between a brow's two edges is taken out, and how far around the brow."""
_CHEEKS = (("cheekSquint", (50, 280), (19.0, 14.0, 40.0), 3.6), ("mouthSmile", (205, 425), (17.0, 17.0, 40.0), 3.2))
"""Action, middle of the bulge (right, left), its reach and how far it comes forward, in millimetres (AU 6 and 12)."""


def bump(neutral_L3: F64, landmark: int, reach_mm: tuple[float, float, float], mm: float) -> F64:
    """A Gaussian (L, 1) around a landmark; `mm` is the head units of a millimetre."""
    square_L: F64 = (((neutral_L3 - neutral_L3[landmark]) / (np.array(reach_mm) * mm)) ** 2).sum(1)
    return np.exp(-square_L)[:, None]


def stiff_brows(deltas_52L3: F64, neutral_L3: F64, mm: float) -> None:
    """Actions, in place, in which the upper and the lower edge of a brow move alike; the skin around follows."""
    for upper, lower in BROWS:
        points = np.array(upper + lower)
        apart_LN = np.linalg.norm(neutral_L3[:, None] - neutral_L3[points], axis=2) / (_BROW_REACH_MM * mm)
        near_LN = np.exp(-(apart_LN**2))
        share_LN = near_LN / np.maximum(near_LN.sum(1, keepdims=True), 1.0)
        share_LN[points] = np.eye(len(points))
        for action in _BROW_ACTIONS:
            delta_L3 = deltas_52L3[ARKIT_INDEX[action]]
            middle_N3 = np.tile((delta_L3[list(upper)] + delta_L3[list(lower)]) / 2, (2, 1))
            delta_L3 += _BROW_SHARE * share_LN @ (middle_N3 - delta_L3[points])


def full_cheeks(deltas_52L3: F64, neutral_L3: F64, mm: float) -> None:
    """Actions, in place, in which raised cheeks bulge towards the viewer."""
    for action, middles, reach_mm, forward_mm in _CHEEKS:
        for side, middle in zip(("Right", "Left"), middles, strict=True):
            deltas_52L3[ARKIT_INDEX[action + side], :, 2] -= forward_mm * mm * bump(neutral_L3, middle, reach_mm, mm)[:, 0]
