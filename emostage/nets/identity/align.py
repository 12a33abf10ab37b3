"""Faces cut out so that eyes and nose lie where they always lie. N pictures of H rows and columns, L landmarks of the face mesh."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import affine_grid, grid_sample

FACE_PX = 64
STEADY = (33, 133, 362, 263, 168, 2, 98, 327)
"""Corners of the eyes, root and base of the nose: what neither speech nor feelings move much."""
_PLACES_P2 = np.array(
    [(0.26, 0.40), (0.42, 0.40), (0.58, 0.40), (0.74, 0.40), (0.5, 0.40), (0.5, 0.63), (0.44, 0.62), (0.56, 0.62)]
)
"""Where they belong, in shares of the cut's side."""
_MIDDLE, _RADII = (0.5, 0.5), (0.36, 0.5)
"""The ellipse that is looked at: brows to chin and cheek to cheek, little of hair and background."""
_SOFT = 8.0
"""Slope of its edge, in radii."""


def aligned(pictures_N3HH: Tensor, landmarks_NL2: Tensor) -> Tensor:
    """Faces (N, 3, 64, 64). Landmarks are shares of the picture's side; beyond its border the border goes on."""
    theta_N23 = _to_picture(landmarks_NL2[:, list(STEADY)].to(pictures_N3HH))
    grid_NFF2 = affine_grid(theta_N23, [len(theta_N23), 3, FACE_PX, FACE_PX], align_corners=False)
    return grid_sample(pictures_N3HH, grid_NFF2, padding_mode="border", align_corners=False)


def _to_picture(points_NP2: Tensor) -> Tensor:
    """The similarities (N, 2, 3) that take the cut to the picture, both in [-1, 1], by least squares over the steady points
    (Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991, without reflections)."""
    places_P2 = 2 * torch.as_tensor(_PLACES_P2).to(points_NP2) - 1
    points_NP2 = 2 * points_NP2 - 1
    middle_N2, centre_2 = points_NP2.mean(1), places_P2.mean(0)
    x_P, y_P = (places_P2 - centre_2).unbind(-1)
    u_NP, v_NP = (points_NP2 - middle_N2[:, None]).unbind(-1)
    square = (x_P * x_P + y_P * y_P).sum()
    cosine_N, sine_N = (x_P * u_NP + y_P * v_NP).sum(1) / square, (x_P * v_NP - y_P * u_NP).sum(1) / square
    linear_N22 = torch.stack([torch.stack([cosine_N, -sine_N], -1), torch.stack([sine_N, cosine_N], -1)], 1)
    return torch.cat([linear_N22, (middle_N2 - linear_N22 @ centre_2)[..., None]], -1)


def ellipse(device: torch.device) -> Tensor:
    """The weights (1, 1, 64, 64) of what is looked at: 1 inside, falling to 0 over a few pixels."""
    line_F = (torch.arange(FACE_PX, device=device) + 0.5) / FACE_PX
    across_F, down_F = ((line_F - middle) / radius for middle, radius in zip(_MIDDLE, _RADII, strict=True))
    distance_FF = torch.sqrt(across_F[None] ** 2 + down_F[:, None] ** 2)
    return (_SOFT * (1.0 - distance_FF)).clamp(0, 1)[None, None]
