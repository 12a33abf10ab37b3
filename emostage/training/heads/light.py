"""Light on heads: a key, a fill and a rim from far away under a two-coloured sky. Linear light.

Directions point to the lights, in camera axes (x right, y down, z away). K = 3 lights, N points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64

LIGHTS = 3
_WRAP_3 = (0.42, 0.24, 0.18)
"""How far red, green and blue light reaches around the edge of shadows under skin."""
_F0 = 0.035
"""Reflectance of skin, eyes and teeth at right angles."""


@dataclass(frozen=True, kw_only=True)
class Light:
    """`directions` of the lights (unit), their `colours`, and the light of the sky from `above` and `below`."""

    directions: tuple[tuple[float, float, float], ...]
    colours: tuple[tuple[float, float, float], ...]
    above: tuple[float, float, float]
    below: tuple[float, float, float]

    def diffuse(self, normal_N3: Tensor, reach_NK: Tensor, open_N: Tensor, soft: float) -> Tensor:
        """Light (N, 3) on surfaces, given how much of each light and of the sky reaches them; `soft` in [0, 1] as skin."""
        wrap_3 = normal_N3.new_tensor(_WRAP_3) * soft
        total = self.sky(normal_N3) * open_N[:, None]
        for k, (direction, colour) in enumerate(zip(self.directions, self.colours, strict=True)):
            cosine_N1 = (normal_N3 @ normal_N3.new_tensor(direction))[:, None]
            lit_N3 = ((cosine_N1 + wrap_3) / (1 + wrap_3)).clamp_min(0)
            reach_N3 = reach_NK[:, k, None] ** (1 - 0.6 * wrap_3)
            total = total + lit_N3 * reach_N3 * normal_N3.new_tensor(colour)
        return total

    def sky(self, normal_N3: Tensor) -> Tensor:
        """Light (N, 3) of the sky."""
        up_N1 = 0.5 - 0.5 * normal_N3[:, 1:2]
        return normal_N3.new_tensor(self.below) + up_N1 * (normal_N3.new_tensor(self.above) - normal_N3.new_tensor(self.below))

    def specular(self, normal_N3: Tensor, view_N3: Tensor, reach_NK: Tensor, sharpness: float) -> Tensor:
        """Mirrored light (N, 3): Blinn-Phong, normalised, with Schlick's Fresnel term."""
        total = torch.zeros_like(normal_N3)
        for k, (direction, colour) in enumerate(zip(self.directions, self.colours, strict=True)):
            towards_3 = normal_N3.new_tensor(direction)
            half_N3 = torch.nn.functional.normalize(towards_3 + view_N3, dim=-1)
            fresnel_N = _F0 + (1 - _F0) * (1 - (half_N3 * view_N3).sum(-1).clamp(0, 1)) ** 5
            peak_N = (normal_N3 * half_N3).sum(-1).clamp_min(0) ** sharpness * (sharpness + 8) / 25
            lit_N = (normal_N3 @ towards_3).clamp(0, 1) * reach_NK[:, k] * fresnel_N * peak_N
            total = total + lit_N[:, None] * normal_N3.new_tensor(colour)
        return total


def draw_light(rng: np.random.Generator) -> Light:
    """A random light: a key from any side in front, a weaker fill opposite, at times a rim; warm to cold."""
    side = rng.choice([-1.0, 1.0])
    key_rad, height_rad = np.radians(rng.uniform(5, 75)), np.radians(rng.uniform(5, 50))
    fill_rad = np.radians(rng.uniform(20, 75))
    rim_rad = np.radians(rng.uniform(120, 160))
    power = rng.uniform(0.65, 1.05)
    tint = rng.normal(0, 0.10)
    key_3 = power * np.exp(np.array([1, 0, -1]) * tint)
    fill_3 = power * rng.uniform(0.05, 0.45) * np.exp(np.array([1, 0, -1]) * rng.normal(-0.05, 0.12))
    rim_3 = power * (rng.uniform(0.2, 0.9) if rng.random() < 0.4 else 0.0) * np.exp(rng.normal(0, 0.15, 3))
    above_3 = rng.uniform(0.14, 0.42) * np.exp(np.array([1, 0, -1]) * rng.normal(-0.03, 0.08))
    below_3 = above_3 * rng.uniform(0.35, 0.85) * np.exp(np.array([1, 0, -1]) * 0.08)
    return Light(
        directions=(
            _direction(side * key_rad, height_rad),
            _direction(-side * fill_rad, np.radians(rng.uniform(-10, 30))),
            _direction(-side * rim_rad, np.radians(rng.uniform(10, 50))),
        ),
        colours=(_triple(key_3), _triple(fill_3), _triple(rim_3)),
        above=_triple(above_3),
        below=_triple(below_3),
    )


def _direction(right_rad: float, up_rad: float) -> tuple[float, float, float]:
    flat = np.cos(up_rad)
    return float(flat * np.sin(right_rad)), float(-np.sin(up_rad)), float(-flat * np.cos(right_rad))


def _triple(rgb_3: F64) -> tuple[float, float, float]:
    red, green, blue = (float(v) for v in rgb_3)
    return red, green, blue
