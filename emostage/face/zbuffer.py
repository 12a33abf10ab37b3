"""A z-buffer in numpy that says which triangle and where in it each pixel sees. H, W pixels; V vertices; F triangles."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64


def draw(points_V2: F64, depth_V: F64, triangles_F3: NDArray[np.integer[Any]], size_px: int) -> tuple[NDArray[np.int32], F64]:
    """Draw triangles at pixel points with their depths (camera z, positive, near is small), perspective-correct.

    Returns `triangle_HW` (index of the nearest triangle, -1 where there is none) and `bary_HW3` (weights of its corners at
    the pixel's centre, on the surface). Both windings are drawn; triangles not wholly in front of the camera are skipped.
    """
    triangle_HW = np.full((size_px, size_px), -1, np.int32)
    bary_HW3 = np.zeros((size_px, size_px, 3))
    near_HW = np.full((size_px, size_px), -np.inf)
    corners_F32, inverse_F3 = points_V2[triangles_F3], 1.0 / np.maximum(depth_V, 1e-9)[triangles_F3]
    low_F2 = np.clip(np.ceil(corners_F32.min(1) - 0.5), 0, size_px).astype(int)
    high_F2 = np.clip(np.floor(corners_F32.max(1) - 0.5), -1, size_px - 1).astype(int) + 1
    (ax, ay), (bx, by), (cx, cy) = (corners_F32[:, k].T for k in range(3))
    area_F = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    drawn_F = (high_F2 > low_F2).all(1) & (np.abs(area_F) > 1e-12) & (depth_V[triangles_F3] > 0).all(1)
    for f in np.flatnonzero(drawn_F):
        (x0, y0), (x1, y1) = low_F2[f], high_F2[f]
        x_1w, y_h1 = np.arange(x0, x1)[None] + 0.5, np.arange(y0, y1)[:, None] + 0.5
        w0 = ((bx[f] - x_1w) * (cy[f] - y_h1) - (by[f] - y_h1) * (cx[f] - x_1w)) / area_F[f]
        w1 = ((cx[f] - x_1w) * (ay[f] - y_h1) - (cy[f] - y_h1) * (ax[f] - x_1w)) / area_F[f]
        flat = np.stack([w0, w1, 1.0 - w0 - w1], 2) * inverse_F3[f]
        near = flat.sum(2)
        window = np.s_[y0:y1, x0:x1]
        better = (flat >= -1e-9).all(2) & (near > near_HW[window])
        near_HW[window][better] = near[better]
        triangle_HW[window][better] = f
        bary_HW3[window][better] = (flat / near[..., None])[better]
    return triangle_HW, bary_HW3
