"""The look of hair: strands in many shades, shine across them, ragged edges. N pixels; linear light."""

from __future__ import annotations

import torch
from torch import Tensor

from emostage.training.heads.canvas import ramp
from emostage.training.heads.hairstyle import Hair
from emostage.training.heads.light import Light
from emostage.training.heads.noise import value_noise

_FINE, _COARSE = 1.3, 0.28
"""Strands and locks in a millimetre across."""
_SHIFT = 0.12
"""How far shine wanders along strands."""


def full_mm(hair: Hair) -> float:
    """How far within its border hair covers everything."""
    return 1.5 + hair.ragged_mm * (2.0 - 0.5 * _loose(hair))


def _loose(hair: Hair) -> float:
    """How far locks stray at the border: more where hair ends freely."""
    return 1.0 if hair.fringe_deg or hair.fall_m else 0.45


def cover(edge_N: Tensor, places_N2: Tensor, hair: Hair) -> Tensor:
    """Share of each pixel (N,) that hair covers: full within, broken into locks at its border."""
    lock_N, hair_N = _along_strands(places_N2, 0.5, hair, 71), _along_strands(places_N2, _FINE, hair, 74)
    loose = _loose(hair)
    broken_N = hair.ragged_mm * (loose * (lock_N - 0.5) + 0.8 * (hair_N - 0.5))
    return ramp(-1.0, 1.5 + hair.ragged_mm * (1.6 - loose), edge_N - broken_N)


def shade(
    normal_N3: Tensor, tangent_N3: Tensor, view_N3: Tensor, places_N2: Tensor, open_N: Tensor, *, hair: Hair, light: Light
) -> Tensor:
    """Light (N, 3) from hair: Kajiya and Kay's highlight ("Rendering fur with three dimensional textures", SIGGRAPH 1989) on
    strands whose brightness varies."""
    fine_N, lock_N = _along_strands(places_N2, _FINE, hair, 72), _along_strands(places_N2, _COARSE, hair, 73)
    facing_N3 = torch.where((normal_N3 * view_N3).sum(-1, keepdim=True) < 0, -normal_N3, normal_N3)
    reach_NK = open_N[:, None].expand(-1, len(light.colours))
    strength_N1 = ((0.45 + 0.55 * fine_N + 0.55 * (lock_N - 0.3)) * open_N)[:, None]
    total = light.diffuse(facing_N3, reach_NK, open_N, 0.6) * normal_N3.new_tensor(hair.colour) * strength_N1
    for direction, colour in zip(light.directions, light.colours, strict=True):
        half_N3 = torch.nn.functional.normalize(view_N3 + normal_N3.new_tensor(direction), dim=-1)
        along_N = (tangent_N3 * half_N3).sum(-1) + _SHIFT * (fine_N + lock_N - 1)
        shine_N = (1 - along_N**2).clamp_min(0) ** 24 * (facing_N3 @ normal_N3.new_tensor(direction) + 0.2).clamp(0, 1) * open_N
        tint_3 = 0.02 + 0.35 * normal_N3.new_tensor(hair.colour)
        total = total + hair.gloss * shine_N[:, None] * tint_3 * normal_N3.new_tensor(colour)
    return total


def _along_strands(places_N2: Tensor, per_mm: float, hair: Hair, seed: int) -> Tensor:
    """Noise (N,) stretched along strands; curls shorten and bend it."""
    across, along = places_N2.unbind(-1)
    bend = 5.0 * hair.curl * torch.sin(along * 0.35 + across * 0.11)
    stretched = along * (0.03 + 0.55 * per_mm * hair.curl**2)
    return value_noise(torch.stack([(across + bend) * per_mm, stretched], -1), seed)
