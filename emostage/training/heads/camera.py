"""Cameras that frame a head: a perspective view whose square picture holds hair, face and neck.

B frames, N points. Camera axes are those of the head: x right, y down, z away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

_NEAREST_M = 0.05
"""Points nearer than this are drawn at this distance."""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """`distance_m` from the middle of the face, `face_share` of the picture's height that the face fills, and where the
    middle of the face lies, as shares of the picture."""

    distance_m: float
    face_share: float
    middle_x: float
    middle_y: float


@dataclass(frozen=True, kw_only=True, eq=False)
class View:
    """A camera in front of a person whose resting face has its middle at `face_3` and is `face_m` high; square pictures."""

    camera: Camera
    face_3: Tensor
    face_m: float
    size_px: int

    @property
    def focal_px(self) -> float:
        """Focal length in pixels."""
        return self.camera.face_share * self.size_px * self.camera.distance_m / self.face_m

    def project(self, points_BN3: Tensor) -> tuple[Tensor, Tensor]:
        """Pixels (B, N, 2) and depth (B, N) in m of points."""
        seen_BN3 = points_BN3 - self.face_3
        depth_BN = (seen_BN3[..., 2] + self.camera.distance_m).clamp_min(_NEAREST_M)
        return self.focal_px * seen_BN3[..., :2] / depth_BN[..., None] + self._middle(points_BN3), depth_BN

    def rays(self, x_N: Tensor, y_N: Tensor) -> tuple[Tensor, Tensor]:
        """The camera's place (3,) and rays (N, 3) through pixels, as long as one metre of depth."""
        across_N2 = (torch.stack([x_N, y_N], -1) - self._middle(x_N)) / self.focal_px
        origin_3 = self.face_3 - self.face_3.new_tensor([0.0, 0.0, self.camera.distance_m])
        return origin_3, torch.cat([across_N2, torch.ones_like(across_N2[:, :1])], -1)

    def _middle(self, like: Tensor) -> Tensor:
        return like.new_tensor([self.camera.middle_x, self.camera.middle_y]) * self.size_px


def draw_camera(rng: np.random.Generator) -> Camera:
    """A random camera: near as a phone or far as a studio lens, the face (hairline to chin) 55 to 62 per cent of the
    height, so that hair and chin are inside."""
    return Camera(
        distance_m=float(np.exp(rng.uniform(np.log(0.55), np.log(2.2)))),
        face_share=float(rng.uniform(0.545, 0.625)),
        middle_x=float(rng.normal(0.5, 0.012)),
        middle_y=float(rng.normal(0.60, 0.012)),
    )
