"""Brings the two contours of lips or lids together on the picture. Letters: B frames, V vertices, P contour pairs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from emostage.portrait.polygon import ramp

_ROUNDNESS = 0.56
"""Exponent of the opening's profile: 0.5 is an ellipse; a little more runs out softer."""


def close_contour(
    points_BV2: Tensor,
    weights_VP: tuple[Tensor, Tensor],
    pairs: tuple[Sequence[int], Sequence[int]],
    amount_B: Tensor,
    *,
    upper_share: float,
    shut_px: float = 0.0,
    ends_B2: Tensor | None = None,
) -> Tensor:
    """Points after closing: `amount` 1 closes every pair exactly, 0 leaves the gap; overlap is always removed.

    The upper contour takes `upper_share` of the way. Gaps under about `shut_px` close softly. `ends_B2` shapes the opening towards
    its ends: how round it is, and the share of its half-length over which the contours still stick together at each end.
    The skin around follows by weight; the contours themselves are set.
    """
    upper, lower = list(pairs[0]), list(pairs[1])
    upper_BP2, lower_BP2 = points_BV2[:, upper], points_BV2[:, lower]
    axis_B12, down_B12 = _axes(upper_BP2)
    apart_BP2 = lower_BP2 - upper_BP2
    gap_BP = (apart_BP2 * down_B12).sum(-1)
    amount_B1 = amount_B[:, None]
    kept_BP = gap_BP.clamp_min(0) * (1 - amount_B1)
    goal_BP = kept_BP if ends_B2 is None else _rounded(kept_BP, ((upper_BP2 + lower_BP2) * axis_B12).sum(-1), ends_B2)
    if shut_px > 0:
        goal_BP = goal_BP * ramp(0.3 * shut_px, 1.6 * shut_px, goal_BP)
    change_BP2 = (goal_BP - gap_BP)[..., None] * down_B12
    along_BP2 = (apart_BP2 * axis_B12).sum(-1, keepdim=True) * axis_B12 * amount_B1[..., None]
    upper_move = 0.5 * along_BP2 - change_BP2 * upper_share
    lower_move = change_BP2 * (1 - upper_share) - 0.5 * along_BP2
    moved = points_BV2 + weights_VP[0] @ upper_move + weights_VP[1] @ lower_move
    risen_BP2, sunk_BP2 = (upper_BP2 + upper_move)[:, 1:-1], (lower_BP2 + lower_move)[:, 1:-1]
    moved[:, upper[1:-1]] = risen_BP2
    moved[:, lower[1:-1]] = torch.where(amount_B1[..., None] >= 1, risen_BP2, sunk_BP2)
    return moved


def _axes(contour_BP2: Tensor) -> tuple[Tensor, Tensor]:
    """Unit vectors (B, 1, 2) along a contour, to the right of the picture, and across it, down."""
    axis_B12 = contour_BP2[:, -1:] - contour_BP2[:, :1]
    axis_B12 = axis_B12 * torch.sign(axis_B12[..., :1]) / axis_B12.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    return axis_B12, torch.stack([-axis_B12[..., 1], axis_B12[..., 0]], -1)


def _rounded(gap_BP: Tensor, along_BP: Tensor, ends_B2: Tensor) -> Tensor:
    """The gap with round ends: an ellipse as high as the middle of the mouth, over the part of it that does not stick.

    `along_BP` is where the pairs lie along the contour.
    """
    first_B1, last_B1 = along_BP[:, :1], along_BP[:, -1:]
    away_BP = (2 * (along_BP - first_B1) / (last_B1 - first_B1).clamp_min(1e-6) - 1).abs()
    round_B1, stuck_B1 = ends_B2[:, :1], ends_B2[:, 1:]
    inside_BP = (1 - (away_BP / (1 - stuck_B1)) ** 2).clamp_min(0)
    middle = gap_BP.shape[1] // 2
    height_B1 = gap_BP[:, middle - 1 : middle + 2].mean(1, keepdim=True)
    eased_BP = torch.minimum(gap_BP, 1.15 * height_B1 + 0.2 * gap_BP) * inside_BP.clamp_max(0.36) / 0.36
    return torch.lerp(eased_BP, height_B1 * inside_BP**_ROUNDNESS, round_B1)
