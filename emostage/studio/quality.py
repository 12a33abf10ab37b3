"""What about a photograph decides how its film will look, in numbers.

Everything is measured in the portrait's crop brought to a face of 220 pixels, forehead to chin, so that the numbers of large and
small pictures compare; `face_px` and `sharp_px` alone count pixels of the picture. Letters: H, W rows and columns, N points.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, Portrait
from emostage.face import topology
from emostage.face.findings import mouth_gap
from emostage.face.fit import REFERENCE_PX, euler_rad
from emostage.face.looks import reduction, side_light
from emostage.portrait.framing import frame, plate_of
from emostage.portrait.glasses import worn

FACE_PX = 220
"""Forehead to chin in the measured picture."""
_BESIDE = (0.08, 0.45)
"""How far beside the person the background is looked at, in face heights."""
_CLEAR = 0.02


@dataclass(frozen=True, kw_only=True)
class Quality:
    """`face_px` height of the face in the picture, `sharp_px` the height at which it would be as sharp; angles in degrees as in
    MotionTrack; `mouth_gap` in eye distances and `lid_gap` (of the more closed eye) in eye widths; `side_light` stops between
    the halves of the face (positive: the right of the picture is lighter); `lightness` the median of the face in [0, 1] and
    `burnt` the share of it that is white; `room_above` free picture above the hair and `room_beside` the least free picture
    beside the face, both in face heights; `busy` the detail beside the head, in grey levels; `glasses` in [0, 1]; `misfit`
    the fit error in percent of the face."""

    face_px: float
    sharp_px: float
    pitch_deg: float
    yaw_deg: float
    roll_deg: float
    mouth_gap: float
    lid_gap: float
    side_light: float
    lightness: float
    burnt: float
    room_above: float
    room_beside: float
    busy: float
    glasses: float
    misfit: float


def measure(portrait: Portrait) -> Quality:
    """The qualities of a portrait."""
    grey_HW, matte_HW, points_L2 = _normal(portrait)
    pitch, yaw, roll = (float(v) for v in np.degrees(euler_rad(portrait.fit.rotation_33)))
    face_HW = _hull(grey_HW.shape, points_L2[list(topology.OVAL)])
    height = _height(portrait) / portrait.crop.scale
    light = side_light(grey_HW, face_HW, points_L2)
    inside_N = grey_HW[face_HW > 0] / 255
    return Quality(
        face_px=height,
        sharp_px=height / reduction(portrait.picture_HW3, portrait.crop.to_picture(portrait.landmarks_L2), height),
        pitch_deg=pitch,
        yaw_deg=yaw,
        roll_deg=roll,
        mouth_gap=mouth_gap(portrait.landmarks_L2),
        lid_gap=min(_lid_gap(portrait.landmarks_L2, eye) for eye in topology.EYES),
        side_light=light,
        lightness=float(np.median(inside_N)),
        burnt=float((inside_N > 0.98).mean()),
        room_above=_room_above(portrait, height),
        room_beside=_room_beside(portrait, height),
        busy=_busy(grey_HW, matte_HW, points_L2),
        glasses=worn(plate_of(portrait, frame(portrait, (REFERENCE_PX, REFERENCE_PX), "close"))),
        misfit=100 * portrait.fit.error_px / _height(portrait),
    )


def _height(portrait: Portrait) -> float:
    """Forehead to chin in crop pixels."""
    return float(np.linalg.norm(portrait.landmarks_L2[topology.FOREHEAD] - portrait.landmarks_L2[topology.CHIN]))


def _normal(portrait: Portrait) -> tuple[F32, F32, F64]:
    """Grey levels, matte and landmarks of the part of the crop that the picture shows, with a face of `FACE_PX`."""
    scale = FACE_PX / _height(portrait)
    rows, columns = portrait.picture_HW3.shape[:2]
    (left, top), (right, bottom) = portrait.crop.to_crop(np.array([[0, 0], [columns, rows]])).clip(0, portrait.crop.size_px)
    part = (slice(int(np.ceil(top)), int(bottom)), slice(int(np.ceil(left)), int(right)))
    grey_HW = cv2.cvtColor(np.ascontiguousarray(portrait.face_SS3[part]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    grey_HW, matte_HW = (cv2.resize(f, None, fx=scale, fy=scale, interpolation=way) for f in (grey_HW, portrait.matte_SS[part]))
    return grey_HW, matte_HW, (portrait.landmarks_L2 - [part[1].start, part[0].start]) * scale


def _hull(shape: tuple[int, ...], points_N2: F64) -> F32:
    mask_HW = np.zeros(shape, np.float32)
    cv2.fillPoly(mask_HW, [points_N2.round().astype(np.int32)], 1.0)
    return mask_HW


def _lid_gap(landmarks_L2: F64, eye: topology.Eye) -> float:
    """Middle opening of an eye over its width."""
    upper_P2, lower_P2 = landmarks_L2[list(eye.upper)], landmarks_L2[list(eye.lower)]
    return float(np.linalg.norm(upper_P2[4] - lower_P2[4]) / np.linalg.norm(upper_P2[0] - upper_P2[-1]))


def _room_above(portrait: Portrait, height: float) -> float:
    """Free picture above hair or hat in face heights; 0 when the picture cuts them."""
    columns = np.clip(portrait.landmarks_L2[:468, 0], 0, portrait.crop.size_px - 1).astype(int)
    person_S = portrait.matte_SS[:, columns.min() : columns.max() + 1].max(1) > 0.5
    first = portrait.crop.to_picture(np.array([[0.0, float(np.argmax(person_S))]]))[0, 1]
    return max(0.0, float(first)) / height


def _room_beside(portrait: Portrait, height: float) -> float:
    """The least room between the face and a side of the picture, in face heights."""
    points_N2 = portrait.crop.to_picture(portrait.landmarks_L2[:468])
    rows, columns = portrait.picture_HW3.shape[:2]
    return float(min(points_N2.min(), *(np.array([columns, rows]) - points_N2.max(0)))) / height


def _busy(grey_HW: F32, matte_HW: F32, points_L2: F64) -> float:
    """Detail of the background beside the head: the median step between neighbouring places, in grey levels."""
    away_HW = cv2.distanceTransform((matte_HW < _CLEAR).astype(np.uint8), cv2.DIST_L2, 5)
    near_HW = (away_HW > _BESIDE[0] * FACE_PX) & (away_HW < _BESIDE[1] * FACE_PX)
    near_HW[max(0, int(points_L2[topology.CHIN, 1])) :] = False
    detail_HW = np.abs(grey_HW - cv2.GaussianBlur(grey_HW, (0, 0), 4.0))
    return float(np.percentile(detail_HW[near_HW], 75)) if near_HW.any() else 0.0
