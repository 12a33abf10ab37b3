"""A person made ready to be drawn: body, skin texture, hair, teeth and what light reaches, built once. V vertices, D directions."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64
from emostage.face.topology import CHIN, FOREHEAD, LIPS
from emostage.training.heads import chart, occlusion
from emostage.training.heads.anatomy import Anatomy, anatomy
from emostage.training.heads.beard import beard_mask
from emostage.training.heads.body import Body, body
from emostage.training.heads.canvas import Canvas, texture_canvas, vertex_canvas
from emostage.training.heads.clothes import Clothes
from emostage.training.heads.hairshell import Shell, shell
from emostage.training.heads.hairstyle import Hair
from emostage.training.heads.normals import vertex_normals
from emostage.training.heads.person import Person
from emostage.training.heads.skin import paint_skin
from emostage.training.heads.teeth import Row, rows

TEXTURE_PX = 576
_SHADE_REACH_MM, _SHADE_MOST = 14.0, 0.45
"""How far hair throws its shade on the skin below the hairline, and how dark at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sitter:
    """`person` as tensors: `triangles_F3` of head and skin with `part_F`, texture `skin_1CHW` at `place_V2`, what of the
    surroundings vertices see (`visibility_VD`, `open_V`), points `rest_V3` of the neutral head, hair and teeth."""

    person: Person
    body: Body
    triangles_F3: Tensor
    part_F: Tensor
    place_V2: Tensor
    skin_1CHW: Tensor
    visibility_VD: Tensor
    open_V: Tensor
    rest_V3: Tensor
    shell: Shell | None
    teeth: tuple[Row, Row]
    face_3: Tensor
    face_m: float

    def on(self, device: torch.device) -> Sitter:
        """The sitter on another device."""
        moved: Sitter = _on(self, device)
        return moved


def _on(value: Any, device: torch.device) -> Any:
    """Tensors in nested dataclasses and tuples on a device."""
    if isinstance(value, Tensor):
        return value.to(device)
    if isinstance(value, tuple):
        return tuple(_on(part, device) for part in value)
    if isinstance(value, Sitter | Body | Shell | Row):
        return replace(value, **{f.name: _on(getattr(value, f.name), device) for f in fields(value)})
    return value


def seat(person: Person, clothes: Clothes, texture_px: int = TEXTURE_PX) -> Sitter:
    """Make a person ready."""
    parts = anatomy()
    skinned = vertex_canvas(parts)
    grown_V = beard_mask(skinned, person.beard, person.seed % 2**20 + 40) * (1e-3 * person.beard.length_mm)
    raised_V = (grown_V + clothes.raised_m(skinned)).numpy().astype(np.float64)
    own = body(parts, person.shape_K, raised_V, flat_ears=person.hair.over_ears)
    vertices_V3 = own.vertices_V3.numpy().astype(np.float64)
    neutral_V3 = np.asarray(parts.head.vertices_V3, np.float64)
    landmarks_L3 = parts.head.at_landmarks(vertices_V3)
    usable_V = ~parts.inside_V & (neutral_V3[:, 1] < 0.17) & ~parts.head.eyes_2V.any(0)
    triangles_F3 = torch.from_numpy(parts.triangles_F3.copy())
    normals_V3 = vertex_normals(own.vertices_V3[None], triangles_F3)[0]
    open_V = occlusion.ambient(parts.visibility_VD, normals_V3) * _shade(skinned, person.hair)
    return Sitter(
        person=person,
        body=own,
        triangles_F3=triangles_F3,
        part_F=torch.from_numpy(parts.part_F.copy()),
        place_V2=torch.from_numpy(parts.place_V2.copy()),
        skin_1CHW=_skin(parts, person, texture_px),
        visibility_VD=parts.visibility_VD,
        open_V=open_V,
        rest_V3=skinned.points_M3,
        shell=shell(person.hair, vertices_V3, neutral_V3, usable_V, parts.ears_V),
        teeth=rows(person.denture, _lips_shift(parts, landmarks_L3)),
        face_3=torch.from_numpy(landmarks_L3[[FOREHEAD, CHIN]].mean(0)).float(),
        face_m=float(np.linalg.norm(landmarks_L3[FOREHEAD] - landmarks_L3[CHIN])),
    )


def _skin(parts: Anatomy, person: Person, texture_px: int) -> Tensor:
    canvas = texture_canvas(parts, texture_px)
    painted = paint_skin(
        canvas,
        person.complexion,
        person.marks,
        lips=person.lips,
        brows=person.brows,
        beard=person.beard,
        seed=person.seed % 2**20,
    )
    return painted.permute(2, 0, 1)[None].contiguous()


def _lips_shift(parts: Anatomy, landmarks_L3: F64) -> F64:
    """How far identity moved the lips (3,)."""
    neutral_L3 = parts.head.at_landmarks(parts.head.vertices_V3)
    return np.asarray((landmarks_L3 - neutral_L3)[list(LIPS)].mean(0), np.float64)


def _shade(skinned: Canvas, hair: Hair) -> Tensor:
    """Share of the sky (V,) that hair leaves to the skin: it darkens the scalp, the skin below the hairline, and behind
    curtains the sides of face and neck."""
    if hair.style == "bald":
        return torch.ones(len(skinned.points_M3))
    azimuth_V, latitude_V = (np.degrees(a) for a in chart.angles(skinned.points_M3.numpy()))
    inside_mm = hair.inside_mm(azimuth_V, latitude_V)
    depth = _SHADE_MOST * min(1.0, (hair.volume_mm + hair.fringe_deg) / 12)
    dark_V = depth * np.exp(-np.clip(-inside_mm, 0, None) / _SHADE_REACH_MM)
    if hair.fall_m:
        dark_V = np.maximum(dark_V, 0.4 / (1 + np.exp((hair.curtain_deg - np.abs(azimuth_V)) / 5)))
    return torch.from_numpy(1 - dark_V).float()
