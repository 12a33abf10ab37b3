"""How well a take shows its face, in numbers. H and W rows and columns, L = 478 landmarks, N points or pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, U8
from emostage.face import topology
from emostage.face.fit import REFERENCE_PX

_FACE_PX = 220
_SHARP = 0.47
"""What a blur of one pixel takes away over what one of two pixels does, from which a picture is sharp."""
_REDUCTIONS = (1.0, 1.4, 2.0, 2.8, 4.0, 5.6)
_WHITE = 0.98
_UPPER = 168


@dataclass(frozen=True, kw_only=True)
class Seen:
    """`face_px` height of the face in the film, `sharp` the share of the height in the take's pictures at which it would be as
    sharp, `lightness` the median of the face in [0, 1], `burnt` the share of it that is white, `side_light` stops between its
    halves."""

    face_px: float
    sharp: float
    lightness: float
    burnt: float
    side_light: float


def seen(picture_HW3: U8, landmarks_L2: F64, scale: float) -> Seen:
    """The measures of one frame, of whose pixels the film has `1 / scale`."""
    height = float(np.linalg.norm(landmarks_L2[topology.FOREHEAD] - landmarks_L2[topology.CHIN]))
    grey_HW, points_L2 = _normal(picture_HW3, landmarks_L2, height)
    face_HW = np.zeros(grey_HW.shape, np.uint8)
    cv2.fillPoly(face_HW, [points_L2[list(topology.OVAL)].round().astype(np.int32)], 1)
    inside_N = grey_HW[face_HW > 0] / 255
    return Seen(
        face_px=height / scale,
        sharp=_sharp(picture_HW3, landmarks_L2, height),
        lightness=float(np.median(inside_N)) if len(inside_N) else 0.0,
        burnt=float((inside_N > _WHITE).mean()) if len(inside_N) else 0.0,
        side_light=_halves(grey_HW, face_HW, points_L2),
    )


def on_the_whole(found: Sequence[Seen]) -> Seen:
    """The medians of some, at least one."""
    table_N5 = np.array([(s.face_px, s.sharp, s.lightness, s.burnt, s.side_light) for s in found])
    face_px, sharp, lightness, burnt, side_light = (round(float(x), 3) for x in np.median(table_N5, axis=0))
    return Seen(face_px=face_px, sharp=sharp, lightness=lightness, burnt=burnt, side_light=side_light)


def _normal(picture_HW3: U8, landmarks_L2: F64, height: float) -> tuple[F32, F64]:
    """Grey levels and landmarks of the box of the face, brought to one height of face."""
    rows, columns = picture_HW3.shape[:2]
    left, top = (int(v) for v in np.clip(landmarks_L2[:468].min(0) - 2, 0, [columns - 1, rows - 1]))
    right, bottom = (int(v) for v in np.clip(landmarks_L2[:468].max(0) + 3, [left + 1, top + 1], [columns, rows]))
    grey_HW = cv2.cvtColor(np.ascontiguousarray(picture_HW3[top:bottom, left:right]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    scale = _FACE_PX / max(height, 1.0)
    if max(grey_HW.shape) * scale > REFERENCE_PX * 4:
        scale = 1.0
    grey_HW = cv2.resize(grey_HW, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return grey_HW, (landmarks_L2 - [left, top]) * scale


def _halves(grey_HW: F32, face_HW: U8, points_L2: F64) -> float:
    """How many stops the right half of the picture's face is lighter than the left: linear light, brows to chin."""
    light_HW = (grey_HW.clip(0, 255) / 255) ** 2.2
    middle_2, chin_2 = points_L2[_UPPER], points_L2[topology.CHIN]
    down_2 = (chin_2 - middle_2) / max(float(np.linalg.norm(chin_2 - middle_2)), 1e-6)
    rows, columns = np.nonzero(face_HW)
    place_N2 = np.stack([columns, rows], 1) + 0.5 - middle_2
    across_N, below_N = place_N2 @ [down_2[1], -down_2[0]], place_N2 @ down_2
    light_N = light_HW[rows, columns]
    left, right = (light_N[(below_N > 0) & (sign * across_N > 8)] for sign in (-1, 1))
    if not len(left) or not len(right):
        return 0.0
    return float(np.log2((right.mean() + 1e-3) / (left.mean() + 1e-3)))


def _sharp(picture_HW3: U8, landmarks_L2: F64, height: float) -> float:
    """The share of its size to which the picture can be reduced before it turns sharp about the eyes."""
    points_N2 = landmarks_L2[[*topology.LIDS, *topology.BROWS[0][0], *topology.BROWS[1][0]]]
    rows, columns = picture_HW3.shape[:2]
    left, top = (int(v) for v in (points_N2.min(0) - 0.06 * height).clip(0))
    right, bottom = (int(v) for v in (points_N2.max(0) + 0.06 * height).clip(0, [columns, rows]))
    if right - left < 8 or bottom - top < 8:
        return 1.0
    eyes_HW = cv2.cvtColor(np.ascontiguousarray(picture_HW3[top:bottom, left:right]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    for reduction in _REDUCTIONS:
        small_HW = cv2.resize(eyes_HW, None, fx=1 / reduction, fy=1 / reduction, interpolation=cv2.INTER_AREA)
        lost = [float((small_HW - cv2.GaussianBlur(small_HW, (0, 0), blur_px)).std()) for blur_px in (1.0, 2.0)]
        if lost[0] >= _SHARP * lost[1]:
            break
    return 1.0 / reduction
