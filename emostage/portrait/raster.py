"""A batched z-buffer in plain torch: which triangle is seen at each pixel, and vertex values carried to the pixels.

Triangles are cut into spans, one for each row of pixels they reach, and spans into pixels, so that the work grows with the pixels
covered and not with the boxes around triangles; the nearest triangle wins by a scatter-min over (depth, triangle) keys. One code
path for CPU and CUDA; deterministic, since a minimum does not depend on order. Half planes: Pineda, "A Parallel Algorithm for
Polygon Rasterization", SIGGRAPH 1988.
Letters: B frames, V vertices, F triangles, H and W rows and columns, C channels, N triangles to draw, S spans, M covered pixels of
them, K pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor

_TRIANGLE_BITS = 22
_DEPTH_LEVELS = float(2**30)
_EMPTY = 2**62
_EDGE = 1e-5
"""Pixels this close to an edge (in barycentric units) belong to both sides, so that shared edges leave no gap."""
_LEAST_AREA = 1e-9
_FLAT = 1e-12
"""An edge less steep than this (barycentric units a pixel) counts as this steep: it then holds a whole row or nothing."""


def rasterise(
    points_BV2: Tensor,
    depth_BV: Tensor,
    triangles_F3: Tensor,
    size_px: tuple[int, int],
    drawn_BF: Tensor | None = None,
) -> Tensor:
    """The nearest front-facing triangle (B, H, W) int64 at each pixel centre of a grid of (width, height), -1 where there is
    none.

    `points_BV2` in pixels of the grid (centres at .5), y down; a triangle faces front when its area is positive in these axes.
    Triangles with `drawn_BF` False are left out.
    """
    (width_px, height_px), frames, faces = size_px, len(points_BV2), len(triangles_F3)
    corners_33N = _corners(torch.cat([points_BV2, _levels(depth_BV)[..., None]], -1), triangles_F3)
    limit_2 = torch.tensor([width_px - 1, height_px - 1], device=points_BV2.device)
    low_2N = (corners_33N[:2].amin(1) - 0.5).ceil_().long().clamp_min_(0)
    high_2N = torch.minimum((corners_33N[:2].amax(1) - 0.5).floor_().long(), limit_2[:, None])
    seen_N = (high_2N >= low_2N).all(0) & (_area(corners_33N[0], corners_33N[1]) > _LEAST_AREA)
    if drawn_BF is not None:
        seen_N &= drawn_BF.reshape(-1)
    kept_N = torch.nonzero(seen_N)[:, 0]
    best_K = torch.full((frames * height_px * width_px,), _EMPTY, dtype=torch.int64, device=points_BV2.device)
    if len(kept_N):
        low_2N, high_2N = low_2N.index_select(1, kept_N), high_2N.index_select(1, kept_N)
        planes_33N = _planes(corners_33N.index_select(2, kept_N), low_2N + 0.5)
        frame_N = torch.div(kept_N, faces, rounding_mode="floor")
        first_N = (frame_N * height_px + low_2N[1]) * width_px + low_2N[0]
        pixel_M, keys_M = _covered(planes_33N, high_2N - low_2N + 1, first_N, kept_N - frame_N * faces, width_px)
        best_K.scatter_reduce_(0, pixel_M, keys_M, "amin")
    triangle_K = torch.where(best_K < _EMPTY, best_K & (2**_TRIANGLE_BITS - 1), -1)
    return triangle_K.view(frames, height_px, width_px)


def _corners(values_BVC: Tensor, triangles_F3: Tensor) -> Tensor:
    """Vertex values at the three corners of the triangles of all frames, one frame after the other: (C, 3, B * F)."""
    frames, vertices, channels = values_BVC.shape
    first_B1 = torch.arange(frames, device=triangles_F3.device)[:, None] * vertices
    vertex_3N = (triangles_F3.T[:, None] + first_B1).flatten()
    return values_BVC.reshape(-1, channels).T.contiguous().index_select(1, vertex_3N).view(channels, 3, -1)


def _area(x_3N: Tensor, y_3N: Tensor) -> Tensor:
    """Twice the signed area of triangles."""
    return (x_3N[1] - x_3N[0]) * (y_3N[2] - y_3N[0]) - (y_3N[1] - y_3N[0]) * (x_3N[2] - x_3N[0])


def _levels(depth_BV: Tensor) -> Tensor:
    """Depths as levels in [0, 1] over the vertices of each frame."""
    near_B1, far_B1 = depth_BV.amin(1, keepdim=True), depth_BV.amax(1, keepdim=True)
    return (depth_BV - near_B1) / (far_B1 - near_B1).clamp_min(1e-12)


def _planes(corners_33N: Tensor, origin_2N: Tensor) -> Tensor:
    """Two barycentrics and a value (first axis) as (at origin, per pixel right, per pixel down); corners are (x, y, value)."""
    (ax, bx, cx), (ay, by, cy), value_3N = corners_33N
    ox, oy = origin_2N
    inverse = 1.0 / _area(corners_33N[0], corners_33N[1]).clamp_min(_LEAST_AREA)
    first_3N = torch.stack([(cx - bx) * (oy - by) - (cy - by) * (ox - bx), by - cy, cx - bx]) * inverse
    second_3N = torch.stack([(ax - cx) * (oy - cy) - (ay - cy) * (ox - cx), cy - ay, ax - cx]) * inverse
    value = first_3N * (value_3N[0] - value_3N[2]) + second_3N * (value_3N[1] - value_3N[2])
    value[0] += value_3N[2]
    return torch.stack([first_3N, second_3N, value])


def _covered(planes_33N: Tensor, box_2N: Tensor, first_N: Tensor, triangle_N: Tensor, width_px: int) -> tuple[Tensor, Tensor]:
    """Every pixel of every triangle, (M,), with its key (depth, triangle).

    Planes start at the first pixel of the triangles' boxes of (columns, rows), which is pixel `first_N` of the picture.
    """
    owner_S, row_S = _spread(box_2N[1])
    low_S, high_S = _spans(planes_33N, owner_S, row_S, box_2N[0])
    level_3S = planes_33N[2].index_select(1, owner_S)
    level_S = level_3S[0] + level_3S[2] * row_S + level_3S[1] * low_S
    start_S = first_N.index_select(0, owner_S) + row_S * width_px + low_S
    span_M, right_M = _spread((high_S - low_S + 1).clamp_min_(0))
    level_2M = torch.stack([level_S, level_3S[1]]).index_select(1, span_M)
    whole_2M = torch.stack([start_S, triangle_N.index_select(0, owner_S)]).index_select(1, span_M)
    level_M = (level_2M[0] + level_2M[1] * right_M).clamp_(0.0, 1.0).mul_(_DEPTH_LEVELS)
    keys_M = level_M.long().mul_(2**_TRIANGLE_BITS).add_(whole_2M[1])
    return whole_2M[0].add_(right_M), keys_M


def _spans(planes_33N: Tensor, owner_S: Tensor, row_S: Tensor, columns_N: Tensor) -> tuple[Tensor, Tensor]:
    """First and last column that a triangle covers in a row of its box; the last comes before the first where it covers none."""
    edges_33N = torch.cat([planes_33N[:2], (-planes_33N[0] - planes_33N[1])[None]])
    edges_33N[2, 0] += 1.0
    slope_3N = torch.where(edges_33N[:, 1].abs() < _FLAT, _FLAT, edges_33N[:, 1])
    rising_3N = slope_3N > 0
    at_3N, step_3N = (edges_33N[:, 0] + _EDGE) / -slope_3N, edges_33N[:, 2] / -slope_3N
    columns_N = columns_N.to(at_3N.dtype)
    ends = []
    for chosen_3N, free_N in ((rising_3N, torch.zeros_like(columns_N)), (~rising_3N, columns_N - 1)):
        start_3S = torch.where(chosen_3N, at_3N, free_N).index_select(1, owner_S)
        ends.append(start_3S.addcmul_(torch.where(chosen_3N, step_3N, 0.0).index_select(1, owner_S), row_S.to(at_3N.dtype)))
    last_S = (columns_N - 1).index_select(0, owner_S)
    low_S = torch.minimum(ends[0].amax(0).ceil_().clamp_min_(0), last_S + 1)
    return low_S.long(), torch.minimum(ends[1].amin(0).floor_().clamp_min_(-1), last_S).long()


def _spread(count_N: Tensor) -> tuple[Tensor, Tensor]:
    """For each of sum(count) pieces, whose it is and which of the pieces of that one."""
    owner_M = torch.repeat_interleave(count_N)
    begin_N = count_N.cumsum(0) - count_N
    return owner_M, torch.arange(len(owner_M), device=count_N.device) - begin_N.index_select(0, owner_M)


def carry(values_BVC: Tensor, points_BV2: Tensor, triangles_F3: Tensor, triangle_BHW: Tensor) -> Tensor:
    """Vertex values interpolated linearly over the seen triangles: (B, C, H, W), zero where no triangle is seen."""
    frames, height, width = triangle_BHW.shape
    channels, faces = values_BVC.shape[-1], len(triangles_F3)
    (x_3N, y_3N, *_), values_C3N = (_corners(a, triangles_F3) for a in (points_BV2, values_BVC))
    inverse_N = 1.0 / _area(x_3N, y_3N).clamp_min(_LEAST_AREA)
    (right1, right2), (down1, down2) = x_3N[1:] - x_3N[0], y_3N[1:] - y_3N[0]
    rise1_CN, rise2_CN = values_C3N[:, 1] - values_C3N[:, 0], values_C3N[:, 2] - values_C3N[:, 0]
    right_CN = (rise1_CN * down2 - rise2_CN * down1) * inverse_N
    down_CN = (rise2_CN * right1 - rise1_CN * right2) * inverse_N
    table = torch.cat([values_C3N[:, 0], right_CN, down_CN, x_3N[:1], y_3N[:1]])
    table = torch.cat([table, torch.zeros_like(table[:, :1])], 1)
    first_B11 = torch.arange(frames, device=triangle_BHW.device)[:, None, None] * faces
    row_K = torch.where(triangle_BHW < 0, frames * faces, triangle_BHW + first_B11).flatten()
    seen = table.index_select(1, row_K).view(-1, frames, height, width)
    values, rights, downs = seen[: 3 * channels].view(3, channels, frames, height, width)
    x_W = torch.arange(width, device=seen.device, dtype=seen.dtype) + 0.5
    y_H1 = torch.arange(height, device=seen.device, dtype=seen.dtype)[:, None] + 0.5
    carried_CBHW: Tensor = values.addcmul_(rights, x_W - seen[-2]).addcmul_(downs, y_H1 - seen[-1])
    return carried_CBHW.transpose(0, 1)
