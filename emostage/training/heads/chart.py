"""Where a point of the head lies on its texture: the direction from the middle of the head, with more room for the face.

The texture belongs to the neutral head, so a feature drawn on it lies at the same vertices for everybody and sticks to the skin.
N points, H, W rows and columns. Angles in rad: azimuth 0 at the nose, growing to the viewer's right; latitude growing downwards.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F64
from emostage.portrait.raster import carry, rasterise

MIDDLE_3: NDArray[np.float64] = np.array([0.0, 0.05, 0.02])
"""The point between the ears, in head coordinates, from which directions are taken."""
_ZOOM_2 = (0.9, 0.5)
"""How much more of the texture the middle of the face gets than its share, across and down."""


def angles(points_N3: F64) -> tuple[F64, F64]:
    """Azimuth and latitude (N,) of points in head coordinates."""
    x_N, y_N, z_N = np.moveaxis(np.asarray(points_N3, np.float64) - MIDDLE_3, -1, 0)
    return np.arctan2(x_N, -z_N), np.arctan2(y_N, np.hypot(x_N, z_N))


def directions(azimuth_N: F64, latitude_N: F64) -> F64:
    """Unit vectors (N, 3) of directions."""
    flat_N = np.cos(latitude_N)
    return np.stack([np.sin(azimuth_N) * flat_N, np.sin(latitude_N), -np.cos(azimuth_N) * flat_N], -1)


def places(points_N3: F64) -> F64:
    """Texture places (N, 2) in [-1, 1], x to the right and y down, of points in head coordinates."""
    azimuth_N, latitude_N = angles(points_N3)
    parts = ((azimuth_N / np.pi, _ZOOM_2[0]), (latitude_N / (np.pi / 2), _ZOOM_2[1]))
    return np.stack([t * (1 + k) / (1 + k * np.abs(t)) for t, k in parts], -1)


def texel_angles(size_px: int) -> tuple[F64, F64]:
    """Azimuth and latitude (H, W) of the texels of a square texture: the inverse of `places`."""
    line = (np.arange(size_px) + 0.5) / size_px * 2 - 1
    across_W, down_H = (line / (1 + k - k * np.abs(line)) for k in _ZOOM_2)
    azimuth_HW, latitude_HW = np.meshgrid(across_W * np.pi, down_H * np.pi / 2)
    return azimuth_HW, latitude_HW


def texel_points(vertices_V3: F64, triangles_F3: NDArray[np.int32], size_px: int) -> Tensor:
    """Points of the surface (H, W, 3) seen at the texels of a texture, the outermost where there are several.

    Texels that no triangle covers (the seam behind the head) get a point a head's radius away.
    """
    place_V2 = places(vertices_V3)
    wide_F = np.ptp(place_V2[triangles_F3, 0], axis=1)
    triangles = torch.from_numpy(triangles_F3[wide_F < 1.0].astype(np.int64))
    points_1V2 = torch.from_numpy((place_V2[None] + 1) * size_px / 2).float()
    far_1V = -torch.from_numpy(np.linalg.norm(vertices_V3 - MIDDLE_3, axis=1)[None]).float()
    seen_1HW = rasterise(points_1V2, far_1V, triangles, (size_px, size_px))
    carried_HW3 = carry(torch.from_numpy(vertices_V3[None]).float(), points_1V2, triangles, seen_1HW)[0].permute(1, 2, 0)
    sphere_HW3 = torch.from_numpy(MIDDLE_3 + 0.1 * directions(*texel_angles(size_px))).float()
    return torch.where((seen_1HW[0] >= 0)[..., None], carried_HW3, sphere_HW3)
