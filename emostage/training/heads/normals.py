"""Normals of moving meshes. B frames, V vertices, F triangles."""

from __future__ import annotations

import torch
from torch import Tensor


def vertex_normals(vertices_BV3: Tensor, triangles_F3: Tensor) -> Tensor:
    """Unit normals (B, V, 3) that point out of surfaces whose triangles run clockwise on screen (x right, y down, z away)."""
    a_BF3, b_BF3, c_BF3 = (vertices_BV3[:, triangles_F3[:, i]] for i in range(3))
    face_BF3 = torch.linalg.cross(c_BF3 - a_BF3, b_BF3 - a_BF3)
    total_BV3 = torch.zeros_like(vertices_BV3)
    for i in range(3):
        total_BV3.index_add_(1, triangles_F3[:, i], face_BF3)
    return torch.nn.functional.normalize(total_BV3, dim=-1)
