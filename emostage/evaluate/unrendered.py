"""What a motion shows before anything is drawn: the fitted head moved by it, without camera, picture or tracking.

T frames, N = 468 landmarks.
"""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import F32, F64, Portrait
from emostage.face.actions import photo_actions
from emostage.face.head import Head


def moved(head: Head, portrait: Portrait, expression_T52: F32 | F64) -> F64:
    """Landmarks (T, N, 3) in head coordinates (metres) of a portrait's fitted head under expressions."""
    neutral_N3 = head.at_landmarks(portrait.fit.vertices_V3).astype(np.float64)
    actions_52N3 = photo_actions(head, neutral_N3)
    points_TN3: F64 = neutral_N3 + np.einsum("te,enc->tnc", expression_T52.astype(np.float64), actions_52N3)
    return points_TN3
