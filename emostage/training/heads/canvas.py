"""What painters of skin features measure with: points of the neutral head at texels, its landmarks, distances in millimetres.

The neutral head is painted, not the person's own, so features keep their place among the vertices. H, W texels, P polyline
points, M points, L landmarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64
from emostage.training.heads import chart
from emostage.training.heads.anatomy import SKIN, Anatomy

FRONT_Z_M = -0.02
"""Features drawn in the front view lie nearer to the camera than this."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Canvas:
    """`points_M3` in head coordinates (m) and the neutral landmarks `landmarks_L3`."""

    points_M3: Tensor
    landmarks_L3: F64

    @cached_property
    def azimuth_deg(self) -> Tensor:
        """Azimuth in degrees."""
        x_M, _, z_M = (self.points_M3 - _middle(self.points_M3)).unbind(-1)
        return torch.rad2deg(torch.atan2(x_M, -z_M))

    @cached_property
    def front(self) -> Tensor:
        """1 on the front of the head, 0 behind it."""
        return (self.points_M3[..., 2] < FRONT_Z_M).float()

    def chain(self, landmarks: Sequence[int]) -> Tensor:
        """Points (P, 2) of landmarks in the front view."""
        return torch.from_numpy(self.landmarks_L3[list(landmarks), :2]).to(self.points_M3)

    def along(self, chain_P2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Against a polyline in the front view: distance in mm, share of its length (0..1) and height above it in mm."""
        return along(self.points_M3[..., :2], chain_P2)

    def near(self, point_3: Tensor, sigma_mm: float) -> Tensor:
        """A Gaussian around a point, 1 at it."""
        squared_M = sum(((self.points_M3[..., i] - point_3[i]) ** 2 for i in range(3)), 0.0 * self.points_M3[..., 0])
        return torch.exp(squared_M * (-1e6 / sigma_mm**2))

    def at(self, landmark: int) -> Tensor:
        """The place (3,) of a landmark."""
        return torch.from_numpy(self.landmarks_L3[landmark]).to(self.points_M3)


@lru_cache(maxsize=2)
def texture_canvas(anatomy: Anatomy, size_px: int) -> Canvas:
    """The canvas of a texture's texels (H, W)."""
    skin_F3 = anatomy.triangles_F3[anatomy.part_F == SKIN].astype(np.int32)
    points_HW3 = chart.texel_points(np.asarray(anatomy.head.vertices_V3, np.float64), skin_F3, size_px)
    return Canvas(points_M3=points_HW3, landmarks_L3=neutral_landmarks(anatomy))


def vertex_canvas(anatomy: Anatomy) -> Canvas:
    """The canvas of the neutral head's vertices (V,)."""
    return Canvas(points_M3=torch.from_numpy(anatomy.head.vertices_V3.copy()), landmarks_L3=neutral_landmarks(anatomy))


def neutral_landmarks(anatomy: Anatomy) -> F64:
    """The landmarks (L, 3) of the neutral head."""
    return np.asarray(anatomy.head.at_landmarks(anatomy.head.vertices_V3), np.float64)


def along(points_M2: Tensor, chain_P2: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Distance in mm, share of the length (0..1) and height in mm (negative under it, y runs down) against a polyline in m."""
    steps = (chain_P2[1:] - chain_P2[:-1]).norm(dim=-1)
    starts = torch.cat([torch.zeros(1).to(steps), steps.cumsum(0)])
    best = torch.full_like(points_M2[..., 0], 1e9)
    share, height = torch.zeros_like(best), torch.zeros_like(best)
    for i in range(len(steps)):
        axis_2 = (chain_P2[i + 1] - chain_P2[i]) / steps[i]
        offset_M2 = points_M2 - chain_P2[i]
        forward = (offset_M2 @ axis_2).clamp(torch.zeros(()).to(steps), steps[i])
        apart_M2 = offset_M2 - forward[..., None] * axis_2
        distance = (apart_M2[..., 0] ** 2 + apart_M2[..., 1] ** 2).sqrt()
        nearer = distance < best
        sign = -torch.sign(apart_M2[..., 1])
        best = torch.where(nearer, distance, best)
        share = torch.where(nearer, (starts[i] + forward) / starts[-1], share)
        height = torch.where(nearer, distance * sign, height)
    return best * 1e3, share, height * 1e3


def ramp(low: float, high: float, value: Tensor) -> Tensor:
    """Smoothstep from 0 at `low` to 1 at `high`."""
    t = ((value - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def inside(points_M2: Tensor, polygon_P2: Tensor) -> Tensor:
    """Whether points lie inside a closed polygon: 1 or 0 (even-odd rule)."""
    x, y = points_M2[..., 0], points_M2[..., 1]
    odd = torch.zeros_like(x, dtype=torch.bool)
    for (ax, ay), (bx, by) in zip(polygon_P2.tolist(), polygon_P2.roll(-1, 0).tolist(), strict=True):
        if ay != by:
            odd ^= ((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    return odd.float()


def _middle(like: Tensor) -> Tensor:
    return torch.from_numpy(chart.MIDDLE_3).to(like)
