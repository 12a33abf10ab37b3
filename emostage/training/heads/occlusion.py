"""How much of the surroundings each vertex of the head sees: baked once, it gives soft self shadow under any light.

Visibility is tested against depth pictures from directions spread evenly over the sphere. V vertices, D directions.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from emostage.portrait.raster import carry, rasterise

DIRECTIONS = 96
_SIZE_PX = 256
_REACH_M = 0.17
"""Half the side of the depth pictures: the head without the shoulders."""
_BIAS_M = 0.0025
_CHUNK = 16
_SOFTNESS = 14.0
"""Concentration of the kernel that blurs visibility over directions: lights look about 25 degrees wide."""


def sphere(count: int = DIRECTIONS) -> Tensor:
    """Unit vectors spread evenly over the sphere along a Fibonacci spiral: (D, 3)."""
    i_D = np.arange(count) + 0.5
    y_D, turn_D = 1 - 2 * i_D / count, np.pi * (1 + 5**0.5) * i_D
    flat_D = np.sqrt(1 - y_D**2)
    return torch.from_numpy(np.stack([flat_D * np.cos(turn_D), y_D, flat_D * np.sin(turn_D)], 1)).float()


def visibility(vertices_V3: Tensor, triangles_F3: Tensor, middle_3: Tensor) -> Tensor:
    """Whether a vertex is seen from far away in each direction: (V, D) in [0, 1]. Vertices beyond the pictures count as seen."""
    seen = [_seen_from(vertices_V3 - middle_3, triangles_F3, part_D3) for part_D3 in torch.split(sphere(), _CHUNK)]
    return torch.cat(seen).T.contiguous()


def _seen_from(points_V3: Tensor, triangles_F3: Tensor, towards_B3: Tensor) -> Tensor:
    """Visibility (B, V) from viewers in the directions `towards_B3`."""
    forward_B3 = -towards_B3
    right_B3 = torch.nn.functional.normalize(torch.linalg.cross(torch.tensor([[0.0, 1.0, 0.0]]).expand_as(forward_B3), forward_B3))
    axes_B33 = torch.stack([right_B3, torch.linalg.cross(forward_B3, right_B3), forward_B3], 1)
    turned_BV3 = points_V3 @ axes_B33.mT
    pixels_BV2 = (turned_BV3[..., :2] / _REACH_M + 1) * (_SIZE_PX / 2)
    depth_BV1 = turned_BV3[..., 2:]
    triangle_BHW = rasterise(pixels_BV2, depth_BV1[..., 0], triangles_F3, (_SIZE_PX, _SIZE_PX))
    nearest_B1HW = carry(depth_BV1, pixels_BV2, triangles_F3, triangle_BHW)
    nearest_B1HW = torch.where(triangle_BHW[:, None] < 0, 1e3, nearest_B1HW)
    grid_BV12 = (pixels_BV2 / (_SIZE_PX / 2) - 1)[:, :, None]
    front_BV = torch.nn.functional.grid_sample(nearest_B1HW, grid_BV12, mode="nearest", align_corners=False)[:, 0, :, 0]
    outside_BV = (grid_BV12[:, :, 0].abs() > 1).any(-1)
    return ((depth_BV1[..., 0] < front_BV + _BIAS_M) | outside_BV).float()


def ambient(visibility_VD: Tensor, normals_V3: Tensor) -> Tensor:
    """Share of the cosine-weighted half space over each vertex that is open: (V,)."""
    cosine_VD = (normals_V3 @ sphere().T).clamp_min(0)
    open_V: Tensor = (visibility_VD * cosine_VD).sum(1) / cosine_VD.sum(1).clamp_min(1e-6)
    return open_V


def towards(visibility_VD: Tensor, light_B3: Tensor) -> Tensor:
    """How much of a soft light in the direction `light_B3` (unit, head coordinates) reaches each vertex: (B, V)."""
    share_BD = torch.softmax(_SOFTNESS * light_B3 @ sphere().to(light_B3).T, 1)
    return share_BD @ visibility_VD.T
