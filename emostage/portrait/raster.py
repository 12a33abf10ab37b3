"""A batched z-buffer in plain torch: which triangle is seen at each pixel, and vertex values carried to the pixels.

Triangles are sorted by the size of their box so that every group is tested as one dense block of candidate pixels; the nearest
one wins by a scatter-min over (depth, triangle) keys. One code path for CPU and CUDA; deterministic, since a minimum does not
depend on order. Half-plane test: Pineda, "A Parallel Algorithm for Polygon Rasterization", SIGGRAPH 1988.
Letters: B frames, V vertices, F triangles, H and W rows and columns, C channels, N candidate triangles, M covered pixels of them,
K pixels.
"""

from __future__ import annotations

from itertools import product

import torch
from torch import Tensor

_BOXES_PX = (2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128, 256, 4096)
_CANDIDATES = 2**19
_TRIANGLE_BITS = 22
_DEPTH_LEVELS = float(2**30)
_EMPTY = 2**62
_EDGE = 1e-5
"""Pixels this close to an edge (in barycentric units) belong to both sides, so that shared edges leave no gap."""


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
    corners_N32 = _corners(points_BV2, triangles_F3)
    depth_N3 = _corners(depth_BV[..., None], triangles_F3)[..., 0]
    limit_2 = torch.tensor([width_px - 1, height_px - 1], device=points_BV2.device, dtype=points_BV2.dtype)
    low_N2 = (corners_N32.amin(1) - 0.5).ceil().clamp_min(0)
    high_N2 = (corners_N32.amax(1) - 0.5).floor()
    cut_N = (high_N2 > limit_2).any(1)
    high_N2 = torch.minimum(high_N2, limit_2)
    planes_N9 = _planes(corners_N32, _levels(depth_N3), low_N2 + 0.5)
    span_N2 = high_N2 - low_N2 + 1
    seen_N = (span_N2 > 0).all(1) & (_area(corners_N32) > 1e-9)
    if drawn_BF is not None:
        seen_N &= drawn_BF.reshape(-1)
    box_N = span_N2.amax(1)
    best_K = torch.full((frames * height_px * width_px,), _EMPTY, dtype=torch.int64, device=points_BV2.device)
    smaller = 0
    for side, is_cut in product(_BOXES_PX, (False, True)):
        group_N = torch.nonzero(seen_N & (cut_N == is_cut) & (box_N > smaller) & (box_N <= side))[:, 0]
        smaller = side if is_cut else smaller
        for part_N in torch.split(group_N, max(1, _CANDIDATES // (side * side))) if len(group_N) else ():
            reach = min(side, int(box_N[part_N].max()))
            keys_M, hit_M, cell_M = _candidates(planes_N9[part_N], span_N2[part_N] if is_cut else None, part_N % faces, reach)
            start_N = (torch.div(part_N, faces, rounding_mode="floor") * height_px + low_N2[part_N, 1].long()) * width_px
            start_N += low_N2[part_N, 0].long()
            pixel_M = start_N.index_select(0, hit_M) + _cells(reach, width_px, cell_M.device).index_select(0, cell_M)
            best_K.scatter_reduce_(0, pixel_M, keys_M, "amin")
    triangle_K = torch.where(best_K < _EMPTY, best_K & (2**_TRIANGLE_BITS - 1), -1)
    return triangle_K.view(frames, height_px, width_px)


def _corners(values_BVC: Tensor, triangles_F3: Tensor) -> Tensor:
    """Vertex values at the corners of the triangles of all frames, one frame after the other: (B * F, 3, C)."""
    frames, vertices, channels = values_BVC.shape
    first_B11 = torch.arange(frames, device=triangles_F3.device)[:, None, None] * vertices
    return values_BVC.reshape(-1, channels).index_select(0, (triangles_F3 + first_B11).flatten()).view(-1, 3, channels)


def _area(corners_N32: Tensor) -> Tensor:
    """Twice the signed area of triangles."""
    first_N2, second_N2 = corners_N32[:, 1] - corners_N32[:, 0], corners_N32[:, 2] - corners_N32[:, 0]
    return first_N2[:, 0] * second_N2[:, 1] - first_N2[:, 1] * second_N2[:, 0]


def _levels(depth_N3: Tensor) -> Tensor:
    """Depths as levels in [0, 1] over the whole batch."""
    near, far = depth_N3.min(), depth_N3.max()
    return (depth_N3 - near) / (far - near).clamp_min(1e-12)


def _planes(corners_N32: Tensor, value_N3: Tensor, origin_N2: Tensor) -> Tensor:
    """Two barycentrics and a value as (at origin, per pixel right, per pixel down): rows of nine."""
    (ax, ay), (bx, by), (cx, cy) = (corners_N32[:, k].unbind(1) for k in range(3))
    ox, oy = origin_N2.unbind(1)
    inverse = 1.0 / _area(corners_N32).clamp_min(1e-9)
    first = torch.stack([(cx - bx) * (oy - by) - (cy - by) * (ox - bx), by - cy, cx - bx], 1) * inverse[:, None]
    second = torch.stack([(ax - cx) * (oy - cy) - (ay - cy) * (ox - cx), cy - ay, ax - cx], 1) * inverse[:, None]
    a_N, b_N, c_N = value_N3.unbind(1)
    value = first * (a_N - c_N)[:, None] + second * (b_N - c_N)[:, None]
    value[:, 0] += c_N
    return torch.cat([first, second, value], 1)


def _cells(side: int, width_px: int, device: torch.device) -> Tensor:
    """Offsets (side * side,) of the pixels of a block from its first one, in a picture of `width_px`."""
    grid_S = torch.arange(side, device=device)
    return (grid_S[:, None] * width_px + grid_S).flatten()


def _candidates(planes_N9: Tensor, span_N2: Tensor | None, triangle_N: Tensor, side: int) -> tuple[Tensor, Tensor, Tensor]:
    """The M covered pixels of the side x side blocks: keys (depth, triangle), row in N and cell of the block, each (M,).

    `span_N2` ends blocks at the border of the picture.
    """
    grid_S = torch.arange(side, device=planes_N9.device, dtype=planes_N9.dtype)

    def plane(k: int) -> Tensor:
        right_N1S = torch.addcmul(planes_N9[:, k, None], planes_N9[:, k + 1, None], grid_S)[:, None, :]
        return right_N1S + (planes_N9[:, k + 2, None] * grid_S)[:, :, None]

    first_NSS, second_NSS = plane(0), plane(3)
    inside_NSS = torch.minimum(first_NSS, second_NSS) >= -_EDGE
    inside_NSS &= first_NSS.add_(second_NSS) <= 1.0 + _EDGE
    if span_N2 is not None:
        inside_NSS &= (grid_S < span_N2[:, :1])[:, None, :]
        inside_NSS &= (grid_S < span_N2[:, 1:])[:, :, None]
    place_M = torch.nonzero(inside_NSS.flatten())[:, 0]
    hit_M = torch.div(place_M, side * side, rounding_mode="floor")
    cell_M = place_M - hit_M * (side * side)
    level_M = plane(6).flatten().index_select(0, place_M).clamp_(0.0, 1.0).mul_(_DEPTH_LEVELS)
    keys_M = level_M.long().mul_(2**_TRIANGLE_BITS).add_(triangle_N.index_select(0, hit_M))
    return keys_M, hit_M, cell_M


def carry(values_BVC: Tensor, points_BV2: Tensor, triangles_F3: Tensor, triangle_BHW: Tensor) -> Tensor:
    """Vertex values interpolated linearly over the seen triangles: (B, C, H, W), zero where no triangle is seen."""
    frames, height, width = triangle_BHW.shape
    channels, faces = values_BVC.shape[-1], len(triangles_F3)
    pixel_K = torch.nonzero(triangle_BHW.reshape(-1) >= 0)[:, 0]
    rows_K = triangle_BHW.reshape(-1)[pixel_K] + torch.div(pixel_K, height * width, rounding_mode="floor") * faces
    corners_N32, values_N3C = _corners(points_BV2, triangles_F3), _corners(values_BVC, triangles_F3)
    edge_N22 = corners_N32[:, 1:] - corners_N32[:, :1]
    rise_N2C = values_N3C[:, 1:] - values_N3C[:, :1]
    inverse_N1 = 1.0 / _area(corners_N32).clamp_min(1e-9)[:, None]
    right_NC = (rise_N2C[:, 0] * edge_N22[:, 1, 1:] - rise_N2C[:, 1] * edge_N22[:, 0, 1:]) * inverse_N1
    down_NC = (rise_N2C[:, 1] * edge_N22[:, 0, :1] - rise_N2C[:, 0] * edge_N22[:, 1, :1]) * inverse_N1
    table = torch.cat([values_N3C[:, 0], right_NC, down_NC, corners_N32[:, 0]], 1).index_select(0, rows_K)
    c = channels
    dx_K1 = (pixel_K % width + 0.5)[:, None] - table[:, 3 * c : 3 * c + 1]
    dy_K1 = (torch.div(pixel_K, width, rounding_mode="floor") % height + 0.5)[:, None] - table[:, 3 * c + 1 :]
    value_KC = table[:, :c] + table[:, c : 2 * c] * dx_K1 + table[:, 2 * c : 3 * c] * dy_K1
    out = values_BVC.new_zeros(frames * height * width, channels)
    out[pixel_K] = value_KC
    return out.view(frames, height, width, channels).permute(0, 3, 1, 2)
