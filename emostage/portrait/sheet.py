"""The sheet: the photo as one watertight 2.5-D surface that owns depth, actions and head weight at every vertex.

It is built once per photo by `build.build_sheet(plate, head, tooth_edge)`; the layers read it, `deform.Rig` moves it.
Vertices are, in order: the 468 landmarks, the midpoints of their triangulation (together `face_count`), and a grid for hair,
neck, shoulders and background.
Head coordinates are those of `FaceFit` (x right, y down, z away in the frontal pose); plate pixels those of `Plate`.
Letters: V vertices, F triangles, P contour pairs (11 at the lips, 9 at each eye).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64, Frozen
from emostage.face.topology import EYES, LIP_L, LIP_U

I64 = NDArray[np.int64]

LIPS_P2: tuple[tuple[int, int], ...] = tuple(zip(LIP_U, LIP_L, strict=True))
"""Inner lip contour as (upper, lower) landmark pairs from the person's right corner to the left."""

LIDS_EP2: tuple[tuple[tuple[int, int], ...], ...] = tuple(tuple(zip(eye.upper, eye.lower, strict=True)) for eye in EYES)
"""Lid contours as (upper, lower) landmark pairs from the outer to the inner corner: person's right eye, left eye."""

SKIN, MOUTH, RIGHT_EYE, LEFT_EYE = 0, 1, 2, 3
"""Values of `Sheet.hole_F`."""


@dataclass(frozen=True, kw_only=True)
class Sheet(Frozen):
    """The surface and how it moves. With the photo's expression and no head motion it projects onto `photo_V2` exactly.

    `photo_V2` plate pixels in the photo; `rest_V3` head coordinates of the neutral face, lips sealed; `deltas_52V3` action
    displacements; `own_V3` displacement that belongs to the photo's own mouth, added in the share
    clip(expression @ own_52, 0, 1.2); `learnt_52V3` the part of the actions that was learnt from other pictures of the person,
    in which they go only as far as they were seen to, to weights `seen_52`; `skin_V` in [0, 1], how much a vertex follows the head;
    `free_V` in [0, 1], 0 where nothing may change; `gentle_V3` displacement, along the photo's rays, of a head turned far: its
    sides become less deep; `breath_V3` displacement of a full breath; `triangles_F3` wound so that a front-facing triangle has
    positive area in plate pixels; `hole_F` one of SKIN, MOUTH, RIGHT_EYE, LEFT_EYE; `upper_lip_VP`, `lower_lip_VP` how much a
    vertex follows a contour pair when lips are closed, likewise `upper_lid_EVP`, `lower_lid_EVP` for E = (right, left) eye;
    `pivot_3` the point about which the head turns (head coordinates); `source_52` the photo's expression as the sheet
    understands it.
    `focal_px`, `centre_2`, `rotation_33`, `translation_3` are the camera and pose of the photo, see `Plate`.
    `unit_px`: face height over 220 px; `mm`: head units in a millimetre; `mouth_3`: middle of the sealed lips in head coordinates;
    `tooth_edge_y`: head y of the upper teeth's biting edge where the photo shows it; `lip_gap_px`: how far the photo's mouth
    is open.
    """

    photo_V2: F64
    rest_V3: F64
    deltas_52V3: F64
    own_V3: F64
    own_52: F64
    learnt_52V3: F64
    seen_52: F64
    skin_V: F64
    free_V: F64
    gentle_V3: F64
    breath_V3: F64
    triangles_F3: I64
    hole_F: I64
    face_count: int
    upper_lip_VP: F64
    lower_lip_VP: F64
    upper_lid_EVP: F64
    lower_lid_EVP: F64
    rotation_33: F64
    translation_3: F64
    focal_px: float
    centre_2: F64
    size_px: tuple[int, int]
    pivot_3: F64
    source_52: F64
    unit_px: float
    mm: float
    mouth_3: F64
    tooth_edge_y: float | None
    lip_gap_px: float

    @property
    def source_vertices(self) -> F64:
        """The vertices with the photo's own expression, in head coordinates; they project onto `photo_V2`."""
        moved_V3 = self.rest_V3 + displaced(self.source_52, self.deltas_52V3, self.learnt_52V3, self.seen_52)
        return moved_V3 + self.own_V3 * bool(self.own_52.any())


def displaced(expression_52: F64, deltas_52V3: F64, learnt_52V3: F64, seen_52: F64) -> F64:
    """Displacements (V, 3) by actions, in which what was learnt goes only as far as it was seen to."""
    moved_V3: F64 = np.tensordot(expression_52, deltas_52V3, 1)
    if not learnt_52V3.any():
        return moved_V3
    beyond_V3: F64 = np.tensordot(np.maximum(expression_52 - seen_52, 0.0), learnt_52V3, 1)
    return moved_V3 - beyond_V3
