"""Builds the sheet of a photo from its landmarks and the fitted head.

Letters: L the 468 landmarks, V vertices, F triangles, R ring vertices at the border of the face, G grid vertices outside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from emostage.core.tracks import F64
from emostage.face.head import Head
from emostage.face.topology import EYES, LIP_L, LIP_U, OVAL, TRIANGLES_F3
from emostage.portrait import actions, neutral
from emostage.portrait.contour import lid_weights, lip_weights, smooth
from emostage.portrait.plate import Plate
from emostage.portrait.raster import carry, rasterise
from emostage.portrait.sheet import I64, LEFT_EYE, MOUTH, RIGHT_EYE, Sheet
from emostage.portrait.surround import Surround, surround

_PITCH_PX = 13.0
_CANTHUS_MM = 90.0
_SHUT_PX = 1.3
"""Lips closer than this (at face height 220 px) are shut in the photo."""
_TOOTH_DEPTH_MM = 8.5
_OPEN_FADE_PX = 40.0
_NEAR_PERSON_PX = 70.0
_PIVOT_BELOW_MM = 45.0
"""The head turns about a point this far below its joint: the neck bends too."""


@dataclass(frozen=True, kw_only=True)
class _Face:
    """The subdivided face: what `Sheet` says of its vertices and triangles, and the ring of vertices at its border."""

    photo_V2: F64
    rest_V3: F64
    deltas_52V3: F64
    own_V3: F64
    triangles_F3: I64
    hole_F: I64
    ring_R: I64


def build_sheet(plate: Plate, head: Head, tooth_edge: float | None = None) -> Sheet:
    """The sheet of the face on a plate.

    `tooth_edge` in [0, 1] is where between inner upper and lower lip the photo's upper teeth end.
    """
    landmarks_L2 = _with_shut_lips(plate.landmarks_L2[:468], plate.unit_px)
    head_L3 = np.asarray(head.at_landmarks(plate.fit.vertices_V3), np.float64)
    mm = float(np.linalg.norm(head_L3[33] - head_L3[263])) / _CANTHUS_MM
    deltas_52L3 = actions.smoothed(np.asarray(head.at_landmarks(head.actions_52V3), np.float64))
    deltas_52L3 = actions.with_fields(deltas_52L3, head_L3, landmarks_L2, mm)
    gap_px = float(landmarks_L2[14, 1] - landmarks_L2[13, 1])
    depth = float((head_L3[13] @ plate.fit.rotation_33.T + plate.fit.translation_3)[2])
    source_52 = neutral.understood(plate.fit.expression_52, deltas_52L3, gap_px * depth / plate.focal_px)
    posed_L3 = head_L3 + np.tensordot(source_52, deltas_52L3, 1)
    depth_L = (posed_L3 @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    source_L3 = plate.unproject(landmarks_L2, depth_L)
    open_L3 = source_L3 - np.tensordot(source_52, deltas_52L3, 1)
    edge_y = _tooth_edge_y(plate, landmarks_L2, depth_L, mm, tooth_edge)
    closing_L3 = neutral.seal(open_L3, landmarks_L2, mm, edge_y)
    closing_L3 += neutral.level(open_L3 + closing_L3, source_52, mm)
    face = _subdivided(plate, (landmarks_L2, open_L3 + closing_L3, deltas_52L3, -closing_L3), source_52)
    return _joined(plate, head, face, source_52, mm=mm, edge_y=edge_y, gap_px=max(gap_px, 0.0))


def _with_shut_lips(landmarks_L2: F64, unit_px: float) -> F64:
    """Landmarks with the inner lips made to meet exactly where they are shut or overlap in the photo."""
    upper, lower = list(LIP_U), list(LIP_L)
    shut_L2 = landmarks_L2.copy()
    gap_P = landmarks_L2[lower, 1] - landmarks_L2[upper, 1]
    close_P1 = (gap_P < (_SHUT_PX * unit_px if np.median(gap_P[3:8]) < _SHUT_PX * unit_px else 0.0))[:, None]
    middle_P2 = (landmarks_L2[upper] + landmarks_L2[lower]) / 2
    shut_L2[upper] = np.where(close_P1, middle_P2, landmarks_L2[upper])
    shut_L2[lower] = np.where(close_P1, middle_P2, landmarks_L2[lower])
    return shut_L2


def _tooth_edge_y(plate: Plate, landmarks_L2: F64, depth_L: F64, mm: float, tooth_edge: float | None) -> float | None:
    """Head y of the biting edge that the photo shows between its lips."""
    if tooth_edge is None:
        return None
    seen_22 = np.stack([landmarks_L2[13] * (1 - tooth_edge) + landmarks_L2[14] * tooth_edge, landmarks_L2[13]])
    edge_y, top_y = plate.unproject(seen_22, float(depth_L[[13, 14]].mean()) + _TOOTH_DEPTH_MM * mm)[:, 1]
    return float(min(edge_y, top_y + 10 * mm))


def _strip(upper: tuple[int, ...], lower: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Triangles between two chains that share their ends, wound for an upper chain that runs to the right."""
    faces = []
    for i in range(len(upper) - 1):
        if upper[i] != lower[i]:
            faces.append((upper[i], upper[i + 1], lower[i]))
        if upper[i + 1] != lower[i + 1]:
            faces.append((upper[i + 1], lower[i + 1], lower[i]))
    return faces


def _subdivided(plate: Plate, fields: tuple[F64, F64, F64, F64], source_52: F64) -> _Face:
    """The face mesh with its holes closed, split once at the middle of its edges and made exact again at the source pose.

    `fields` are photo points, rest, actions and own mouth at the landmarks.
    """
    landmarks_L2 = fields[0]
    right, left = EYES
    holes = [_strip(LIP_U, LIP_L), _strip(right.upper, right.lower), _strip(left.upper[::-1], left.lower[::-1])]
    triangles = np.concatenate([TRIANGLES_F3.astype(np.int64), *(np.array(hole, np.int64) for hole in holes)])
    kinds = np.repeat([0, MOUTH, RIGHT_EYE, LEFT_EYE], [len(TRIANGLES_F3), *(len(hole) for hole in holes)])
    edges_F32 = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]], -1)
    parents_M2, middle = np.unique(edges_F32.reshape(-1, 2), axis=0, return_inverse=True)
    (a, b, c), (ab, bc, ca) = triangles.T, middle.reshape(-1, 3).T + len(landmarks_L2)
    fine = np.stack([np.stack(t, 1) for t in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))], 1).reshape(-1, 3)
    number = {(int(p), int(q)): 468 + i for i, (p, q) in enumerate(parents_M2)}
    ring = [v for o, before in zip(OVAL, (OVAL[-1], *OVAL[:-1]), strict=True) for v in (number[min(o, before), max(o, before)], o)]

    def split(field: F64) -> F64:
        return np.concatenate([field, field[..., parents_M2, :].mean(-2)], -2)

    photo_V2, rest_V3, deltas_52V3, own_V3 = (split(field) for field in fields)
    moved_V3 = np.tensordot(source_52, deltas_52V3, 1) + (own_V3 if neutral.projector(source_52).any() else 0.0)
    depth_V = ((rest_V3 + moved_V3) @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    return _Face(
        photo_V2=photo_V2,
        rest_V3=plate.unproject(photo_V2, depth_V) - moved_V3,
        deltas_52V3=deltas_52V3,
        own_V3=own_V3,
        triangles_F3=fine,
        hole_F=np.repeat(kinds, 4),
        ring_R=np.array(ring, np.int64),
    )


def _joined(plate: Plate, head: Head, face: _Face, source_52: F64, *, mm: float, edge_y: float | None, gap_px: float) -> Sheet:
    """Face and surround as one sheet."""
    unit, ring = plate.unit_px, face.ring_R
    around = surround(face.photo_V2[ring], plate.size_px, max(_PITCH_PX * unit, max(plate.size_px) / 48))
    count, own_52 = len(face.photo_V2), neutral.projector(source_52)
    photo_V2 = np.concatenate([face.photo_V2, around.grid_G2])
    below_V = _beside_chin(plate, photo_V2)[:, 1]
    reach_G = np.where(below_V[count:] > -0.05, 46.0, 30.0) * unit
    screen_G = (_PITCH_PX * unit / reach_G) ** 2
    known_RC = np.concatenate([face.deltas_52V3[:, ring].transpose(1, 0, 2).reshape(len(ring), -1), face.own_V3[ring]], 1)
    spread_G53 = around.spread(known_RC, screen_G).reshape(-1, 53, 3)
    still_V = _free(plate, photo_V2, count)
    deltas_52V3 = np.concatenate([face.deltas_52V3, spread_G53[:, :52].transpose(1, 0, 2)], 1) * still_V[:, None]
    own_V3 = np.concatenate([face.own_V3, spread_G53[:, 52]]) * still_V[:, None]
    moved_V3 = np.tensordot(source_52, deltas_52V3, 1) + own_V3 * bool(own_52.any())
    face_depth_V = (face.rest_V3 + moved_V3[:count]) @ plate.fit.rotation_33[2] + plate.fit.translation_3[2]
    depth_V = np.concatenate([face_depth_V, _depth(plate, head, around, face_depth_V[ring], below_V[count:])])
    skin_V = np.where(np.arange(len(photo_V2)) < count, 1.0, _skin(plate, photo_V2)) * still_V
    own_triangles = np.concatenate([ring, count + np.arange(len(around.grid_G2))])[around.triangles_F3]
    lips = lip_weights(photo_V2, face.photo_V2)
    lids = [lid_weights(photo_V2, face.photo_V2, eye) for eye in EYES]
    rest_V3 = plate.unproject(photo_V2, depth_V) - moved_V3
    rise_3 = plate.fit.rotation_33.T @ np.array([0.0, -1.0, 0.0])
    return Sheet(
        photo_V2=photo_V2,
        rest_V3=rest_V3,
        deltas_52V3=deltas_52V3,
        own_V3=own_V3,
        own_52=own_52,
        skin_V=skin_V,
        breath_V3=((2.4 - 1.8 * skin_V) * mm * still_V)[:, None] * rise_3,
        triangles_F3=np.concatenate([face.triangles_F3, own_triangles]),
        hole_F=np.concatenate([face.hole_F, np.zeros(len(own_triangles), np.int64)]),
        face_count=count,
        upper_lip_VP=lips[0],
        lower_lip_VP=lips[1],
        upper_lid_EVP=np.stack([upper for upper, _ in lids]),
        lower_lid_EVP=np.stack([lower for _, lower in lids]),
        rotation_33=plate.fit.rotation_33,
        translation_3=plate.fit.translation_3,
        focal_px=plate.focal_px,
        centre_2=plate.centre_2,
        size_px=plate.size_px,
        pivot_3=np.asarray(head.pivot_3, np.float64) + np.array([0.0, _PIVOT_BELOW_MM * mm, 0.0]),
        source_52=source_52,
        unit_px=unit,
        mm=mm,
        mouth_3=rest_V3[[13, 14]].mean(0),
        tooth_edge_y=edge_y,
        lip_gap_px=gap_px,
    )


def _beside_chin(plate: Plate, points_N2: F64) -> F64:
    """Where points lie from the chin (right, down), in face heights along the axes of the head on the picture."""
    down_2 = plate.fit.rotation_33[:2, 1] / np.linalg.norm(plate.fit.rotation_33[:2, 1])
    axes_22 = np.stack([[down_2[1], -down_2[0]], down_2], 1)
    beside_N2: F64 = (points_N2 - plate.landmarks_L2[152]) @ axes_22 / (220.0 * plate.unit_px)
    return beside_N2


def _skin(plate: Plate, points_N2: F64) -> F64:
    """How much points outside the face follow the head: wholly above the chin, less and less down the neck, shoulders hardly."""
    right_N, below_N = _beside_chin(plate, points_N2).T
    neck_N = 1 - smooth(0.04, 0.52, below_N)
    shoulder_N = smooth(0.30, 0.75, np.abs(right_N)) * smooth(0.02, 0.30, below_N)
    return neck_N * (1 - shoulder_N)


def _free(plate: Plate, points_N2: F64, face_count: int) -> F64:
    """1 where points may move, running to 0 away from the person and at borders beyond which the film goes on."""
    width, height = plate.size_px
    away_HW = cv2.distanceTransform((plate.matte_HW < 0.1).astype(np.uint8), cv2.DIST_L2, 5)
    column_N, row_N = (np.clip(points_N2[:, k], 0, side - 1).astype(int) for k, side in enumerate((width, height)))
    near_px = _NEAR_PERSON_PX * plate.unit_px
    free_N = 1 - smooth(0.4 * near_px, near_px, away_HW[row_N, column_N])
    free_N[:face_count] = 1.0
    x, y = points_N2.T
    for is_open, inwards_px in zip(plate.open_4, (x, y, width - x, height - y), strict=True):
        if is_open:
            free_N *= smooth(2.0, 2.0 + _OPEN_FADE_PX * plate.unit_px, inwards_px)
    return free_N


def _depth(plate: Plate, head: Head, around: Surround, ring_depth_R: F64, below_G: F64) -> F64:
    """Camera depth of the grid: continues the face, drawn weakly to the plane of the ears and, on the neck, to the fitted head."""
    unit = plate.unit_px
    seen_G = _head_depth(plate, head, around.grid_G2)
    ears = float(head.pivot_3 @ plate.fit.rotation_33[2] + plate.fit.translation_3[2])
    weak_G = 0.004 * smooth(20 * unit, 90 * unit, around.outside_px_G)
    neck_G = 0.3 * smooth(0, 40 * unit, around.outside_px_G)
    on_neck_G = ~np.isnan(seen_G) & (smooth(-0.02, 0.06, below_G) > 0.5)
    goal_G = np.where(on_neck_G, np.nan_to_num(seen_G, nan=ears), ears)
    return around.spread(ring_depth_R[:, None], np.where(on_neck_G, neck_G, weak_G), goal_G[:, None])[:, 0]


def _head_depth(plate: Plate, head: Head, points_N2: F64) -> F64:
    """Camera depth of the fitted head at plate points, NaN beside it."""
    width, height = plate.size_px
    posed_V3 = plate.fit.vertices_V3 + np.tensordot(plate.fit.expression_52, head.actions_52V3, 1)
    points = torch.as_tensor(plate.project(posed_V3), dtype=torch.float32)[None]
    depth = (posed_V3 @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    depth_1V = torch.as_tensor(depth, dtype=torch.float32)[None]
    one_side = torch.as_tensor(head.triangles_F3.astype(np.int64))
    both_sides = torch.cat([one_side, one_side.flip(1)])
    seen_1HW = rasterise(points, depth_1V, both_sides, width, height)
    depth_HW = carry(depth_1V[..., None], points, both_sides, seen_1HW)[0, 0].numpy().astype(np.float64)
    depth_HW[seen_1HW[0].numpy() < 0] = np.nan
    x, y = (np.clip(points_N2[:, k], 0, side - 1).astype(int) for k, side in enumerate((width, height)))
    depth_N: F64 = depth_HW[y, x]
    return depth_N
