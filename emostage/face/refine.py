"""Landmarks with less noise: the mean over slightly turned, scaled, shifted and mirrored views of the same crop, levelled.

The mesh network works on 192 pixels whatever the picture's size, so that one reading of a 512 pixel crop is off by one to two
pixels (measured as the spread between views); the mean of eight views is off by less than half of that. It draws tilted faces
too short (measured: by a tenth at 45 degrees), so that every view turns the head upright first.
L = 478 landmarks, S = side of the crop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64, U8
from emostage.face.topology import EYES, MIRROR_L
from emostage.face.track import Tracker, extent_px

View = tuple[float, float, float, float]
"""Turn from level in degrees, scale, and shift right and down in crop sides."""
VIEWS: tuple[View, ...] = (
    (-6.0, 1.05, 0.006, -0.004),
    (-2.0, 0.95, -0.006, 0.004),
    (2.0, 1.02, -0.004, -0.006),
    (6.0, 0.98, 0.004, 0.006),
)
_NEAR = 0.25


@dataclass(frozen=True, kw_only=True)
class Reading:
    """`landmarks_L2` (478, 2) in crop pixels, `spread_px` the rms distance of single views from them, and `seen`, the share of
    the views that showed the face. A face that is none, or is hard to read, has a large spread or is seldom seen."""

    landmarks_L2: F64
    spread_px: float
    seen: float


def refine(tracker: Tracker, face_SS3: U8, landmarks_L2: F64, views: tuple[View, ...] = VIEWS) -> Reading:
    """Landmarks read from several views of a crop, each also mirrored. `landmarks_L2` say roughly where the face is; they are kept,
    with a share of 0, when no view shows it."""
    looks = [(view, mirrored) for view in views for mirrored in (False, True)]
    found = [p for view, mirrored in looks if (p := _look(tracker, face_SS3, landmarks_L2, view, mirrored=mirrored)) is not None]
    if not found:
        return Reading(landmarks_L2=landmarks_L2, spread_px=0.0, seen=0.0)
    found_NL2 = np.stack(found)
    mean_L2 = found_NL2.mean(0)
    spread_px = float(np.sqrt(((found_NL2 - mean_L2)[:, :468] ** 2).sum(2).mean()))
    return Reading(landmarks_L2=mean_L2, spread_px=spread_px, seen=len(found) / len(looks))


def _look(tracker: Tracker, face_SS3: U8, expected_L2: F64, view: View, *, mirrored: bool) -> F64 | None:
    """The expected face as one view shows it, in pixels of the crop."""
    import cv2

    side = len(face_SS3)
    turn_deg, scale, right, down = view
    turn_rad = np.radians(turn_deg) - _tilt_rad(expected_L2)
    matrix_23 = _similarity(side, turn_rad, scale, side * np.array([right, down], np.float64))
    shown_SS3 = cv2.warpAffine(
        face_SS3, _for_pixel_indices(matrix_23), (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    faces = tracker.faces(np.ascontiguousarray(shown_SS3[:, ::-1]) if mirrored else shown_SS3)
    if mirrored:
        faces = [(face_L2 * [-1, 1] + [side, 0])[MIRROR_L] for face_L2 in faces]
    inverse_22: F64 = np.linalg.inv(matrix_23[:, :2])
    faces = [np.asarray((face_L2 - matrix_23[:, 2]) @ inverse_22.T, np.float64) for face_L2 in faces]
    apart = [float(np.linalg.norm(face_L2.mean(0) - expected_L2.mean(0))) for face_L2 in faces]
    if not apart or min(apart) > _NEAR * extent_px(expected_L2):
        return None
    return faces[int(np.argmin(apart))]


def _tilt_rad(landmarks_L2: F64) -> float:
    """Angle of the line through the eyes, from the person's right to the left."""
    right_2, left_2 = (landmarks_L2[[eye.upper[0], eye.upper[-1]]].mean(0) for eye in EYES)
    return float(np.arctan2(*(left_2 - right_2)[::-1]))


def _similarity(side: int, turn_rad: float, scale: float, shift_2: F64) -> F64:
    """Turn and scale about the middle, then shift: points with pixel centres at .5."""
    cosine, sine = scale * np.cos(turn_rad), scale * np.sin(turn_rad)
    linear_22 = np.array([[cosine, -sine], [sine, cosine]])
    middle_2 = np.full(2, side / 2)
    matrix_23: F64 = np.c_[linear_22, middle_2 - linear_22 @ middle_2 + shift_2]
    return matrix_23


def _for_pixel_indices(matrix_23: F64) -> F64:
    """The same map for OpenCV, whose pixel centres are whole numbers."""
    half_2 = np.full(2, 0.5)
    shifted_23: F64 = np.c_[matrix_23[:, :2], matrix_23[:, :2] @ half_2 + matrix_23[:, 2] - half_2]
    return shifted_23
