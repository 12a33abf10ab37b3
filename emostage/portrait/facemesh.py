"""The face part of the sheet: the landmarks' triangles with mouth and eyes closed, split once.

Letters: L the 468 landmarks, V vertices, F triangles, M edges, R ring vertices at the border of the face.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from emostage.core.tracks import F64, Frozen
from emostage.face.topology import EYES, LIP_L, LIP_U, OVAL, TRIANGLES_F3
from emostage.portrait.neutral import projector
from emostage.portrait.plate import Plate
from emostage.portrait.sheet import I64, LEFT_EYE, MOUTH, RIGHT_EYE, SKIN, displaced

LANDMARKS = 468


@dataclass(frozen=True, kw_only=True)
class FaceMesh:
    """The subdivided face: what `Sheet` says of its vertices and triangles, and the ring of vertices at its border."""

    photo_V2: F64
    rest_V3: F64
    deltas_52V3: F64
    own_V3: F64
    learnt_52V3: F64
    triangles_F3: I64
    hole_F: I64
    ring_R: I64


@dataclass(frozen=True, kw_only=True, eq=False)
class Topology(Frozen):
    """How the face is joined, the same in every photo: its `triangles_F3` after the split, the hole `hole_F` that each belongs to,
    and the landmarks `parents_M2` in whose middle the vertices after the landmarks lie."""

    triangles_F3: I64
    hole_F: I64
    parents_M2: I64

    @property
    def count(self) -> int:
        """Vertices of the face."""
        return LANDMARKS + len(self.parents_M2)

    def spread(self, field_LX: F64) -> F64:
        """Values at the landmarks (..., L, X), and in the middle of edges: (..., V, X)."""
        return np.concatenate([field_LX, field_LX[..., self.parents_M2, :].mean(-2)], -2)


@cache
def topology() -> Topology:
    """The landmarks' triangles with the holes closed, split at the middle of their edges."""
    triangles_F3, hole_F = _closed()
    edges_F32 = np.sort(triangles_F3[:, [[0, 1], [1, 2], [2, 0]]], -1)
    parents_M2, middle = np.unique(edges_F32.reshape(-1, 2), axis=0, return_inverse=True)
    (a, b, c), (ab, bc, ca) = triangles_F3.T, middle.reshape(-1, 3).T + LANDMARKS
    fine = np.stack([np.stack(t, 1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))], 1).reshape(-1, 3)
    return Topology(triangles_F3=fine, hole_F=np.repeat(hole_F, 4), parents_M2=parents_M2)


def _strip(upper: tuple[int, ...], lower: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Triangles between two chains that share their ends, wound for an upper chain that runs to the right."""
    faces = []
    for i in range(len(upper) - 1):
        if upper[i] != lower[i]:
            faces.append((upper[i], upper[i + 1], lower[i]))
        if upper[i + 1] != lower[i + 1]:
            faces.append((upper[i + 1], lower[i + 1], lower[i]))
    return faces


def face_mesh(plate: Plate, fields: tuple[F64, F64, F64, F64, F64], source_52: F64, seen_52: F64) -> FaceMesh:
    """The face mesh with its holes closed, split at the middle of its edges and made exact again at the source pose.

    `fields` are photo points, rest, actions, own mouth and what of the actions was learnt, at the landmarks; it was
    seen to weights `seen_52`.
    """
    split = topology()
    number = {(int(p), int(q)): LANDMARKS + i for i, (p, q) in enumerate(split.parents_M2)}
    ring = [v for o, before in zip(OVAL, (OVAL[-1], *OVAL[:-1]), strict=True) for v in (number[min(o, before), max(o, before)], o)]
    photo_V2, rest_V3, deltas_52V3, own_V3, learnt_52V3 = (split.spread(field) for field in fields)
    moved_V3 = displaced(source_52, deltas_52V3, learnt_52V3, seen_52) + own_V3 * bool(projector(source_52).any())
    depth_V = ((rest_V3 + moved_V3) @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    return FaceMesh(
        photo_V2=photo_V2,
        rest_V3=plate.unproject(photo_V2, depth_V) - moved_V3,
        deltas_52V3=deltas_52V3,
        own_V3=own_V3,
        learnt_52V3=learnt_52V3,
        triangles_F3=split.triangles_F3,
        hole_F=split.hole_F,
        ring_R=np.array(ring, np.int64),
    )


def _closed() -> tuple[I64, I64]:
    """The landmarks' triangles with the holes closed, and the hole each belongs to."""
    right, left = EYES
    holes = [_strip(LIP_U, LIP_L), _strip(right.upper, right.lower), _strip(left.upper[::-1], left.lower[::-1])]
    triangles_F3 = np.concatenate([TRIANGLES_F3.astype(np.int64), *(np.array(hole, np.int64) for hole in holes)])
    return triangles_F3, np.repeat([SKIN, MOUTH, RIGHT_EYE, LEFT_EYE], [len(TRIANGLES_F3), *(len(hole) for hole in holes)])
