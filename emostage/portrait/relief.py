"""Outside the face: what follows the head, what must stay, and how deep it lies. N points, G grid vertices, R ring vertices."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from scipy.spatial.distance import cdist

from emostage.core.tracks import F64
from emostage.face.contour import smooth
from emostage.face.head import Head
from emostage.face.topology import CHIN
from emostage.portrait.plate import Plate
from emostage.portrait.raster import carry, rasterise
from emostage.portrait.sheet import I64
from emostage.portrait.surround import Surround

_OPEN_FADE_PX = 40.0
_NEAR_PERSON_PX = 70.0
_COLLAR_STEP_PX, _COLLAR_BLUR_PX = 2.0, 5.0
_HIGHEST_COLLAR = -0.45
"""What reaches higher above the chin than this, in face heights, is no collar."""
STEEPEST, STEEPEST_FAR = 20.0, 3.5
"""Depth may change by this much per length across the picture, and in a head turned far by the second: what is steeper was hardly
photographed, and a turn smears it."""
_LEVEL = 1e-5
"""Pull to the plane of the ears of the depth that goes on from the face: next to none."""
_SIDES_PX = (20.0, 36.0)
"""Up to how far inside its border the sides of the face are made gentle: wholly, not at all."""


def beside_chin(plate: Plate, points_N2: F64) -> F64:
    """Where points lie from the chin (right, down), in face heights along the axes of the head on the picture."""
    down_2 = plate.fit.rotation_33[:2, 1] / np.linalg.norm(plate.fit.rotation_33[:2, 1])
    axes_22 = np.stack([[down_2[1], -down_2[0]], down_2], 1)
    beside_N2: F64 = (points_N2 - plate.landmarks_L2[CHIN]) @ axes_22 / (220.0 * plate.unit_px)
    return beside_N2


def skin(plate: Plate, points_N2: F64) -> F64:
    """How much points outside the face follow the head: wholly above the chin, less and less down the neck, shoulders hardly."""
    right_N, below_N = beside_chin(plate, points_N2).T
    neck_N = 1 - smooth(0.04, 0.52, below_N)
    shoulder_N = smooth(0.26, 0.48, np.abs(right_N)) * smooth(-0.06, 0.14, below_N)
    follows_N: F64 = neck_N * (1 - shoulder_N) * (1 - smooth(0.36, 0.50, np.abs(right_N)) * _collar(plate, points_N2))
    return follows_N


def _collar(plate: Plate, points_N2: F64) -> F64:
    """How much points belong to the body although they lie above the chin: high collars and raised shoulders.

    They hang together with the body and not, as hair does, with the head.
    """
    width, height = plate.size_px
    step = max(1, round(_COLLAR_STEP_PX * plate.unit_px))
    rows, columns = np.mgrid[0:height:step, 0:width:step]
    _, below_K = beside_chin(plate, np.stack([columns, rows], -1).reshape(-1, 2).astype(np.float64)).T
    below_hw = below_K.reshape(rows.shape)
    face_hw = np.zeros(rows.shape, np.uint8)
    hull = cv2.convexHull((plate.landmarks_L2[:468] / step).astype(np.float32)).astype(np.int32)
    cv2.fillConvexPoly(face_hw, hull, 1)
    beside_hw = (plate.matte_HW[::step, ::step] > 0.5) & (cv2.dilate(face_hw, np.ones((3, 3))) == 0) & (below_hw < 0.03)
    count, parts_hw = cv2.connectedComponents(beside_hw.astype(np.uint8))
    head_hw, body_hw = cv2.dilate(face_hw, np.ones((3, 3))) > 0, np.zeros(rows.shape, bool)
    for part in range(1, count):
        part_hw = parts_hw == part
        is_body = below_hw[part_hw].max() > 0 and below_hw[part_hw].min() > _HIGHEST_COLLAR
        (body_hw if is_body else head_hw)[part_hw] = True
    to_head_hw, to_body_hw = (cv2.distanceTransform((~on_hw).astype(np.uint8), cv2.DIST_L2, 5) for on_hw in (head_hw, body_hw))
    nearer_hw = (to_body_hw < to_head_hw).astype(np.float32) * body_hw.any()
    soft_hw = cv2.GaussianBlur(nearer_hw, (0, 0), _COLLAR_BLUR_PX * plate.unit_px / step)
    x_N, y_N = (np.clip(points_N2[:, k] / step, 0, side - 1).astype(int) for k, side in enumerate(rows.shape[::-1]))
    collar_N: F64 = soft_hw[y_N, x_N].astype(np.float64)
    return collar_N


def free(plate: Plate, points_N2: F64, face_count: int) -> F64:
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


def gentle(plate: Plate, points_V2: F64, depth_V: F64, ring_R: I64, steepest: float) -> F64:
    """Camera depths of the face with sides that fall away no more steeply than `steepest`; `ring_R` are its border's vertices.

    The new depth is the least over all vertices of theirs plus a cone about them, the largest function that is nowhere
    steeper and nowhere deeper.
    """
    per_px = steepest * float(depth_V.mean()) / plate.focal_px
    apart_VV = cdist(points_V2, points_V2)
    eased_V: F64 = (depth_V + per_px * apart_VV).min(1)
    inside_V = apart_VV[:, ring_R].min(1) / plate.unit_px
    return eased_V + (depth_V - eased_V) * smooth(*_SIDES_PX, inside_V)


def depth(plate: Plate, head: Head, around: Surround, ring_depth_R: F64) -> F64:
    """Camera depth of the grid: continues the face, drawn to a round crown that meets the plane of the ears at the person's outline
    and, on the neck, to the fitted head."""
    unit = plate.unit_px
    seen_G = _head_depth(plate, head, around.grid_G2)
    ears = float(head.pivot_3 @ plate.fit.rotation_33[2] + plate.fit.translation_3[2])
    weak_G = 0.3 * smooth(0, 30 * unit, around.outside_px_G)
    neck_G = 0.3 * smooth(0, 40 * unit, around.outside_px_G)
    on_neck_G = ~np.isnan(seen_G) & (smooth(-0.02, 0.06, beside_chin(plate, around.grid_G2)[:, 1]) > 0.5)
    level_G = around.spread(ring_depth_R[:, None], np.full(len(weak_G), _LEVEL), ears)[:, 0]
    crown_G = level_G + (ears - level_G) * _fallen(plate, around)
    goal_G = np.where(on_neck_G, np.nan_to_num(seen_G, nan=ears), crown_G)
    return around.spread(ring_depth_R[:, None], np.where(on_neck_G, neck_G, weak_G), goal_G[:, None])[:, 0]


def _fallen(plate: Plate, around: Surround) -> F64:
    """How far the grid has fallen away, 0 at the face and 1 at the person's outline, like a ball seen from its pole."""
    height, width = plate.matte_HW.shape
    within_HW = cv2.distanceTransform(np.pad((plate.matte_HW > 0.5).astype(np.uint8), 1, mode="edge"), cv2.DIST_L2, 5)[1:-1, 1:-1]
    x, y = (np.clip(around.grid_G2[:, k], 0, side - 1).astype(int) for k, side in enumerate((width, height)))
    outside_G = np.maximum(around.outside_px_G, 0)
    way_G = outside_G / (outside_G + within_HW[y, x] + 1e-6)
    fallen_G: F64 = 1 - np.sqrt(1 - way_G**2)
    return fallen_G


def _head_depth(plate: Plate, head: Head, points_N2: F64) -> F64:
    """Camera depth of the fitted head at plate points, NaN beside it."""
    width, height = plate.size_px
    posed_V3 = plate.fit.vertices_V3 + np.tensordot(plate.fit.expression_52, head.actions_52V3, 1)
    points = torch.as_tensor(plate.project(posed_V3), dtype=torch.float32)[None]
    depth_V = (posed_V3 @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    depth_1V = torch.as_tensor(depth_V, dtype=torch.float32)[None]
    one_side = torch.as_tensor(head.triangles_F3.astype(np.int64))
    both_sides = torch.cat([one_side, one_side.flip(1)])
    seen_1HW = rasterise(points, depth_1V, both_sides, plate.size_px)
    depth_HW = carry(depth_1V[..., None], points, both_sides, seen_1HW)[0, 0].numpy().astype(np.float64)
    depth_HW[seen_1HW[0].numpy() < 0] = np.nan
    x, y = (np.clip(points_N2[:, k], 0, side - 1).astype(int) for k, side in enumerate((width, height)))
    depth_N: F64 = depth_HW[y, x]
    return depth_N
