"""What a face shows, measured from its landmarks alone: lengths in units of the distance between the outer eye corners.

Letters: T frames, L landmarks (478, MediaPipe face mesh order). Landmarks are levelled (outer eye corners horizontal) first,
so that a tilted head does not count as an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from emostage.core.tracks import F64

OUTER_EYES = (33, 263)
MOUTH_CORNERS = (61, 291)
INNER_LIPS = (13, 14)
CLOSED_GAP = 0.03
"""Inner lips nearer than this are shut (in outer-eye distances); real tracked lips pass it in most p, b and m."""


def level(landmarks_TL2: F64) -> F64:
    """Landmarks moved, turned and scaled so that the outer eye corners lie at (-0.5, 0) and (0.5, 0). Shape (T, L, 2)."""
    right_T2, left_T2 = landmarks_TL2[:, OUTER_EYES[0]], landmarks_TL2[:, OUTER_EYES[1]]
    axis_T2 = left_T2 - right_T2
    size_T1 = np.linalg.norm(axis_T2, axis=1, keepdims=True)
    x_T2 = axis_T2 / size_T1
    y_T2 = np.stack([-x_T2[:, 1], x_T2[:, 0]], 1)
    centred_TL2 = (landmarks_TL2 - ((right_T2 + left_T2) / 2)[:, None]) / size_T1[:, None]
    return np.stack([np.einsum("tlc,tc->tl", centred_TL2, x_T2), np.einsum("tlc,tc->tl", centred_TL2, y_T2)], -1)


def lip_gap(level_TL2: F64) -> F64:
    """Distance of the inner lips at the middle, (T,)."""
    gap_T: F64 = np.linalg.norm(level_TL2[:, INNER_LIPS[1]] - level_TL2[:, INNER_LIPS[0]], axis=1)
    return gap_T


def mouth_width(level_TL2: F64) -> F64:
    """Distance of the mouth corners, (T,)."""
    width_T: F64 = np.linalg.norm(level_TL2[:, MOUTH_CORNERS[1]] - level_TL2[:, MOUTH_CORNERS[0]], axis=1)
    return width_T


def corner_lift(level_TL2: F64) -> F64:
    """How far each mouth corner (person's right, left) stands above the middle of the lips, (T, 2)."""
    middle_T = level_TL2[:, [0, 17], 1].mean(1)
    lift_T2: F64 = middle_T[:, None] - level_TL2[:, MOUTH_CORNERS, 1]
    return lift_T2


def brow_height(level_TL2: F64, landmarks: tuple[int, ...] = (105, 334, 107, 336)) -> F64:
    """Mean height of brow points above the inner eye corners, (T,)."""
    eyes_T = level_TL2[:, [133, 362], 1].mean(1)
    height_T: F64 = eyes_T - level_TL2[:, list(landmarks), 1].mean(1)
    return height_T


def eye_opening(level_TL2: F64) -> F64:
    """Mean distance of upper and lower lid, (T,)."""
    opening_T: F64 = (level_TL2[:, [145, 374], 1] - level_TL2[:, [159, 386], 1]).mean(1)
    return opening_T


def upper_lip_raise(level_TL2: F64) -> F64:
    """Height of the upper lip's edge, drawn up by sneer and lip, relative to the eyes, (T,)."""
    raise_T: F64 = -level_TL2[:, [37, 0, 267], 1].mean(1)
    return raise_T


def frown(level_TL2: F64) -> F64:
    """Brows lowered over lids that tighten, (T,)."""
    frown_T: F64 = -brow_height(level_TL2, (55, 285, 107, 336)) - 2 * eye_opening(level_TL2)
    return frown_T


MEASURED: Mapping[str, Callable[[F64], F64]] = MappingProxyType({
    "happy": lambda p: mouth_width(p) + corner_lift(p).mean(1),
    "sad": lambda p: -corner_lift(p).mean(1),
    "angry": frown,
    "afraid": lambda p: brow_height(p, (55, 285, 107, 336)),
    "disgusted": upper_lip_raise,
    "surprised": brow_height,
    "contempt": lambda p: corner_lift(p)[:, 1] - corner_lift(p)[:, 0],
})  # fmt: skip
"""The action that carries each emotion (EMFACS; Friesen & Ekman 1983): what must grow with the asked intensity."""
