"""What of a face in a picture can be told in a number by its landmarks: where the light comes from, and how sharp it is.

H, W picture rows and columns, L landmarks, N points.
"""

from __future__ import annotations

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, U8
from emostage.face import topology

_BETWEEN_EYES = 168
_SHARP = 0.47
"""What a blur of one pixel takes away over what one of two pixels does, from which a picture is sharp (0.25 is pure blur)."""
_REDUCTIONS = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
_AROUND = 0.06
"""What is looked at around eyes and brows, in face heights."""
_LEAST_PX = 8
"""A smaller piece tells nothing of sharpness."""


def side_light(grey_HW: F32, face_HW: F32 | U8, points_L2: F64) -> float:
    """How many stops the right half of the picture's face is lighter than the left: linear light, brows to chin."""
    light_HW = (grey_HW.clip(0, 255) / 255) ** 2.2
    middle_2, chin_2 = points_L2[_BETWEEN_EYES], points_L2[topology.CHIN]
    down_2 = (chin_2 - middle_2) / max(float(np.linalg.norm(chin_2 - middle_2)), 1e-6)
    rows, columns = np.nonzero(face_HW)
    place_N2 = np.stack([columns, rows], 1) + 0.5 - middle_2
    across_N, below_N = place_N2 @ [down_2[1], -down_2[0]], place_N2 @ down_2
    light_N = light_HW[rows, columns]
    left, right = (light_N[(below_N > 0) & (sign * across_N > 8)] for sign in (-1, 1))
    if not len(left) or not len(right):
        return 0.0
    return float(np.log2((right.mean() + 1e-3) / (left.mean() + 1e-3)))


def reduction(picture_HW3: U8, landmarks_L2: F64, height: float) -> float:
    """By how much a picture with a face of a `height` in pixels can be reduced before it turns sharp about the eyes."""
    points_N2 = landmarks_L2[[*topology.LIDS, *topology.BROWS[0][0], *topology.BROWS[1][0]]]
    rows, columns = picture_HW3.shape[:2]
    left, top = (int(v) for v in (points_N2.min(0) - _AROUND * height).clip(0))
    right, bottom = (int(v) for v in (points_N2.max(0) + _AROUND * height).clip(0, [columns, rows]))
    if right - left < _LEAST_PX or bottom - top < _LEAST_PX:
        return 1.0
    eyes_HW = cv2.cvtColor(np.ascontiguousarray(picture_HW3[top:bottom, left:right]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    for factor in _REDUCTIONS:
        small_HW = cv2.resize(eyes_HW, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
        lost = [float((small_HW - cv2.GaussianBlur(small_HW, (0, 0), blur_px)).std()) for blur_px in (1.0, 2.0)]
        if lost[0] >= _SHARP * lost[1]:
            break
    return factor
