"""How well a take shows its face, in numbers. H and W rows and columns, L = 478 landmarks, N points or pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, U8
from emostage.face import topology
from emostage.face.fit import REFERENCE_PX
from emostage.face.looks import reduction, side_light

_FACE_PX = 220
_WHITE = 0.98


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
        sharp=1.0 / reduction(picture_HW3, landmarks_L2, height),
        lightness=float(np.median(inside_N)) if len(inside_N) else 0.0,
        burnt=float((inside_N > _WHITE).mean()) if len(inside_N) else 0.0,
        side_light=side_light(grey_HW, face_HW, points_L2),
    )


def on_the_whole(found: Sequence[Seen]) -> Seen:
    """The medians of some, at least one."""
    table_N5 = np.array([(s.face_px, s.sharp, s.lightness, s.burnt, s.side_light) for s in found])
    face_px, sharp, lightness, burnt, beside = (round(float(x), 3) for x in np.median(table_N5, axis=0))
    return Seen(face_px=face_px, sharp=sharp, lightness=lightness, burnt=burnt, side_light=beside)


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
