"""The skin of a person as a texture: colour, gloss and folds. H, W texels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.training.heads.beard import Beard, beard_mask, beard_strokes
from emostage.training.heads.brows import Brows, brow_mask, lash_mask
from emostage.training.heads.canvas import Canvas, ramp
from emostage.training.heads.folds import GROUPS, fold_maps
from emostage.training.heads.lips import Lips, lip_mask, paint_lips
from emostage.training.heads.noise import layered, value_noise
from emostage.training.heads.tones import Complexion

CHANNELS = 5 + GROUPS
"""Colour (3), gloss (1), the red of the lips (1) and fold maps."""
_RED_SPOTS = ((50, 17.0, 0.6), (280, 17.0, 0.6), (1, 9.0, 0.7), (64, 6.0, 0.4), (294, 6.0, 0.4), (152, 12.0, 0.35))
"""Landmarks that blood shows at: spread in mm and strength."""
_BLOOD_3 = (0.02, 0.30, 0.26)
"""How much of each channel the strongest blood takes."""
_LASH_3 = (0.015, 0.012, 0.011)


@dataclass(frozen=True, kw_only=True)
class Marks:
    """`freckles`, `blotches`, `spots` (of age), `shadows` (under the eyes) in [0, 1], `oil` the gloss of the skin, and
    moles as (azimuth, latitude in deg, radius in mm)."""

    freckles: float
    blotches: float
    spots: float
    shadows: float
    oil: float
    moles: tuple[tuple[float, float, float], ...]


def draw_marks(age: float, melanin: float, rng: np.random.Generator) -> Marks:
    """Random marks: freckles on fair skin, spots on old skin."""
    moles = [(rng.uniform(-60, 60), rng.uniform(-30, 45), rng.uniform(0.5, 1.3)) for _ in range(int(rng.poisson(1.6)))]
    return Marks(
        freckles=float(rng.uniform(0.3, 1.0)) if melanin < 0.3 and rng.random() < 0.3 else 0.0,
        blotches=float(rng.uniform(0.3, 1.0)),
        spots=float(np.clip((age - 0.5) * 1.6 * rng.random(), 0, 1)),
        shadows=float(rng.uniform(0.1, 0.6) + 0.3 * age),
        oil=float(rng.uniform(0.25, 1.0)),
        moles=tuple((float(a), float(b), float(r)) for a, b, r in moles),
    )


def paint_skin(
    canvas: Canvas, complexion: Complexion, marks: Marks, *, lips: Lips, brows: Brows, beard: Beard, seed: int
) -> Tensor:
    """The texture (H, W, 5 + G): linear RGB, gloss in [0, 1], the share of lip, fold maps."""
    albedo = _base(canvas, complexion, marks, seed)
    red = lip_mask(canvas)
    albedo = paint_lips(albedo, canvas, red, lips)
    grown = beard_mask(canvas, beard, seed + 40)
    hairs = beard_strokes(canvas, grown, beard, seed + 41)
    hair_3 = 0.6 * albedo.new_tensor(complexion.hair)
    if complexion.grey < 0.5 or beard.length_mm < 1:
        hair_3 = torch.minimum(hair_3, (0.35 if beard.length_mm < 1 else 0.5) * albedo.new_tensor(complexion.skin))
    albedo = albedo + hairs[..., None] * (hair_3 - albedo)
    brow = brow_mask(canvas, brows, seed + 50)
    albedo = albedo + brow[..., None] * (albedo.new_tensor(brows.colour) - albedo)
    albedo = albedo + lash_mask(canvas, brows)[..., None] * (albedo.new_tensor(_LASH_3) - albedo)
    shine = 0.35 + 0.65 * canvas.near(canvas.at(1), 22.0) + 0.4 * canvas.near(canvas.at(9), 30.0)
    gloss = marks.oil * shine.clamp(0, 1) * (1 - 0.8 * hairs) * (1 - 0.8 * brow)
    gloss = gloss + red * (lips.gloss - gloss)
    return torch.cat([albedo, gloss[..., None], red[..., None], fold_maps(canvas, seed + 60)], -1)


def _base(canvas: Canvas, complexion: Complexion, marks: Marks, seed: int) -> Tensor:
    """Bare skin: base colour, blood, blotches, pores, freckles, spots, moles, shadows under the eyes."""
    points = canvas.points_M3
    blood = sum((s * canvas.near(canvas.at(i), r) for i, r, s in _RED_SPOTS), 0 * points[..., 0])
    blood = blood + 0.55 * ramp(62.0, 80.0, canvas.azimuth_deg.abs()) * ramp(0.10, 0.08, points[..., 1])
    blood = (blood * complexion.blood + 0.35 * marks.blotches * (layered(points * 60, seed) - 0.5)) * (
        1 - 0.55 * complexion.melanin
    )
    albedo = points.new_tensor(complexion.skin) * (1 - blood.clamp(-0.3, 1.2)[..., None] * points.new_tensor(_BLOOD_3))
    mottle = layered(points * 150, seed + 5) - 0.5
    pores = value_noise(points * 1300, seed + 9) - 0.5
    albedo = albedo * (1 + 0.10 * mottle + 0.06 * pores)[..., None]
    dark = 0.8 * marks.freckles * ramp(0.60, 0.78, value_noise(points * 420, seed + 12)) * _freckled(canvas)
    dark = dark + 0.3 * marks.spots * ramp(0.66, 0.76, layered(points * 95, seed + 13))
    under = canvas.near(canvas.at(119), 9.0) + canvas.near(canvas.at(348), 9.0)
    brown = points.new_tensor((0.45, 0.62, 0.75))
    albedo = albedo * (1 - dark.clamp(0, 1)[..., None] * brown)
    albedo = albedo * (1 - 0.32 * (marks.shadows * under).clamp(0, 1)[..., None] * points.new_tensor((0.8, 1.0, 0.8)))
    for azimuth, latitude, radius_mm in marks.moles:
        apart = torch.hypot(canvas.azimuth_deg - azimuth, torch.rad2deg(_latitude(points)) - latitude) * 1.7
        albedo = albedo * (1 - 0.7 * ramp(1.3 * radius_mm, 0.7 * radius_mm, apart))[..., None]
    return albedo


def _freckled(canvas: Canvas) -> Tensor:
    cheeks = canvas.near(canvas.at(50), 22.0) + canvas.near(canvas.at(280), 22.0)
    return (0.25 + canvas.near(canvas.at(1), 30.0) + cheeks).clamp(0, 1)


def _latitude(points_M3: Tensor) -> Tensor:
    x, y, z = (points_M3 - points_M3.new_tensor([0.0, 0.05, 0.02])).unbind(-1)
    return torch.atan2(y, torch.hypot(x, z))
