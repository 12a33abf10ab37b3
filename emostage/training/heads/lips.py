"""The red of the lips. H, W texels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.face.topology import OUTER_LIP_L, OUTER_LIP_U
from emostage.training.heads.canvas import Canvas, inside, ramp
from emostage.training.heads.noise import value_noise
from emostage.training.heads.tones import linear

_PAINTS_SRGB = np.array([[170, 30, 50], [196, 70, 80], [150, 60, 70], [120, 30, 50], [205, 95, 100], [90, 35, 45]])


@dataclass(frozen=True, kw_only=True)
class Lips:
    """`tint` of the skin by blood, per channel; `paint` a lipstick (linear RGB) that covers the lips by `cover`; `gloss`."""

    tint: tuple[float, float, float]
    paint: tuple[float, float, float]
    cover: float
    gloss: float


def draw_lips(sex: float, melanin: float, rng: np.random.Generator) -> Lips:
    """Random lips; lipstick on half of the women and on nobody else."""
    strength = rng.uniform(0.7, 1.25)
    tint_3 = np.array([0.86, 0.50, 0.52]) ** strength if melanin < 0.6 else np.array([0.88, 0.62, 0.66]) ** strength
    painted = sex < 0 and rng.random() < 0.5
    paint_3 = linear(_PAINTS_SRGB[rng.integers(len(_PAINTS_SRGB))])
    return Lips(
        tint=(float(tint_3[0]), float(tint_3[1]), float(tint_3[2])),
        paint=(float(paint_3[0]), float(paint_3[1]), float(paint_3[2])),
        cover=float(rng.uniform(0.35, 0.85)) if painted else 0.0,
        gloss=float(rng.uniform(0.25, 0.9) if painted else rng.uniform(0.1, 0.5)),
    )


def lip_mask(canvas: Canvas) -> Tensor:
    """1 inside the border of the lips, 0 outside, soft over a millimetre."""
    border_P2 = canvas.chain((*OUTER_LIP_U, *OUTER_LIP_L[-2:0:-1]))
    edge_mm, _, _ = canvas.along(torch.cat([border_P2, border_P2[:1]]))
    signed = edge_mm * (2 * inside(canvas.points_M3[..., :2], border_P2) - 1)
    return ramp(-0.7, 0.8, signed) * canvas.front


def paint_lips(albedo_HW3: Tensor, canvas: Canvas, mask_HW: Tensor, lips: Lips) -> Tensor:
    """The skin with lips: tinted, finely creased from top to bottom, then covered with lipstick."""
    x, y, _ = canvas.points_M3.unbind(-1)
    creases = value_noise(torch.stack([x * 1400, y * 180], -1), 11)
    natural = albedo_HW3 * albedo_HW3.new_tensor(lips.tint) * (0.9 + 0.2 * creases)[..., None]
    colour = natural + lips.cover * (albedo_HW3.new_tensor(lips.paint) * (0.92 + 0.16 * creases)[..., None] - natural)
    return albedo_HW3 + mask_HW[..., None] * (colour - albedo_HW3)
