"""The head mesh sorted into parts: skin, eye sockets, the inside of the mouth and the tongue.

What no direction sees while eyes are open and lips closed is inside. The eyeballs of the mesh are left out: they are drawn as
spheres behind the opening of the lids. V vertices, F triangles, K identity shapes, D directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import Frozen
from emostage.face.head import Head, load_head
from emostage.training.heads import chart, occlusion
from emostage.training.heads.normals import vertex_normals

SKIN, SOCKET_RIGHT, SOCKET_LEFT, MOUTH, TONGUE = range(5)
_SOCKET_REACH = 1.45
"""How far from the centre of an eyeball its socket reaches, in radii."""
_MOUTH_SEED_3 = np.array([0.0, 0.0996, -0.0822])
"""A point on the inner side of the lower lip."""
_DEEP_LOW_3, _DEEP_HIGH_3 = np.array([-0.025, 0.060, -0.072]), np.array([0.025, 0.122, 0.040])
"""A box inside the head that holds no outer skin."""
_HIDDEN = 3
"""What is seen in fewer directions counts as hidden: a little shows through the seam of the lips."""
_EAR_SHAPES, _EAR_MOVES_M = ("ear-wing", "ear-shape", "ear-scale-depth", "ear-lobe"), 0.0015
_LIFT_M = 0.001
"""Vertices are tested for visibility this far above the surface."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Anatomy(Frozen):
    """`head` with what is the same for everybody: `part_F` of the kept triangles `triangles_F3` (clockwise on screen
    where they face the camera), texture places `place_V2`, `visibility_VD` and `inside_V` (hidden in rest) and `ears_V`."""

    head: Head
    triangles_F3: NDArray[np.int64]
    part_F: NDArray[np.int64]
    place_V2: NDArray[np.float32]
    visibility_VD: Tensor
    inside_V: NDArray[np.bool_]
    ears_V: NDArray[np.bool_]


@lru_cache(maxsize=1)
def anatomy() -> Anatomy:
    """The anatomy of the head that comes with emostage; takes some seconds the first time."""
    head = load_head()
    every_F3 = torch.from_numpy(head.triangles_F3[:, ::-1].astype(np.int64))
    vertices_V3 = torch.from_numpy(head.vertices_V3.copy())
    normals_V3 = vertex_normals(vertices_V3[None], every_F3)[0]
    visibility_VD = occlusion.visibility(vertices_V3 + _LIFT_M * normals_V3, every_F3, torch.from_numpy(chart.MIDDLE_3).float())
    inside_V = (visibility_VD.sum(1) < _HIDDEN).numpy()
    kept_F = ~head.eyes_2V.any(0)[head.triangles_F3[:, 0]]
    triangles_F3 = head.triangles_F3[kept_F, ::-1].astype(np.int64)
    return Anatomy(
        head=head,
        triangles_F3=triangles_F3,
        part_F=_parts(head, triangles_F3, inside_V),
        place_V2=chart.places(np.asarray(head.vertices_V3, np.float64)).astype(np.float32),
        visibility_VD=visibility_VD,
        inside_V=inside_V,
        ears_V=_ears(head),
    )


def _parts(head: Head, triangles_F3: NDArray[np.int64], inside_V: NDArray[np.bool_]) -> NDArray[np.int64]:
    part_F = np.full(len(triangles_F3), SKIN)
    inner_F = inside_V[triangles_F3].any(1)
    middle_F3 = head.vertices_V3[triangles_F3].mean(1)
    for part, centre_3 in zip((SOCKET_RIGHT, SOCKET_LEFT), head.eye_centres_23, strict=True):
        near_F = np.linalg.norm(middle_F3 - centre_3, axis=1) < _SOCKET_REACH * head.eye_radius_m
        part_F[inner_F & near_F] = part
    tongue_V = _tongue(head)
    part_F[_mouth(head, inside_V)[triangles_F3].any(1)] = MOUTH
    part_F[tongue_V[triangles_F3[:, 0]]] = TONGUE
    return part_F


def _mouth(head: Head, inside_V: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The vertices (V,), hidden or deep in the head, that hang together with the inner side of the lower lip."""
    deep_V = ((head.vertices_V3 > _DEEP_LOW_3) & (head.vertices_V3 < _DEEP_HIGH_3)).all(1)
    inside_V = (inside_V | deep_V) & ~_tongue(head)
    seed = int(np.where(inside_V, np.linalg.norm(head.vertices_V3 - _MOUTH_SEED_3, axis=1), np.inf).argmin())
    piece_V = _pieces(head, inside_V)
    return np.asarray(inside_V & (piece_V == piece_V[seed]))


def _pieces(head: Head, kept_V: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Which connected piece of the kept part of the mesh a vertex belongs to (V,): the smallest vertex in it."""
    edges_N2 = np.concatenate([head.triangles_F3[:, [i, (i + 1) % 3]] for i in range(3)])
    a, b = edges_N2[kept_V[edges_N2].all(1)].T
    piece_V, before_V = np.arange(len(kept_V)), np.full(len(kept_V), -1)
    while (piece_V != before_V).any():
        before_V = piece_V.copy()
        np.minimum.at(piece_V, a, before_V[b])
        np.minimum.at(piece_V, b, before_V[a])
        piece_V = piece_V[piece_V]
    return piece_V


def _ears(head: Head) -> NDArray[np.bool_]:
    """The vertices (V,) that shapes of the ears alone move."""
    which_K = [i for i, name in enumerate(head.shape_names) if name[2:].startswith(_EAR_SHAPES)]
    moved_V = np.abs(head.shapes_KV3[which_K]).max((0, 2)) > _EAR_MOVES_M
    return np.asarray(moved_V)


def _tongue(head: Head) -> NDArray[np.bool_]:
    """The vertices (V,) of the smallest connected piece that is no eyeball."""
    piece_V = _pieces(head, np.ones(len(head.vertices_V3), bool))
    eyes = set(piece_V[head.eyes_2V.any(0)].tolist())
    names, sizes = np.unique(piece_V, return_counts=True)
    others = {int(size): int(name) for name, size in zip(names, sizes, strict=True) if int(name) not in eyes}
    return np.asarray(piece_V == others[min(others)])
