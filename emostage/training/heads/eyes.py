"""Eyeballs as spheres behind the opening of the lids: iris, white, wet shine. N pixels, K lights.

Axes of the head: x to the person's left, y down, z away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.face.marks import IRIS_RAD
from emostage.training.heads.canvas import ramp
from emostage.training.heads.noise import value_noise
from emostage.training.heads.tones import linear

_IRIS_SRGB = np.array([
    [70, 44, 26], [92, 60, 34], [52, 34, 24], [120, 88, 48], [104, 108, 66], [86, 116, 132], [120, 148, 166], [108, 124, 128],
])  # fmt: skip
_FAIR_ODDS = np.array([0.15, 0.15, 0.05, 0.15, 0.15, 0.15, 0.1, 0.1])
_DARK_ODDS = np.array([0.42, 0.18, 0.35, 0.04, 0.01, 0.0, 0.0, 0.0])
_CORNER_3 = (0.42, 0.16, 0.13)
"""Flesh in the corner of the eye."""


@dataclass(frozen=True, kw_only=True)
class Irises:
    """`colour` of the iris (linear RGB) and of its `inner` ring, `pupil` radius in iris radii, `size` of the iris against the
    usual one, `veins` and `yellow` of the white in [0, 1]."""

    colour: tuple[float, float, float]
    inner: tuple[float, float, float]
    pupil: float
    size: float
    veins: float
    yellow: float


def draw_irises(melanin: float, age: float, rng: np.random.Generator) -> Irises:
    """Random irises: light ones in fair people only."""
    share = np.clip((melanin - 0.15) / 0.3, 0, 1)
    odds = _FAIR_ODDS * (1 - share) + _DARK_ODDS * share
    colour_3 = linear(_IRIS_SRGB[rng.choice(len(odds), p=odds / odds.sum())]) * np.exp(rng.normal(0, 0.15))
    inner_3 = colour_3 * np.array([1.5, 1.25, 0.9]) if rng.random() < 0.5 else colour_3 * 1.25
    return Irises(
        colour=(float(colour_3[0]), float(colour_3[1]), float(colour_3[2])),
        inner=(float(inner_3[0]), float(inner_3[1]), float(inner_3[2])),
        pupil=float(rng.uniform(0.26, 0.46)),
        size=float(rng.uniform(0.94, 1.06)),
        veins=float(rng.uniform(0.1, 0.6) + 0.3 * age),
        yellow=float(rng.uniform(0.0, 0.35) + 0.25 * age),
    )


def meet_sphere(origin_N3: Tensor, ray_N3: Tensor, centre_N3: Tensor, radius_N: Tensor) -> tuple[Tensor, Tensor]:
    """Unit normal (N, 3) where rays meet spheres, or the nearest point's where they miss, and by how many radii they miss."""
    along_N = ((centre_N3 - origin_N3) * ray_N3).sum(-1) / (ray_N3 * ray_N3).sum(-1)
    nearest_N3 = origin_N3 + along_N[:, None] * ray_N3 - centre_N3
    off_N = nearest_N3.norm(dim=-1)
    back_N = (radius_N**2 - off_N**2).clamp_min(0).sqrt() / ray_N3.norm(dim=-1)
    hit_N3 = nearest_N3 - back_N[:, None] * ray_N3
    return torch.nn.functional.normalize(hit_N3, dim=-1), (off_N / radius_N - 1).clamp_min(0)


def paint_eyes(normal_N3: Tensor, gaze_N3: Tensor, missed_N: Tensor, irises: Irises) -> tuple[Tensor, Tensor]:
    """Albedo (N, 3) of eyeballs at unit normals, in head axes, and the share (N,) of cornea."""
    cosine_N = (normal_N3 * gaze_N3).sum(-1).clamp(-1, 1)
    ring_N = torch.acos(cosine_N) / (IRIS_RAD * irises.size)
    side_N3 = torch.nn.functional.normalize(torch.linalg.cross(gaze_N3, gaze_N3.new_tensor([[0.0, 1.0, 0.0]]).expand_as(gaze_N3)))
    up_N3 = torch.linalg.cross(side_N3, gaze_N3)
    spoke_N = torch.atan2((normal_N3 * up_N3).sum(-1), (normal_N3 * side_N3).sum(-1))
    wheel_N3 = torch.stack([spoke_N.cos() * 9, spoke_N.sin() * 9, 1.2 * ring_N], -1)
    fibres_N1 = (0.7 + 0.6 * value_noise(wheel_N3, 3))[:, None]
    inner_N1 = ramp(0.78, irises.pupil + 0.05, ring_N)[:, None]
    colour_N3 = normal_N3.new_tensor(irises.colour)
    iris_N3 = (colour_N3 + inner_N1 * (normal_N3.new_tensor(irises.inner) - colour_N3)) * fibres_N1
    iris_N3 = iris_N3 * (1 - 0.75 * ramp(0.76, 1.0, ring_N))[:, None]
    iris_N3 = iris_N3 * (1 - 0.97 * ramp(irises.pupil + 0.05, irises.pupil - 0.05, ring_N))[:, None]
    white_3 = normal_N3.new_tensor((0.74, 0.70, 0.66)) * (1 - irises.yellow * normal_N3.new_tensor((0.05, 0.12, 0.30)))
    far_N = ramp(1.2, 2.6, ring_N)
    veins_N = irises.veins * (0.25 * far_N + 0.5 * far_N * ramp(0.66, 0.8, value_noise(normal_N3 * 26, 5)))
    white_N3 = white_3 * (1 - veins_N[:, None] * normal_N3.new_tensor((0.08, 0.5, 0.5)))
    albedo_N3 = white_N3 + ramp(1.06, 0.94, ring_N)[:, None] * (iris_N3 - white_N3)
    corner_N1 = ramp(0.0, 0.04, missed_N)[:, None]
    return albedo_N3 + corner_N1 * (normal_N3.new_tensor(_CORNER_3) - albedo_N3), ramp(1.15, 0.9, ring_N)
