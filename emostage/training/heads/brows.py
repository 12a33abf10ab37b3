"""Eyebrows and the dark line of the lashes. H, W texels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.face.topology import BROWS, EYES
from emostage.training.heads.canvas import Canvas, ramp
from emostage.training.heads.noise import value_noise

_HALF_MM = 3.6
"""Half the height of usual brows."""
_LEAN = 0.9
"""How far hairs run outwards while they rise."""


@dataclass(frozen=True, kw_only=True)
class Brows:
    """`thickness` in usual heights, `density` in [0, 1], `rise_mm` above the usual place, `arch_mm` of the middle, `lash` and
    `liner` darkness of the lid's margin in [0, 1], and the hairs' colour (linear RGB)."""

    thickness: float
    density: float
    rise_mm: float
    arch_mm: float
    lash: float
    liner: float
    colour: tuple[float, float, float]


def draw_brows(sex: float, hair: tuple[float, float, float], rng: np.random.Generator) -> Brows:
    """Random brows: thicker, lower and straighter on men; darker than fair hair."""
    dark_3 = np.minimum(np.array(hair) * rng.uniform(0.45, 0.9), 0.30)
    return Brows(
        thickness=float(np.clip(rng.normal(1.0 + 0.22 * sex, 0.22), 0.5, 1.7)),
        density=float(np.clip(rng.normal(0.78, 0.16), 0.35, 1.0)),
        rise_mm=float(rng.normal(0.4 - 0.7 * sex, 0.8)),
        arch_mm=float(rng.normal(0.8 - 1.0 * sex, 0.9)),
        lash=float(rng.uniform(0.45, 0.8) - 0.15 * sex),
        liner=float(rng.uniform(0.3, 1.0)) if sex < 0 and rng.random() < 0.4 else 0.0,
        colour=(float(dark_3[0]), float(dark_3[1]), float(dark_3[2])),
    )


def brow_mask(canvas: Canvas, brows: Brows, seed: int) -> Tensor:
    """How much hair covers each texel: strokes within a band that thins out to its outer end."""
    total = torch.zeros_like(canvas.points_M3[..., 0])
    for side, (upper, lower) in enumerate(BROWS):
        middle_P2 = (0.5 * (canvas.chain(upper) + canvas.chain(lower))).flip(0)
        share_P = torch.linspace(0, 1, len(middle_P2)).to(middle_P2)
        middle_P2 = middle_P2.clone()
        middle_P2[:, 1] -= 1e-3 * (brows.rise_mm + brows.arch_mm * (4 * share_P * (1 - share_P) - 0.5))
        _, share, height = canvas.along(middle_P2)
        outwards = canvas.points_M3[..., 0].abs() * 1e3
        first, last = float(middle_P2[0, 0].abs() * 1e3), float(middle_P2[-1, 0].abs() * 1e3)
        half = _HALF_MM * brows.thickness * (0.35 + 0.65 * ramp(1.08, 0.45, share)) * (0.75 + 0.25 * ramp(0.0, 0.25, share))
        band = ramp(1.15, 0.55, height.abs() / half) * ramp(first - 3.5, first + 2.5, outwards) * ramp(last + 4, last - 3, outwards)
        across = outwards - _LEAN * height
        strokes = value_noise(torch.stack([across * 0.9 + 70.0 * side, height * 0.16], -1), seed)
        own_side = (canvas.points_M3[..., 0] * (1 if side else -1) > 0).float()
        total = total + own_side * band * ((0.35 + 0.9 * strokes) * brows.density).clamp(0, 1)
    return (total * canvas.front).clamp(0, 1)


def lash_mask(canvas: Canvas, brows: Brows) -> Tensor:
    """Darkness of the lid margins: strong above, fading towards the inner corner, faint below."""
    total = torch.zeros_like(canvas.points_M3[..., 0])
    for eye in EYES:
        for chain, width_mm, strength in ((eye.upper, 1.5 + 1.2 * brows.liner, 1.0), (eye.lower, 0.8, 0.4)):
            distance, share, _ = canvas.along(canvas.chain(chain))
            ends = ramp(1.0, 0.75, share)
            total = torch.maximum(total, strength * ends * ramp(width_mm, 0.3 * width_mm, distance))
    return (total * canvas.front * max(brows.lash, brows.liner)).clamp(0, 1)
