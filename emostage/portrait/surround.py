"""Everything around the face: a grid for hair, neck, shoulders and background, joined to the face without a seam.

Depth, actions and what else the face's border knows run out into the grid as the solution of a screened Laplace equation on its
edges, so nothing jumps at the border and nothing moves far away. L. Grady, "Random walks for image segmentation", 2006, uses
the same graph Laplacian. Letters: G grid vertices, R ring (border of the face) vertices, N = R + G, F triangles, C channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu
from scipy.spatial import Delaunay

from emostage.core.tracks import F64
from emostage.portrait.sheet import I64

_BEYOND_PITCHES = (9, 4, 2, 1)
"""Grid lines outside the plate, in pitches from its border, so that motion cannot uncover its edge."""
_PINNED = 1e4


@dataclass(frozen=True, kw_only=True)
class Surround:
    """The grid outside the face. Points are ring first, then grid; triangles index these N points.

    `outside_px_G` is the distance of grid points to the face."""

    ring_R2: F64
    grid_G2: F64
    triangles_F3: I64
    outside_px_G: F64

    @cached_property
    def laplacian(self) -> Any:
        """Graph Laplacian (N, N) of the grid's edges."""
        edges = np.unique(np.sort(np.concatenate([self.triangles_F3[:, pair] for pair in ([0, 1], [1, 2], [2, 0])]), 1), axis=0)
        count = len(self.ring_R2) + len(self.grid_G2)
        ends = np.concatenate([edges, edges[:, ::-1]])
        joined = sp.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), (count, count)).tocsr()
        return sp.diags(np.asarray(joined.sum(1)).ravel()) - joined

    def spread(self, ring_RC: F64, pull_G: F64, towards_GC: F64 | float = 0.0) -> F64:
        """Values (G, C) that continue `ring_RC` smoothly and are drawn to `towards` with the weight `pull_G` per vertex."""
        rings = len(self.ring_R2)
        weight_N = np.concatenate([np.full(rings, _PINNED), pull_G])
        goal_GC = np.broadcast_to(towards_GC, (len(pull_G), ring_RC.shape[1])) * pull_G[:, None]
        solved: F64 = splu((self.laplacian + sp.diags(weight_N)).tocsc()).solve(np.concatenate([ring_RC * _PINNED, goal_GC]))
        return solved[rings:]


def surround(ring_R2: F64, size_px: tuple[int, int], pitch_px: float) -> Surround:
    """A grid of about `pitch_px` over a plate and some way beyond, Delaunay-joined to the face's border polygon."""
    angle_R = np.arctan2(*(ring_R2 - ring_R2.mean(0)).T)
    outline = ring_R2[np.argsort(angle_R)].astype(np.float32)
    columns, rows = (_lines(side, pitch_px) for side in size_px)
    grid_N2 = np.stack(np.meshgrid(columns, rows), -1).reshape(-1, 2)
    outside_N = -np.array([cv2.pointPolygonTest(outline, (float(x), float(y)), True) for x, y in grid_N2])
    free_N = outside_N > 0.45 * pitch_px
    points_N2 = np.concatenate([ring_R2, grid_N2[free_N]])
    triangles_F3 = Delaunay(points_N2).simplices.astype(np.int64)
    centre_F2 = points_N2[triangles_F3].mean(1)
    inside_F = np.array([cv2.pointPolygonTest(outline, (float(x), float(y)), False) >= 0 for x, y in centre_F2])
    return Surround(
        ring_R2=ring_R2,
        grid_G2=grid_N2[free_N],
        triangles_F3=wound(points_N2, triangles_F3[~inside_F]),
        outside_px_G=outside_N[free_N],
    )


def _lines(side_px: int, pitch_px: float) -> F64:
    """Coordinates of grid lines: an even division of the plate, and lines outside it."""
    cells = max(2, round(side_px / pitch_px))
    beyond = pitch_px * np.array(_BEYOND_PITCHES, np.float64)
    return np.concatenate([-beyond, np.linspace(0, side_px, cells + 1), side_px + beyond[::-1]])


def wound(points_N2: F64, triangles_F3: I64) -> I64:
    """The triangles with positive area in pixel axes (y down)."""
    first, second = (points_N2[triangles_F3[:, k]] - points_N2[triangles_F3[:, 0]] for k in (1, 2))
    flipped_F = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] < 0
    return np.where(flipped_F[:, None], triangles_F3[:, ::-1], triangles_F3)
