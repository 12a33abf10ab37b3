"""Clothes: what of the mesh is cloth, its colour and pattern. M points of the neutral head; linear light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.training.heads.canvas import Canvas, ramp
from emostage.training.heads.noise import value_noise
from emostage.training.heads.tones import linear

_THICK_M = 0.004
_SEAM_M = 0.004


@dataclass(frozen=True, kw_only=True)
class Clothes:
    """`neck_m` height of the neckline in front (y of the neutral head), `rise` of it towards the back, `vee` its point in front,
    colours of cloth and collar, stripes per metre (0 none) and their colour."""

    neck_m: float
    rise: float
    vee: float
    colour: tuple[float, float, float]
    collar: tuple[float, float, float]
    stripes: float
    second: tuple[float, float, float]

    def height_mm(self, canvas: Canvas) -> Tensor:
        """How far below the neckline points lie (M,): cloth where positive."""
        away = canvas.azimuth_deg.abs()
        line = self.neck_m - self.rise * ramp(10.0, 120.0, away) + self.vee * ramp(28.0, 0.0, away)
        return (canvas.points_M3[..., 1] - line) * 1e3

    def raised_m(self, canvas: Canvas) -> Tensor:
        """How far cloth lies above the skin (M,)."""
        return _THICK_M * ramp(-3.0, 3.0, self.height_mm(canvas))

    def paint(self, points_N3: Tensor, height_N: Tensor) -> Tensor:
        """Colours (N, 3)."""
        x, y, z = points_N3.unbind(-1)
        weave = 0.85 + 0.3 * value_noise(torch.stack([x * 500, y * 500, z * 500], -1), 21)
        folds = 0.8 + 0.4 * value_noise(torch.stack([x * 25, y * 12, z * 25], -1), 22)
        cloth = points_N3.new_tensor(self.colour)
        if self.stripes:
            band = (torch.sin(y * self.stripes * 6.283) > 0).float()[:, None]
            cloth = cloth + band * (points_N3.new_tensor(self.second) - cloth)
        collar = ramp(9.0, 8.0, height_N)[:, None]
        cloth = cloth + collar * (points_N3.new_tensor(self.collar) - cloth)
        seam = 1 - 0.35 * torch.exp(-(((height_N - 8.5) / 0.8) ** 2))
        return cloth * (weave * folds * seam)[:, None]


def draw_clothes(rng: np.random.Generator) -> Clothes:
    """Random clothes: round, high or pointed necks, plain or striped, the collar at times of another colour."""
    colour_3 = _cloth(rng)
    vee = rng.random() < 0.3
    other_3, second_3 = _cloth(rng), _cloth(rng)
    return Clothes(
        neck_m=float(rng.uniform(0.155, 0.195)),
        rise=float(rng.uniform(0.0, 0.02)),
        vee=float(rng.uniform(0.02, 0.06)) if vee else 0.0,
        colour=colour_3,
        collar=other_3 if rng.random() < 0.25 else colour_3,
        stripes=float(rng.uniform(25, 70)) if rng.random() < 0.2 else 0.0,
        second=second_3,
    )


def _cloth(rng: np.random.Generator) -> tuple[float, float, float]:
    red, green, blue = linear(np.clip(rng.uniform(15, 230) + rng.normal(0, 40, 3), 8, 240))
    return float(red), float(green), float(blue)
