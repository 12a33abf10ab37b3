"""Landmarks freed of head pose: what a camera straight in front of the face would have seen.

Letters: T frames, L landmarks, N = 468 landmarks that lie on the head.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.arkit import ARKIT_COUNT
from emostage.core.tracks import F64, Frozen
from emostage.face.actions import photo_actions
from emostage.face.fit import euler_rad, fit, fit_video
from emostage.face.head import Head

_CROP_EXTENTS = 2.3
"""Side of the crop a head is fitted in, in extents of the landmarks."""
_SIZE_PX = 512


@dataclass(frozen=True, kw_only=True, eq=False)
class Frontal(Frozen):
    """`points_TN2` in head axes (x right, y down, metres), the `angles_T3` of the head in degrees (pitch down, yaw and roll to the
    person's left) and its fitted expression. NaN where the landmarks are."""

    points_TN2: F64
    angles_T3: F64
    expression_T52: F64


def frontal(head: Head, landmarks_TL2: F64) -> Frontal:
    """What one person's landmarks (in film pixels) show.

    The first frame tells who it is; every frame's pose is fitted, each landmark is put at its depth on the fitted head and turned
    back. What the landmarks show of the expression stays as it was seen.
    """
    known_T = np.isfinite(landmarks_TL2).all((1, 2))
    count = len(landmarks_TL2)
    points_TN2, angles_T3 = np.full((count, 468, 2), np.nan), np.full((count, 3), np.nan)
    expression_T52 = np.full((count, ARKIT_COUNT), np.nan)
    if known_T.any():
        points_TN2[known_T], rotation_T33, expression_T52[known_T] = _fitted(head, landmarks_TL2[known_T, :468])
        angles_T3[known_T] = np.degrees([euler_rad(rotation_33) for rotation_33 in rotation_T33])
    return Frontal(points_TN2=points_TN2, angles_T3=angles_T3, expression_T52=expression_T52)


def _fitted(head: Head, seen_TN2: F64) -> tuple[F64, F64, F64]:
    """Frontal points, rotations and expressions of frames that all show the face."""
    low_2, high_2 = seen_TN2[0].min(0), seen_TN2[0].max(0)
    scale = _SIZE_PX / (float((high_2 - low_2).max()) * _CROP_EXTENTS)
    crop_TN2 = (seen_TN2 - (low_2 + high_2) / 2) * scale + _SIZE_PX / 2
    identity = fit(head, crop_TN2[0], _SIZE_PX)
    expression_T52, rotation_T33, translation_T3 = fit_video(head, crop_TN2, identity, _SIZE_PX)
    neutral_N3 = head.at_landmarks(identity.vertices_V3).astype(np.float64)
    actions_52N3 = photo_actions(head, neutral_N3)
    points_TN3 = neutral_N3 + np.einsum("te,enc->tnc", expression_T52, actions_52N3)
    depth_TN = np.einsum("tnc,tc->tn", points_TN3, rotation_T33[:, 2]) + translation_T3[:, None, 2]
    ray_TN2 = (crop_TN2 - _SIZE_PX / 2) / identity.focal_px
    camera_TN3 = np.concatenate([ray_TN2, np.ones_like(ray_TN2[..., :1])], -1) * depth_TN[..., None]
    frontal_TN3 = np.einsum("tnc,tcd->tnd", camera_TN3 - translation_T3[:, None], rotation_T33)
    return frontal_TN3[..., :2], rotation_T33, expression_T52
