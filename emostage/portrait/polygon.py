"""Curves and filled outlines, anti-aliased, for a batch of frames at once.

Letters: B frames, N points, H and W rows and columns of a box. Boxes are (left, top, width, height) in plate pixels.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

Box = tuple[int, int, int, int]


@lru_cache(maxsize=32)
def _spline_weights(count: int, steps: int) -> Tensor:
    """Rows of the linear map from `count` control points to the samples of a Catmull-Rom spline (exact at the points)."""
    padded_NC = torch.zeros(count + 2, count)
    padded_NC[1:-1] = torch.eye(count)
    padded_NC[0, 0], padded_NC[0, 1] = 2.0, -1.0
    padded_NC[-1, -1], padded_NC[-1, -2] = 2.0, -1.0
    t = (torch.arange(steps) / steps)[:, None]
    rows = []
    for i in range(count - 1):
        a, b, c, d = padded_NC[i : i + 4]
        rows.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return torch.cat([*rows, padded_NC[-2:-1]])


def spline(points_BN2: Tensor, steps: int = 8) -> Tensor:
    """Catmull-Rom spline through each open polyline, `steps` samples a segment plus the last point.

    Source: E. Catmull, R. Rom, "A class of local interpolating splines", 1974.
    """
    return _spline_weights(points_BN2.shape[-2], steps).to(points_BN2) @ points_BN2


def box_around(points_BN2: Tensor, margin_px: float) -> Box:
    """Whole-pixel box that holds all points of all frames with a margin."""
    low, high = points_BN2.flatten(0, -2).aminmax(dim=0)
    left, top = (math.floor(v - margin_px) for v in low.tolist())
    right, bottom = (math.ceil(v + margin_px) for v in high.tolist())
    return left, top, max(right - left, 1), max(bottom - top, 1)


def pixel_centres(box: Box, like: Tensor) -> tuple[Tensor, Tensor]:
    """x of the columns (W,) and y of the rows (H, 1) of a box."""
    left, top, width, height = box
    x_W = torch.arange(width, device=like.device, dtype=like.dtype) + (left + 0.5)
    y_H1 = torch.arange(height, device=like.device, dtype=like.dtype)[:, None] + (top + 0.5)
    return x_W, y_H1


def coverage(outline_BN2: Tensor, box: Box) -> Tensor:
    """How much of each pixel of the box a closed outline covers: (B, 1, H, W) in [0, 1].

    The outline runs clockwise on the screen (upper chain left to right, lower chain back); where it runs the other way round,
    as where lips overlap, nothing is covered. Area is exact: every edge is cut at pixel rows and its signed height, placed at the
    mean x of the cut, is summed from left to right (the accumulation buffer of R. Levien, "font-rs", 2016), so the mask
    follows the outline continuously. Edges should be about a pixel long where they run flat.
    """
    left, top, width, height = box
    start_BN2 = outline_BN2 - outline_BN2.new_tensor([left, top])
    end_BN2 = start_BN2.roll(-1, dims=1)
    x0, y0 = start_BN2[..., 0, None], start_BN2[..., 1, None]
    x1, y1 = end_BN2[..., 0, None], end_BN2[..., 1, None]
    row_H = torch.arange(height, device=outline_BN2.device, dtype=outline_BN2.dtype)
    cut0_BNH = torch.minimum(torch.maximum(y0, row_H), row_H + 1)
    cut1_BNH = torch.minimum(torch.maximum(y1, row_H), row_H + 1)
    rise = y1 - y0
    slope = (x1 - x0) / torch.where(rise.abs() < 1e-7, torch.ones_like(rise), rise)
    middle_BNH = (x0 + ((cut0_BNH + cut1_BNH) * 0.5 - y0) * slope).clamp(0, width)
    height_BNH = cut0_BNH - cut1_BNH
    cell = middle_BNH.floor()
    share = (middle_BNH - cell) * height_BNH
    index = (cell + row_H * (width + 2)).long().flatten(1)
    sums = outline_BN2.new_zeros(len(outline_BN2), height * (width + 2))
    sums.scatter_add_(1, index, (height_BNH - share).flatten(1))
    sums.scatter_add_(1, index + 1, share.flatten(1))
    mask = sums.view(-1, 1, height, width + 2).cumsum(-1)[..., :width]
    return mask.clamp(0, 1)


@lru_cache(maxsize=64)
def _gaussian(sigma_px: float) -> Tensor:
    radius = max(1, math.ceil(3 * sigma_px))
    x = torch.arange(-radius, radius + 1, dtype=torch.float32)
    weights = torch.exp(-0.5 * (x / sigma_px) ** 2)
    return weights / weights.sum()


def blur(image_BCHW: Tensor, sigma_px: float) -> Tensor:
    """Gaussian blur; outside the image counts as zero."""
    if sigma_px < 0.05:
        return image_BCHW
    kernel = _gaussian(round(sigma_px, 3)).to(image_BCHW)
    reach = len(kernel) // 2
    planes = image_BCHW.reshape(-1, 1, *image_BCHW.shape[-2:])
    planes = functional.conv2d(planes, kernel.view(1, 1, 1, -1), padding=(0, reach))
    planes = functional.conv2d(planes, kernel.view(1, 1, -1, 1), padding=(reach, 0))
    return planes.view(image_BCHW.shape)


def ramp(low: float, high: float, value: Tensor) -> Tensor:
    """Smoothstep: 0 below `low`, 1 above `high`, with flat ends."""
    t = ((value - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def look_up(texture_CHW: Tensor, column_BHW: Tensor, row_BHW: Tensor, *, padding: str = "border") -> Tensor:
    """Bilinear samples (B, C, H, W) of one texture at texel coordinates (texel centres at .5)."""
    rows, columns = texture_CHW.shape[-2:]
    grid = torch.stack([column_BHW * (2 / columns) - 1, row_BHW * (2 / rows) - 1], -1)
    batch, height, width = column_BHW.shape
    flat = functional.grid_sample(
        texture_CHW[None], grid.reshape(1, batch * height, width, 2), padding_mode=padding, align_corners=False
    )
    return flat.view(-1, batch, height, width).transpose(0, 1)
