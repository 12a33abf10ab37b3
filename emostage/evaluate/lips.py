"""How far the lips of a motion are apart, on the mean head: no picture, no camera. T frames."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from emostage.core.tracks import F32, F64
from emostage.evaluate.measures import INNER_LIPS, OUTER_EYES
from emostage.face.actions import photo_actions
from emostage.face.head import load_head


def lip_gap_of(expression_T52: F32 | F64) -> F64:
    """Height of the gap between the inner lips (T,) in outer-eye distances; below 0 where they press together."""
    rest, actions_52 = _gaps()
    gap_T: F64 = rest + expression_T52.astype(np.float64) @ actions_52
    return gap_T


@lru_cache(maxsize=1)
def _gaps() -> tuple[float, F64]:
    """The gap of the neutral mean head, and what a full action (52,) adds to it."""
    head, (upper, lower) = load_head(), INNER_LIPS
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    actions_52N3 = photo_actions(head, neutral_N3)
    eyes = float(np.linalg.norm(neutral_N3[OUTER_EYES[0]] - neutral_N3[OUTER_EYES[1]]))
    rest = float(neutral_N3[lower, 1] - neutral_N3[upper, 1]) / eyes
    return rest, (actions_52N3[:, lower, 1] - actions_52N3[:, upper, 1]) / eyes
