"""A row of teeth painted on a strip: crowns with soft dark seams, paler edges, gum above, dark towards the back.

The strip spans +-46 mm along the row and 15 mm from a little beyond the biting edge towards the gum. Tooth sizes lie near the
mean crowns of textbooks (R. Wheeler, "Dental Anatomy"). H, W rows and columns; linear light.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F32, F64

HALF_MM, LOW_MM, HIGH_MM = 46.0, -1.0, 14.0
_TEXELS_MM, _FINE = 5, 3
_BACK_FROM_MM, _BACK_MM = 12.0, 20.0
"""Light fades behind the canines, by e over so many millimetres."""


@dataclass(frozen=True, kw_only=True)
class Crowns:
    """Teeth of one half from the middle outwards in mm: widths, heights, and how far each edge lies above the first."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    steps: tuple[float, ...]


UPPER = Crowns(
    widths=(8.5, 6.8, 7.7, 7.1, 6.8, 10.0), heights=(10.6, 9.4, 10.4, 9.0, 8.4, 8.0), steps=(0.0, 0.6, 0.2, 0.7, 0.9, 1.1)
)
LOWER = Crowns(
    widths=(5.4, 6.0, 6.9, 7.1, 7.1, 11.0), heights=(8.8, 9.0, 9.7, 8.4, 8.0, 7.5), steps=(0.0, 0.1, -0.2, 0.6, 0.9, 1.0)
)


def paint_row(crowns: Crowns, tooth_3: F64, gum_3: F64) -> F32:
    """Linear RGB and alpha (4, H, W) of a row, its biting edge near the top."""
    per_mm = _TEXELS_MM * _FINE
    arc_W = np.abs((np.arange(round(2 * HALF_MM * per_mm)) + 0.5) / per_mm - HALF_MM)
    height_H1 = ((np.arange(round((HIGH_MM - LOW_MM) * per_mm)) + 0.5) / per_mm + LOW_MM)[:, None]
    widths, heights, steps = (np.array(v) for v in (crowns.widths, crowns.heights, crowns.steps))
    borders = np.r_[0.0, np.cumsum(widths)]
    tooth_W = np.clip(np.searchsorted(borders, arc_W) - 1, 0, len(widths) - 1)
    across_W = np.clip(2 * (arc_W - borders[tooth_W]) / widths[tooth_W] - 1, -1, 1)
    above_HW = height_H1 - steps[tooth_W] - 0.6 * np.abs(across_W) ** 5
    neck_HW = height_H1 - steps[tooth_W] - heights[tooth_W] + 1.2 * across_W**2
    seam_W = np.exp(-(((1 - np.abs(across_W)) * widths[tooth_W] / 0.8) ** 2))
    shade_HW = (1 - 0.12 * across_W**2 - 0.30 * seam_W * _rise(0, 2.5, above_HW)) * (1 - 0.25 * _rise(4, 10, above_HW))
    gum_HW1 = _rise(-0.25, 0.3, neck_HW)[..., None]
    flesh_HW3 = gum_3 * (1 - 0.35 * _rise(0, 7, neck_HW))[..., None]
    rgb_HW3 = shade_HW[..., None] * tooth_3 * (1 - gum_HW1) + flesh_HW3 * gum_HW1
    rgb_HW3 = rgb_HW3 * np.exp(-np.maximum(arc_W - _BACK_FROM_MM, 0) / _BACK_MM)[:, None]
    fine_HW4 = np.dstack([rgb_HW3, _rise(-0.15, 0.25, above_HW)])
    height, width = fine_HW4.shape[0] // _FINE, fine_HW4.shape[1] // _FINE
    return np.asarray(fine_HW4.reshape(height, _FINE, width, _FINE, 4).mean((1, 3)).transpose(2, 0, 1), np.float32)


def _rise(low: float, high: float, value: F64) -> F64:
    """Smoothstep from 0 at `low` to 1 at `high`."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    eased: F64 = t * t * (3 - 2 * t)
    return eased
