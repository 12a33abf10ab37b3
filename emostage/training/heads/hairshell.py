"""Hair as sheets over the head: a cap on the scalp, curtains that fall from it, a bun. Built once for a person, at rest.

Sheets are grids of strands (columns) by steps from root to tip (rows). Head coordinates in m. S x A grid, N points, V vertices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F64
from emostage.training.heads import chart
from emostage.training.heads.hairstyle import Hair
from emostage.training.heads.normals import vertex_normals
from emostage.training.heads.strands import full_mm

_KERNEL = 300.0
"""Concentration of the kernel that reads the scalp from vertices near a direction: about 4 degrees."""
_ROOT_M = 0.0015
_CAP_STEPS, _CAP_STRANDS, _FALL_STEPS, _FALL_STRANDS = 26, 64, 22, 56
_CAP_END_DEG = 62.0
_HANG_FROM_DEG, _HANG_AT_DEG = -34.0, 0.0
_OUTSIDE_MM, _BIG_MM = -10.0, 20.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Shell:
    """Hair at rest: `vertices_N3`, double-sided triangles of the dense part (`core_F3`) and of the border (`rim_F3`),
    `normals_N3` outwards, unit `tangents_N3` from root to tip, `places_N2` across strands and along them in mm, `edge_N` mm
    within the border of the hair, `share_N` of the head's rotation, `open_N` of the sky."""

    vertices_N3: Tensor
    core_F3: Tensor
    rim_F3: Tensor
    normals_N3: Tensor
    tangents_N3: Tensor
    places_N2: Tensor
    edge_N: Tensor
    share_N: Tensor
    open_N: Tensor


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    points_SA3: F64
    places_SA2: F64
    edge_SA: F64
    open_SA: F64


def shell(hair: Hair, vertices_V3: F64, neutral_V3: F64, usable_V: NDArray[np.bool_], ears_V: NDArray[np.bool_]) -> Shell | None:
    """The hair of a person with the head `vertices_V3`; None for the bald. `usable_V` are vertices of the outer skin,
    `ears_V` those of the ears."""
    if hair.style == "bald":
        return None
    skull_V = usable_V & ~ears_V
    scalp = _Scalp(vertices_V3[skull_V], neutral_V3[skull_V])
    sheets = [_cap(hair, scalp)]
    if hair.fall_m:
        sheets.append(_curtain(hair, _Scalp(vertices_V3[usable_V], neutral_V3[usable_V])))
    if hair.style == "bun":
        sheets.append(_bun(scalp))
    parts = [_mesh(sheet) for sheet in sheets]
    starts = np.cumsum([0, *(len(p[0]) for p in parts)])
    triangles = np.concatenate([p[1] + start for p, start in zip(parts, starts, strict=False)])
    points, _, tangents, places, edge, opened = (np.concatenate([p[i] for p in parts]) for i in range(6))
    kept_F3 = triangles[(edge[triangles] > _OUTSIDE_MM).any(1)]
    dense_F = (edge[kept_F3] > full_mm(hair)).all(1)
    core_F3, rim_F3 = (torch.from_numpy(np.concatenate([f, f[:, ::-1]])) for f in (kept_F3[dense_F], kept_F3[~dense_F]))
    vertices_N3 = torch.from_numpy(points).float()
    return Shell(
        vertices_N3=vertices_N3,
        core_F3=core_F3,
        rim_F3=rim_F3,
        normals_N3=vertex_normals(vertices_N3[None], torch.from_numpy(triangles))[0],
        tangents_N3=torch.from_numpy(tangents).float(),
        places_N2=torch.from_numpy(places).float(),
        edge_N=torch.from_numpy(edge).float(),
        share_N=torch.from_numpy(np.interp(points[:, 1], [0.09, 0.26], [1.0, 0.5])).float(),
        open_N=torch.from_numpy(opened).float(),
    )


class _Scalp:
    """A person's scalp read at directions of the neutral head."""

    def __init__(self, vertices_V3: F64, neutral_V3: F64) -> None:
        self._vertices_V3 = vertices_V3
        away_V3 = neutral_V3 - chart.MIDDLE_3
        self._towards_V3 = away_V3 / np.linalg.norm(away_V3, axis=1, keepdims=True)
        self.middle_3 = chart.MIDDLE_3 + (vertices_V3 - neutral_V3).mean(0)

    def at(self, directions_N3: F64) -> F64:
        near_NV = directions_N3.reshape(-1, 3) @ self._towards_V3.T
        share_NV = np.exp(_KERNEL * (near_NV - near_NV.max(1, keepdims=True)))
        points: F64 = share_NV @ self._vertices_V3 / share_NV.sum(1, keepdims=True)
        return points.reshape(directions_N3.shape)

    def outwards(self, points_N3: F64) -> F64:
        away_N3 = points_N3 - self.middle_3
        unit: F64 = away_N3 / np.linalg.norm(away_N3, axis=-1, keepdims=True)
        return unit


def _cap(hair: Hair, scalp: _Scalp) -> _Sheet:
    """Strands from the crown over the whole scalp."""
    turn_A = np.linspace(-np.pi, np.pi, _CAP_STRANDS + 1)
    fall_S = np.radians(np.linspace(-89.9, _CAP_END_DEG, _CAP_STEPS))
    turn_SA, fall_SA = np.meshgrid(turn_A, fall_S)
    towards_SA3 = _tilted(chart.directions(turn_SA, fall_SA), hair)
    azimuth_SA = np.degrees(np.arctan2(towards_SA3[..., 0], -towards_SA3[..., 2]))
    latitude_SA = np.degrees(np.arcsin(np.clip(towards_SA3[..., 1], -1, 1)))
    edge_SA = hair.inside_mm(azimuth_SA, latitude_SA)
    height_mm = _thickness(hair, towards_SA3, edge_SA, azimuth_SA, latitude_SA)
    roots_SA3 = scalp.at(towards_SA3)
    points_SA3 = roots_SA3 + (_ROOT_M + 1e-3 * height_mm)[..., None] * scalp.outwards(roots_SA3)
    places_SA2 = np.stack([turn_SA * 70, (np.degrees(fall_SA) + 90) * 1.75], -1)
    open_SA = 0.55 + 0.45 * np.clip(-towards_SA3[..., 1] * 0.6 + 0.75, 0, 1)
    return _Sheet(points_SA3=points_SA3, places_SA2=places_SA2, edge_SA=edge_SA, open_SA=open_SA)


def _thickness(hair: Hair, towards_SA3: F64, edge_SA: F64, azimuth_SA: F64, latitude_SA: F64) -> F64:
    """Height of the hair above the scalp in mm: thin at its border, more on top, lumpy when curly."""
    reach_mm = 9.0 if hair.fringe_deg else max(16.0, 1.3 * hair.volume_mm)
    low_SA = np.clip((50 - latitude_SA) / 50, 0, 1) if hair.volume_mm > _BIG_MM else 1.0
    full_SA = low_SA * np.clip(edge_SA / reach_mm, 0, 1) ** 0.7
    top_SA = np.clip((-latitude_SA - 15) / 40, 0, 1)
    front_SA = np.clip(1.3 - np.abs(azimuth_SA) / 80, 0, 1) if hair.style == "quiff" else np.ones_like(top_SA)
    lumps_SA = np.sin(towards_SA3[..., 0] * 31 + 1) * np.sin(towards_SA3[..., 1] * 27) * np.sin(towards_SA3[..., 2] * 29 + 2)
    smooth = hair.volume_mm + hair.top_mm * top_SA * front_SA
    floor = 0.5 if hair.fringe_deg else 0.1
    height: F64 = (floor + (1 - floor) * full_SA) * smooth * (1 + 0.22 * hair.curl * lumps_SA)
    return height


def _curtain(hair: Hair, scalp: _Scalp) -> _Sheet:
    """Strands that leave the head at its widest and hang."""
    start = np.radians(hair.curtain_deg)
    turn_A = np.linspace(start, 2 * np.pi - start, _FALL_STRANDS)
    step_S = np.linspace(0, 1, _FALL_STEPS)
    turn_SA, step_SA = np.meshgrid(turn_A, step_S)
    fall_SA = np.radians(np.interp(step_SA, [0, 0.4, 1.0], [_HANG_FROM_DEG, _HANG_AT_DEG, _HANG_AT_DEG]))
    roots_SA3 = scalp.at(chart.directions(turn_SA, fall_SA))
    lift_m = _ROOT_M + 1e-3 * hair.volume_mm * 1.05
    points_SA3 = roots_SA3 + lift_m * scalp.outwards(roots_SA3)
    hang_SA = np.clip((step_SA - 0.4) / 0.6, 0, 1)
    ends_A = hair.fall_m + 0.006 * np.sin(turn_A * 9)
    points_SA3[..., 1] += hang_SA * (ends_A - points_SA3[-1, :, 1])
    sway_SA = 1e-3 * hair.curl * 9 * np.sin(points_SA3[..., 1] * 150 + turn_SA * 6) * hang_SA
    sideways_SA3 = np.stack([np.sin(turn_SA), 0 * turn_SA, -np.cos(turn_SA)], -1)
    inwards_SA = 0.012 * np.sin(np.clip(hang_SA * 2.2, 0, np.pi)) - 0.010 * hang_SA
    if hair.style == "tail":
        points_SA3[..., 0] *= 1 - 0.8 * hang_SA**0.5
        inwards_SA = inwards_SA + 0.02 * hang_SA
    points_SA3 = points_SA3 + (sway_SA + inwards_SA)[..., None] * sideways_SA3
    edge_A = np.minimum(turn_A - start, 2 * np.pi - start - turn_A) * 85
    edge_SA = np.minimum(edge_A[None] + 2.0, (1 - step_SA) * 60 + 1.0)
    places_SA2 = np.stack([turn_SA * 70, 90 + np.cumsum(np.full_like(step_SA, 8.0), 0)], -1)
    return _Sheet(points_SA3=points_SA3, places_SA2=places_SA2, edge_SA=edge_SA, open_SA=0.9 - 0.25 * hang_SA)


def _bun(scalp: _Scalp) -> _Sheet:
    """A ball of wound hair behind the top of the head."""
    behind_3 = chart.directions(np.array(np.pi), np.radians(np.array(-58.0)))
    centre_3 = scalp.at(behind_3[None])[0] + 0.030 * behind_3
    turn_SA, fall_SA = np.meshgrid(np.linspace(-np.pi, np.pi, 33), np.radians(np.linspace(-88, 88, 16)))
    points_SA3 = centre_3 + 0.034 * chart.directions(turn_SA, fall_SA) * [1.15, 0.9, 1.0]
    places_SA2 = np.stack([np.degrees(fall_SA) * 1.2, turn_SA * 30], -1)
    steady_SA = np.full(turn_SA.shape, 20.0)
    return _Sheet(points_SA3=points_SA3, places_SA2=places_SA2, edge_SA=steady_SA, open_SA=steady_SA * 0 + 0.85)


def _tilted(towards_SA3: F64, hair: Hair) -> F64:
    """Directions about the crown turned to directions of the head: first backwards, then to the side."""
    back, side = np.radians(hair.crown_deg), np.radians(hair.part_deg)
    about_x = np.array([[1, 0, 0], [0, np.cos(back), np.sin(back)], [0, -np.sin(back), np.cos(back)]])
    about_z = np.array([[np.cos(side), -np.sin(side), 0], [np.sin(side), np.cos(side), 0], [0, 0, 1]])
    turned: F64 = towards_SA3 @ (about_z @ about_x).T
    return turned


def _mesh(sheet: _Sheet) -> tuple[F64, NDArray[np.int64], F64, F64, F64, F64]:
    """Points, triangles, tangents, places, edges and openness of a grid, flat."""
    steps, strands = sheet.edge_SA.shape
    index_SA = np.arange(steps * strands).reshape(steps, strands)
    a, b, c, d = (i.ravel() for i in (index_SA[:-1, :-1], index_SA[:-1, 1:], index_SA[1:, :-1], index_SA[1:, 1:]))
    triangles_F3 = np.concatenate([np.stack([a, b, c], 1), np.stack([b, d, c], 1)])
    tangent_SA3 = np.gradient(sheet.points_SA3, axis=0)
    tangent_SA3 /= np.linalg.norm(tangent_SA3, axis=-1, keepdims=True) + 1e-9
    flat = (sheet.points_SA3, tangent_SA3, sheet.places_SA2)
    points_N3, tangents_N3, places_N2 = (f.reshape(steps * strands, -1) for f in flat)
    return points_N3, triangles_F3, tangents_N3, places_N2, sheet.edge_SA.ravel(), sheet.open_SA.ravel()
