"""Which vertices follow which contour point when lips or lids are brought together.

Letters: N points, P contour pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from emostage.core.tracks import F64
from emostage.face.topology import LIP_L, LIP_U, Chain, Eye

_LIP_REACH = 0.30
_LID_REACH = 0.28
"""How far a contour carries the skin around it, in mouth and eye widths."""
_LID_WIDENING = 0.9
"""How much more of a lid's contour carries a point for each pixel that it is farther away: lines in the skin stay smooth."""


def smooth(low: float | F64, high: float | F64, value: Any) -> F64:
    """Smoothstep: 0 below `low`, 1 above `high`."""
    t: F64 = np.clip((np.asarray(value, np.float64) - low) / (np.asarray(high) - low + 1e-12), 0.0, 1.0)
    eased: F64 = t * t * (3.0 - 2.0 * t)
    return eased


def distances(points_N2: F64, chain_P2: F64) -> F64:
    """Distances (N, P) between points and contour points."""
    apart_NP: F64 = np.linalg.norm(points_N2[:, None] - chain_P2[None], axis=-1)
    return apart_NP


def along(points_P2: F64, steps: int = 4) -> F64:
    """An open polyline with `steps` points a segment."""
    at_P = np.arange(len(points_P2))
    fine_N = np.linspace(0, len(points_P2) - 1, (len(points_P2) - 1) * steps + 1)
    return np.stack([np.interp(fine_N, at_P, points_P2[:, k]) for k in range(2)], 1)


def _follow(points_N2: F64, chain_P2: F64, reach_px: float, side_N: F64) -> F64:
    """Gaussian shares (N, P) over a contour, fading with the distance from it and with the side of it a point lies on."""
    distance_NP = distances(points_N2, chain_P2)
    return _shared(distance_NP, 0.35 * reach_px, np.exp(-((distance_NP.min(1) / reach_px) ** 2)) * side_N)


def _shared(distance_NP: F64, width: float | F64, amount_N: F64) -> F64:
    """An amount at each point divided among the contour points (N, P) by a Gaussian of their distance."""
    shares_NP = np.exp(-((distance_NP / width) ** 2)) + 1e-12
    shared_NP: F64 = shares_NP * (amount_N / shares_NP.sum(1))[:, None]
    return shared_NP


def _axes(first_2: F64, last_2: F64) -> tuple[F64, F64]:
    """Unit vectors along a contour (to the right of the picture) and across it (down)."""
    axis_2 = (last_2 - first_2) / np.linalg.norm(last_2 - first_2)
    axis_2 = axis_2 if axis_2[0] >= 0 else -axis_2
    return axis_2, np.array([-axis_2[1], axis_2[0]])


def _pinned(side_N: F64, upper: Sequence[int], lower: Sequence[int]) -> F64:
    """The side of every point (0 upper, 1 lower) with the contours themselves made certain and the corners shared."""
    side_N[list(upper)], side_N[list(lower)] = 0.0, 1.0
    side_N[[upper[0], upper[-1]]] = 0.5
    return side_N


def lip_weights(points_N2: F64, landmarks_L2: F64, reach: float = 1.0) -> tuple[F64, F64]:
    """How points follow the upper and the lower lip contour: two (N, 11). The first 468 points must be the landmarks.

    Beyond the corners of the mouth the change from upper to lower side widens with distance, so that cheeks do not tear.
    """
    upper_P2, lower_P2 = landmarks_L2[list(LIP_U)], landmarks_L2[list(LIP_L)]
    width = float(np.linalg.norm(upper_P2[-1] - upper_P2[0]))
    axis_2, down_2 = _axes(upper_P2[0], upper_P2[-1])
    middle_N2 = along((upper_P2 + lower_P2) / 2)
    offset_N2 = points_N2 - middle_N2[distances(points_N2, middle_N2).argmin(1)]
    beyond_N = np.maximum(np.abs((points_N2 - middle_N2[len(middle_N2) // 2]) @ axis_2) - 0.46 * width, 0.0)
    blend_N = 0.5 + 1.2 * beyond_N
    side_N = _pinned(smooth(-blend_N, blend_N, offset_N2 @ down_2), LIP_U, LIP_L)
    reach_px = _LIP_REACH * width * reach
    return _follow(points_N2, upper_P2, reach_px, 1.0 - side_N), _follow(points_N2, lower_P2, reach_px, side_N)


def lid_weights(points_N2: F64, landmarks_L2: F64, eye: Eye) -> tuple[F64, F64]:
    """How points follow the upper and the lower lid margin of an eye: two (N, 9). The first 468 points must be the landmarks."""

    def chain(points: Chain) -> F64:
        return landmarks_L2[list(points)]

    upper_P2, lower_P2 = chain(eye.upper), chain(eye.lower)
    _, down_2 = _axes(upper_P2[0], upper_P2[-1])
    middle_P2 = (upper_P2 + lower_P2) / 2
    offset_N2 = points_N2 - middle_P2[distances(points_N2, middle_P2).argmin(1)]
    side_N = _pinned(smooth(-0.5, 0.5, offset_N2 @ down_2), eye.upper, eye.lower)
    reach_px = _LID_REACH * float(np.linalg.norm(upper_P2[-1] - upper_P2[0]))

    def follow(chain_P2: F64, share_N: F64) -> F64:
        from_curve_N = distances(points_N2, along(chain_P2)).min(1)
        width_N1 = (0.35 * reach_px + _LID_WIDENING * np.minimum(from_curve_N, reach_px))[:, None]
        return _shared(distances(points_N2, chain_P2), width_N1, np.exp(-((from_curve_N / reach_px) ** 2)) * share_N)

    return follow(upper_P2, 1.0 - side_N), follow(lower_P2, side_N)
