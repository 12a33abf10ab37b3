"""The inside of the mouth: walls and tongue in the dark, teeth in front of them. N pixels, B frames."""

from __future__ import annotations

import torch
from torch import Tensor

from emostage.training.heads.noise import value_noise
from emostage.training.heads.teeth import Row

_WALL_3, _TONGUE_3 = (0.30, 0.075, 0.065), (0.46, 0.155, 0.14)
_FADE_M, _TEETH_FADE_M = 0.016, 0.045
"""Depth behind the lips over which light fades by e."""
_LIP_M = 0.004
"""Light is whole this far behind the front of the lips."""
_BEHIND_M = 0.004
"""Teeth show although lips pressed on them come this much to the front of them."""


def walls(tongue_N: Tensor, rest_N3: Tensor) -> Tensor:
    """Albedo (N, 3) of walls (0) and tongue (1)."""
    buds_N1 = (0.85 + 0.3 * value_noise(rest_N3 * 900, 31))[:, None]
    wall_3 = rest_N3.new_tensor(_WALL_3)
    return (wall_3 + tongue_N[:, None] * (rest_N3.new_tensor(_TONGUE_3) - wall_3)) * buds_N1


def fading(depth_N: Tensor, lips_N: Tensor, *, teeth: bool) -> Tensor:
    """Share of the light (N,) that is left at a depth behind that of the lips, both in m."""
    return torch.exp(-(depth_N - lips_N - _LIP_M).clamp_min(0) / (_TEETH_FADE_M if teeth else _FADE_M))


def teeth_seen(
    rows: tuple[Row, Row], origin_N3: Tensor, ray_N3: Tensor, *, lower_shift_N3: Tensor, depth_N: Tensor, tongue_N: Tensor
) -> tuple[Tensor, Tensor]:
    """Colour with alpha (N, 4) of the teeth before what lies at `depth_N`, and their depth (N,).

    `lower_shift_N3` is where the jaw has taken the lower row.
    """
    upper, lower = rows
    seen = torch.zeros(len(ray_N3), 4, device=ray_N3.device)
    at_N = depth_N.clone()
    for row, start_N3 in ((lower, origin_N3 - lower_shift_N3), (upper, origin_N3)):
        colour_N4, q_N = row.meet(start_N3, ray_N3)
        free_N = (q_N < depth_N + torch.where(tongue_N > 0.5, 0.0, _BEHIND_M)) & (q_N > 0)
        alpha_N1 = (colour_N4[:, 3] * free_N)[:, None]
        seen = torch.cat([seen[:, :3] * (1 - alpha_N1) + colour_N4[:, :3] * alpha_N1, seen[:, 3:] * (1 - alpha_N1) + alpha_N1], -1)
        at_N = torch.where(alpha_N1[:, 0] > 0.5, q_N, at_N)
    return seen, at_N
