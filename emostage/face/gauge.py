"""How far the lips of a motion are apart, and how wide its mouth is, on the mean head: no picture, no camera. T frames."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from emostage.core.tracks import F32, F64
from emostage.face.actions import photo_actions
from emostage.face.head import load_head

_INNER_LIPS, _CORNERS, _OUTER_EYES = (13, 14), (61, 291), (33, 263)
"""Landmarks; of the lips the upper one first."""


def lip_gap_of(expression_T52: F32 | F64) -> F64:
    """Height of the gap between the inner lips (T,) in outer-eye distances; below 0 where they press together."""
    rest, actions_52 = _gauged()[0]
    gap_T: F64 = rest + expression_T52.astype(np.float64) @ actions_52
    return gap_T


def mouth_width_of(expression_T52: F32 | F64) -> F64:
    """Distance of the corners of the mouth (T,) across the face, in outer-eye distances."""
    rest, actions_52 = _gauged()[1]
    width_T: F64 = rest + expression_T52.astype(np.float64) @ actions_52
    return width_T


@lru_cache(maxsize=1)
def _gauged() -> tuple[tuple[float, F64], tuple[float, F64]]:
    """Gap and width of the neutral mean head, and what a full action (52,) adds to each."""
    head = load_head()
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    actions_52N3 = photo_actions(head, neutral_N3)
    eyes = float(np.linalg.norm(neutral_N3[_OUTER_EYES[0]] - neutral_N3[_OUTER_EYES[1]]))

    def apart(pair: tuple[int, int], axis: int) -> tuple[float, F64]:
        first, second = pair
        rest = float(neutral_N3[second, axis] - neutral_N3[first, axis]) / eyes
        return rest, (actions_52N3[:, second, axis] - actions_52N3[:, first, axis]) / eyes

    return apart(_INNER_LIPS, 1), apart(_CORNERS, 0)
