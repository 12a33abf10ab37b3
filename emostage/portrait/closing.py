"""Brings the two contours of lips or lids together on the picture. Letters: B frames, V vertices, P contour pairs."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from emostage.portrait.polygon import ramp


def close_contour(
    points_BV2: Tensor,
    weights_VP: tuple[Tensor, Tensor],
    pairs: tuple[Sequence[int], Sequence[int]],
    amount_B: Tensor,
    *,
    upper_share: float,
    shut_px: float = 0.0,
    rounding_B2: Tensor | None = None,
) -> Tensor:
    """Points after closing: `amount` 1 closes every pair exactly, 0 leaves the gap; overlap is always removed.

    The upper contour takes `upper_share` of the way. Gaps under about `shut_px` close softly. `rounding` narrows the gap
    towards the ends of the contour: the first evenly, the second steeply at the corners.
    The skin around follows by weight; the contours themselves are set.
    """
    upper, lower = list(pairs[0]), list(pairs[1])
    upper_BP2, lower_BP2 = points_BV2[:, upper], points_BV2[:, lower]
    axis_B12, down_B12 = _axes(upper_BP2)
    apart_BP2 = lower_BP2 - upper_BP2
    gap_BP = (apart_BP2 * down_B12).sum(-1)
    amount_B1 = amount_B[:, None]
    kept_BP = gap_BP.clamp_min(0) * (1 - amount_B1)
    goal_BP = kept_BP if rounding_B2 is None else _rounded(kept_BP, rounding_B2, shut_px)
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


def _rounded(gap_BP: Tensor, rounding_B2: Tensor, slack_px: float) -> Tensor:
    """The gap narrowed towards the ends. A mouth is never wider open beside its middle than in it, but for `slack_px`."""
    arc_P = torch.sin(torch.pi * torch.linspace(0, 1, gap_BP.shape[1], device=gap_BP.device)).clamp_min(0)
    even_B1, steep_B1 = rounding_B2[:, :1], rounding_B2[:, 1:]
    middle = gap_BP.shape[1] // 2
    most_BP = (1.1 * gap_BP[:, middle - 1 : middle + 2].amax(1, keepdim=True) + slack_px) * arc_P**0.75
    even_BP = torch.where(gap_BP > most_BP, most_BP + 0.25 * (gap_BP - most_BP), gap_BP)
    narrowed_BP: Tensor = even_BP * (1 - even_B1 * (1 - arc_P**1.8)) * (1 - steep_B1 * (1 - arc_P**0.6))
    return narrowed_BP
