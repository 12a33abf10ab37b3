"""The square window of a portrait and its resampling. L landmarks, H, W picture rows and columns, S side of the crop."""

from __future__ import annotations

import numpy as np
from PIL import Image

from emostage.core.tracks import F64, U8, Crop

MARGIN, WIDE_MARGIN = 2.6, 3.3
"""Side of the window in landmark extents: room for hair, neck and shoulders; and for a hat or big hair."""
_TIGHTEST = 0.85
"""The window shrinks to this share of its side before it reaches beyond the picture."""
SIZES_PX = (512, 1024)
"""The crop has the picture's own pixels between these sizes."""


def window(landmarks_L2: F64, size_px: tuple[int, int], crop_px: int | None = None, margin: float = MARGIN) -> Crop:
    """The window around landmarks (picture pixels) in a picture of (width, height): inside it, or over the whole of a shorter side.

    `crop_px` is the side of the crop; by default as many pixels as the picture has there, within `SIZES_PX`.
    """
    points_N2 = landmarks_L2[:468]
    low_2, high_2 = points_N2.min(0), points_N2.max(0)
    extent = float((high_2 - low_2).max())
    wanted = extent * margin
    side = min(wanted, max(min(size_px), wanted * _TIGHTEST))
    corner_2 = (low_2 + high_2) / 2 - side / 2
    for axis, length in enumerate(size_px):
        corner_2[axis] = np.clip(corner_2[axis], min(0.0, length - side), max(0.0, length - side))
    crop_px = crop_px or int(np.clip(np.ceil(side), *SIZES_PX))
    return Crop(left=float(corner_2[0]), top=float(corner_2[1]), scale=crop_px / side, size_px=crop_px)


def resample(picture_HW3: U8, crop: Crop) -> U8:
    """The crop (S, S, 3): bicubic, averaging when it shrinks; beyond the picture its border is repeated."""
    height, width = picture_HW3.shape[:2]
    side = crop.size_px / crop.scale
    reach = int(np.ceil(max(0.0, -crop.left, -crop.top, crop.left + side - width, crop.top + side - height))) + 2
    x0, y0 = int(np.floor(crop.left)) - 2, int(np.floor(crop.top)) - 2
    x1, y1 = int(np.ceil(crop.left + side)) + 2, int(np.ceil(crop.top + side)) + 2
    pad = ((max(0, -y0), max(0, y1 - height)), (max(0, -x0), max(0, x1 - width)), (0, 0))
    if reach > 2 * side:
        raise ValueError("the window lies outside the picture")
    piece = np.pad(picture_HW3[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)], pad, mode="edge")
    box = (crop.left - x0, crop.top - y0, crop.left - x0 + side, crop.top - y0 + side)
    image = Image.fromarray(piece).resize((crop.size_px, crop.size_px), Image.Resampling.BICUBIC, box=box)
    return np.array(image, np.uint8)
