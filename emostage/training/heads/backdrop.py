"""What is behind people: walls, gradients, rooms out of focus. H, W pixels; linear light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.training.heads.noise import layered
from emostage.training.heads.tones import linear


@dataclass(frozen=True, kw_only=True)
class Backdrop:
    """Colours at the four corners, and blurred shapes as (x, y, half width, half height, softness, red, green, blue), all in
    shares of the picture; `grain` the strength of a wall's texture."""

    corners: tuple[tuple[float, float, float], ...]
    shapes: tuple[tuple[float, ...], ...]
    grain: float
    seed: int

    def paint(self, size_px: int, device: torch.device) -> Tensor:
        """The picture (3, H, W)."""
        line = (torch.arange(size_px, device=device) + 0.5) / size_px
        y_HW, x_HW = torch.meshgrid(line, line, indexing="ij")
        corners_22_3 = torch.tensor(self.corners, device=device).view(2, 2, 3).permute(2, 0, 1)[None]
        total: Tensor = torch.nn.functional.interpolate(corners_22_3, (size_px, size_px), mode="bilinear", align_corners=True)[0]
        for x, y, wide, high, soft, *rgb in self.shapes:
            apart = ((x_HW - x).abs() / wide).clamp_min(0) ** 4 + ((y_HW - y).abs() / high) ** 4
            cover = torch.sigmoid((1 - apart**0.25) / soft)
            total = total + cover * (torch.tensor(rgb, device=device)[:, None, None] - total)
        if self.grain:
            texture = layered(torch.stack([x_HW * 14, y_HW * 14], -1), self.seed, 4)
            total = total * (1 + self.grain * (texture - 0.5))
        return total.clamp(0, 1)


def draw_backdrop(rng: np.random.Generator) -> Backdrop:
    """A random backdrop: a plain wall, a gradient or a room with blurred things."""
    kind = rng.choice(["plain", "gradient", "room"], p=[0.25, 0.3, 0.45])
    base_3 = linear(np.clip(rng.uniform(20, 225) + rng.normal(0, 22, 3), 0, 250))
    spread = {"plain": 0.08, "gradient": 0.45, "room": 0.25}[str(kind)]
    shades_43 = np.exp(rng.normal(0, spread, (4, 1)) + rng.normal(0, 0.2 * spread, (4, 3)))
    corners = tuple(_triple(np.clip(base_3 * shade_3, 0, 1)) for shade_3 in shades_43)
    shapes = []
    for _ in range(int(rng.integers(3, 9)) if kind == "room" else 0):
        rgb_3 = linear(np.clip(rng.uniform(10, 240) + rng.normal(0, 40, 3), 0, 255))
        shapes.append((*rng.random(2), *rng.uniform(0.04, 0.35, 2), rng.uniform(0.03, 0.25), *rgb_3))
    return Backdrop(
        corners=corners,
        shapes=tuple(tuple(float(v) for v in shape) for shape in shapes),
        grain=float(rng.uniform(0, 0.25)) if kind != "gradient" else 0.0,
        seed=int(rng.integers(2**16)),
    )


def _triple(rgb_3: object) -> tuple[float, float, float]:
    red, green, blue = (float(v) for v in np.asarray(rgb_3))
    return red, green, blue
