"""A row of teeth as a surface: a vertical sheet bent along a parabola, met by viewing rays in closed form.

Head axes: x to the viewer's right, y down, z away. Letters: B frames, H and W rows and columns of a box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F64

_FRONT_MM = {True: 8.5, False: 10.5}
_RADIUS_MM = {True: 40.0, False: 36.0}
_BELOW_SEAM_MM = {True: 3.2, False: 0.6}


@dataclass(frozen=True, kw_only=True)
class Arch:
    """The parabola z = z0 + curvature * (x - x0)^2 in head units; the biting edge runs at y = `edge_y`.

    Places on it are (arc, height): millimetres along the arch from the middle and from the biting edge towards the gum.
    """

    x0: float
    z0: float
    edge_y: float
    curvature: float
    mm: float
    upper: bool

    def hit(self, origin_B3: Tensor, rays: tuple[Tensor, Tensor, Tensor], drop_mm_B: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Where rays from `origin_B3` along (x, y, z) components (B, H, W) meet the arch: arc and height in mm, each (B, H, W).

        `drop_mm_B` lowers the arch. The nearer root of k (ox + q dx)^2 - (oz + q dz) = 0 in the form that stays stable
        when the ray is almost parallel to the axis (W. Press et al., Numerical Recipes, 5.6).
        """
        k = self.curvature
        x, y, z = (origin_B3[:, i, None, None] for i in range(3))
        x, z = x - self.x0, z - self.z0
        dx, dy, dz = rays
        a = k * dx * dx
        b = 2 * k * dx * x - dz
        c = k * x * x - z
        q = 2 * c / ((b * b - 4 * a * c).clamp_min(0).sqrt() - b)
        along = x + q * dx
        height = (self.edge_y - y - q * dy) / self.mm * (1 if self.upper else -1)
        if drop_mm_B is not None:
            height = height + drop_mm_B[:, None, None]
        bend = 2 * k * along
        arc = (0.5 * along * (1 + bend * bend).sqrt() + torch.asinh(bend) / (4 * k)) / self.mm
        return arc, height

    def place(self, arc_mm: NDArray[np.floating[Any]], height_mm: NDArray[np.floating[Any]]) -> F64:
        """Head coordinates (..., 3) of places on the arch: the inverse of `hit`."""
        x_N = np.linspace(-60, 60, 2401) * self.mm
        bend_N = 2 * self.curvature * x_N
        arc_N = 0.5 * x_N * np.sqrt(1 + bend_N**2) + np.arcsinh(bend_N) / (4 * self.curvature)
        x = np.interp(np.asarray(arc_mm) * self.mm, arc_N, x_N)
        y = self.edge_y - np.asarray(height_mm) * self.mm * (1 if self.upper else -1)
        return np.stack(np.broadcast_arrays(self.x0 + x, y, self.z0 + self.curvature * x**2), -1)


def arch_behind(mouth_3: F64, mm: float, *, upper: bool, edge_y: float | None = None) -> Arch:
    """The upper or lower row behind lips that meet at `mouth_3` (head units); `edge_y` is the biting edge where it was seen."""
    seen = edge_y is not None and upper
    return Arch(
        x0=float(mouth_3[0]),
        z0=float(mouth_3[2]) + _FRONT_MM[upper] * mm,
        edge_y=float(edge_y) if seen and edge_y is not None else float(mouth_3[1]) + _BELOW_SEAM_MM[upper] * mm,
        curvature=1 / (_RADIUS_MM[upper] * mm),
        mm=mm,
        upper=upper,
    )
