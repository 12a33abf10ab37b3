"""Where the eyes of a tracked head look, from the irises.

T frames, E the (right, left) eye; head axes are x right, y down, z away.
"""

from __future__ import annotations

import numpy as np

from emostage.core.arkit import ARKIT_INDEX, LOOK_RAD
from emostage.core.tracks import F64, FaceFit
from emostage.face.head import Head
from emostage.face.topology import EYES

_HIDDEN = 0.35
"""An iris is not seen well enough when its lids are closed further than this."""


def directions(head: Head, identity: FaceFit, irises_TE2: F64, rotation_T33: F64, translation_T3: F64) -> F64:
    """Gaze (T, E, 2) relative to the head: yaw to the person's left and pitch down, rad.

    `irises_TE2` are iris centres in pixels from the middle of the crop. Each is the front of an eyeball that the ray through it
    meets (Wood et al., arXiv:1505.05916, use the same two-sphere eye).
    """
    centres_E3 = head.eye_centres_23.astype(np.float64) + [
        (identity.vertices_V3[eye_V] - head.vertices_V3[eye_V]).mean(0) for eye_V in head.eyes_2V
    ]
    ray_TE3 = np.concatenate([irises_TE2 / identity.focal_px, np.ones_like(irises_TE2[..., :1])], -1)
    ray_TE3 /= np.linalg.norm(ray_TE3, axis=-1, keepdims=True)
    centre_TE3 = np.einsum("tij,ej->tei", rotation_T33, centres_E3) + translation_T3[:, None]
    along_TE = (ray_TE3 * centre_TE3).sum(-1)
    beside_TE = (centre_TE3**2).sum(-1) - along_TE**2
    near_TE = along_TE - np.sqrt(np.maximum(head.eye_radius_m**2 - beside_TE, 0.0))
    front_TE3 = np.einsum("tji,tej->tei", rotation_T33, ray_TE3 * near_TE[..., None] - centre_TE3)
    return np.stack([np.arctan2(front_TE3[..., 0], -front_TE3[..., 2]), np.arctan2(front_TE3[..., 1], -front_TE3[..., 2])], -1)


def look_weights(gaze_TE2: F64, closure_TE: F64) -> F64:
    """Weights (T, 52) of the eyeLook actions for gazes as `directions` gives them; the first frame's counts as straight ahead.

    Both eyes look the same way; behind closed lids they look where they looked before.
    """
    gaze_T2 = (gaze_TE2 - gaze_TE2[0]).mean(1)
    seen_T = closure_TE.max(1) < _HIDDEN
    seen_T[0] = True
    last_T = np.maximum.accumulate(np.where(seen_T, np.arange(len(seen_T)), 0))
    yaw_T, down_T = (gaze_T2[last_T] / LOOK_RAD).T
    weights_T52 = np.zeros((len(gaze_T2), 52))
    for eye, outwards in zip(EYES, (-1, 1), strict=True):
        for name, value_T in (("Out", outwards * yaw_T), ("In", -outwards * yaw_T), ("Down", down_T), ("Up", -down_T)):
            weights_T52[:, ARKIT_INDEX[f"eyeLook{name}{eye.side}"]] = np.clip(value_T, 0, 1)
    return weights_T52
