"""Beards and stubble: where they grow, how dense and how long. M points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.training.heads.canvas import Canvas, ramp
from emostage.training.heads.lips import lip_mask
from emostage.training.heads.noise import value_noise

_CHEEK_LINE = ((0, 0.0775), (12, 0.0800), (22, 0.0905), (32, 0.0900), (45, 0.0780), (56, 0.0580), (66, 0.0380), (80, 0.0300))
"""Height (m) of a full beard's upper border at azimuths in degrees."""
_NECK_LINE = ((0, 0.148), (30, 0.140), (60, 0.112), (80, 0.085))
_ZONES = {"none": (), "stubble": ("moustache", "chin", "cheek"), "full": ("moustache", "chin", "cheek"),
          "goatee": ("moustache", "chin"), "moustache": ("moustache",)}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Beard:
    """`style` is none, stubble, moustache, goatee or full; `density` in [0, 1]; `length_mm` raises the skin."""

    style: str
    density: float
    length_mm: float


def draw_beard(sex: float, rng: np.random.Generator) -> Beard:
    """A random beard: on half of the men."""
    style = str(rng.choice(["none", "stubble", "moustache", "goatee", "full"], p=[0.44, 0.24, 0.06, 0.08, 0.18]))
    if sex < 0.3:
        return Beard(style="none", density=0.0, length_mm=0.0)
    if style == "none":
        return Beard(style="stubble", density=float(rng.uniform(0.0, 0.22)), length_mm=0.0)
    if style == "stubble":
        return Beard(style=style, density=float(rng.uniform(0.25, 0.55)), length_mm=0.3)
    return Beard(style=style, density=float(rng.uniform(0.75, 0.97)), length_mm=float(rng.uniform(1.0, 5.0)))


def beard_mask(canvas: Canvas, beard: Beard, seed: int) -> Tensor:
    """Share of hair at each point, in [0, 1]."""
    points_M3 = canvas.points_M3
    if not _ZONES[beard.style]:
        return torch.zeros_like(points_M3[..., 0])
    away, y = canvas.azimuth_deg.abs(), points_M3[..., 1]
    wander = 4e-3 * (value_noise(points_M3 * 90, seed) - 0.5)
    grown = ramp(-2e-3, 5e-3, y - _line(_CHEEK_LINE, away) + wander) * ramp(6e-3, -6e-3, y - _line(_NECK_LINE, away) + wander)
    moustache = ramp(0.0975, 0.0935, y) * ramp(29.0, 22.0, away)
    chin = ramp(0.0915, 0.0965, y) * ramp(25.0, 17.0, away)
    cheek = torch.maximum(ramp(13.0, 19.0, away), chin)
    zones = {"moustache": moustache, "chin": chin, "cheek": cheek}
    mask = torch.stack([zones[name] for name in _ZONES[beard.style]]).amax(0)
    nose = ramp(0.0785, 0.0815, y) + ramp(15.0, 20.0, away)
    lips = ramp(0.25, 0.0, lip_mask(canvas))
    return grown * mask * nose.clamp(0, 1) * lips * ramp(84.0, 74.0, away)


def beard_strokes(canvas: Canvas, mask_M: Tensor, beard: Beard, seed: int) -> Tensor:
    """The mask broken into hairs that run down: dots when short."""
    x, y, z = canvas.points_M3.unbind(-1)
    long = min(beard.length_mm / 3.0, 1.0)
    hairs = value_noise(torch.stack([x * 1100, y * (1100 - 850 * long), z * 700], -1), seed)
    patches = value_noise(canvas.points_M3 * 120, seed + 1)
    cover = mask_M * (beard.density * (0.85 + 0.3 * patches))
    return (cover * (0.45 + (1.0 - 0.3 * long) * hairs + 0.2 * long)).clamp(0, 1)


def _line(knots: tuple[tuple[float, float], ...], at_M: Tensor) -> Tensor:
    """A height read from knots at azimuths, linear between them."""
    xs, ys = (np.array(v) for v in zip(*knots, strict=True))
    return torch.from_numpy(np.interp(at_M.numpy(), xs, ys)).to(at_M)
