"""Height maps seen in the photo's light: how much brighter or darker each pixel becomes when the skin takes that shape.

Letters: K maps, V vertices, H and W rows and columns of the window.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from scipy.interpolate import LinearNDInterpolator

from emostage.core.tracks import F32, F64
from emostage.portrait.light import harmonics
from emostage.portrait.polygon import Box

_CELL = 4.0
_SKY = 0.35
"""Brightness from above, relative to the mean, that is always added: pictures are lit by sky or lamps, and the fit sees little of
what shadows in a fold would show."""
_CONTRAST = 1.9
_HOLLOW = 0.55
"""How much light a valley loses, per drawing unit that it lies under its surroundings (ambient occlusion)."""
_AROUND = 3.0
_LEAST, _MOST = -0.55, 0.18
"""Bounds of the change of log brightness that one map brings."""


def normal_map(points_V2: F64, normals_V3: F64, box: Box, unit_px: float) -> F32:
    """Vertex normals spread over the pixels of a window: (3, H, W), unit length, pointing away from the camera."""
    left, top, width, height = box
    step = max(1.0, _CELL * unit_px)
    x, y = np.meshgrid(np.arange(0.5, width + step, step) + left, np.arange(0.5, height + step, step) + top)
    spread = LinearNDInterpolator(points_V2, normals_V3, fill_value=np.nan)(np.stack([x, y], -1))
    spread = np.where(np.isnan(spread), [0.0, 0.0, 1.0], spread).astype(np.float32)
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32) / step, np.arange(height, dtype=np.float32) / step)
    fine_HW3 = cv2.remap(spread, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    fine_HW3[..., 2] = np.maximum(fine_HW3[..., 2], 0.25)
    fine_HW3 /= np.linalg.norm(fine_HW3, axis=2, keepdims=True)
    return np.ascontiguousarray(fine_HW3.transpose(2, 0, 1))


def relit(height_HW: F32, normals_3HW: F32, light_9: F64, unit_px: float) -> F32:
    """Change of log brightness (H, W) of a surface with these normals, under spherical-harmonic light, when it takes this height
    (plate pixels, towards the viewer)."""
    down_HW, right_HW = np.gradient(height_HW)
    facing_HW = np.maximum(normals_3HW[2], 0.35)
    bent_3HW = normals_3HW / facing_HW + np.stack([right_HW, down_HW, np.zeros_like(right_HW)])
    bent_3HW /= np.linalg.norm(bent_3HW, axis=0)
    turned_HW = np.log(_brightness(bent_3HW, light_9) / _brightness(normals_3HW, light_9))
    hollow_HW = (cv2.GaussianBlur(height_HW, (0, 0), _AROUND * unit_px) - height_HW) / unit_px
    change_HW = _CONTRAST * turned_HW - _HOLLOW * np.maximum(hollow_HW, 0)
    return np.asarray(np.clip(change_HW, _LEAST, _MOST), np.float32)


def _brightness(normals_3HW: F32, light_9: F64) -> F32:
    basis = harmonics(torch.as_tensor(normals_3HW.transpose(1, 2, 0), dtype=torch.float32))
    lit_HW = (basis @ torch.as_tensor(light_9, dtype=torch.float32)).numpy() + _SKY * light_9[0] * normals_3HW[1]
    return np.asarray(np.maximum(lit_HW, 0.15 * light_9[0]), np.float32)
