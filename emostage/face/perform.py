"""What the head of a portrait does in a film: expression, pose, gaze and blinks from tracked landmarks. T frames, N = 468 landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import F64, Frozen, Portrait
from emostage.face.fit import fit_video, project
from emostage.face.gaze import directions, look_weights
from emostage.face.head import Head
from emostage.face.lids import closures
from emostage.face.topology import EYES

_BLINKS = tuple(ARKIT_INDEX[f"eyeBlink{eye.side}"] for eye in EYES)
_IRISES = tuple(eye.iris for eye in EYES)


@dataclass(frozen=True, kw_only=True)
class Performed(Frozen):
    """`expression_T52` ARKit weights; `rotation_T33`, `translation_T3` take head coordinates to the camera of the portrait's fit."""

    expression_T52: F64
    rotation_T33: F64
    translation_T3: F64


def performed(portrait: Portrait, head: Head, landmarks_TL2: F64) -> Performed:
    """The performance seen in landmarks (T, 478, 2), in pixels of the portrait's picture.

    The first frame is the portrait's picture itself: its gaze and its lids count as straight ahead and open.
    """
    crop = portrait.crop
    crop_TL2 = np.stack([crop.to_crop(landmarks_L2) for landmarks_L2 in landmarks_TL2])
    expression_T52, rotation_T33, translation_T3 = fit_video(head, crop_TL2, portrait.fit, crop.size_px)
    expression_T52[:, _BLINKS] = 0.0
    middle_TL2 = crop_TL2 - crop.size_px / 2
    neutral_N3 = head.at_landmarks(portrait.fit.vertices_V3)
    points_TN3 = neutral_N3 + np.einsum("te,enc->tnc", expression_T52, head.at_landmarks(head.actions_52V3))
    unblinking = zip(points_TN3, rotation_T33, translation_T3, strict=True)
    open_TN2 = np.stack([project(points_N3, r_33, t_3, portrait.fit.focal_px) for points_N3, r_33, t_3 in unblinking])
    closure_TE = closures(middle_TL2, open_TN2)
    expression_T52[:, _BLINKS] = closure_TE
    gaze_TE2 = directions(head, portrait.fit, middle_TL2[:, _IRISES], rotation_T33, translation_T3)
    return Performed(
        expression_T52=expression_T52 + look_weights(gaze_TE2, closure_TE),
        rotation_T33=rotation_T33,
        translation_T3=translation_T3,
    )
