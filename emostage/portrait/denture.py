"""The painted strip of teeth and gum that is laid on an arch, with the photo's own teeth set into it.

The strip spans +-46 mm along the arch and 15 mm from a little below the biting edge towards the gum. Tooth sizes are our choice
near the mean crowns of textbooks (R. Wheeler, "Dental Anatomy"). Letters: H, W rows and columns of the strip; colours sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F32, F64, Frozen
from emostage.portrait.arch import Arch
from emostage.portrait.plate import Plate
from emostage.portrait.teeth import PhotoTeeth

HALF_MM, LOW_MM, HIGH_MM = 46.0, -1.0, 14.0
_FINE = 4


@dataclass(frozen=True, kw_only=True)
class Crowns:
    """Teeth of one half of a row from the middle outwards, in mm: widths, heights, how far each edge lies above the first, and
    how much the row rises towards the back (mm at 10 mm from the middle, growing with the square: the smile arc)."""

    widths: tuple[float, ...]
    heights: tuple[float, ...]
    steps: tuple[float, ...]
    rise: float


UPPER = Crowns(
    widths=(8.6, 6.9, 7.8, 7.2, 6.8, 10), heights=(10.9, 9.8, 10.8, 9.2, 8.6, 8), steps=(0, 0.6, 0.2, 0.7, 0.9, 1.1), rise=0.22
)
LOWER = Crowns(widths=(5.5, 6.1, 7, 7.2, 7.2, 11), heights=(8.8, 9, 9.8, 8.4, 8, 7.5), steps=(0, 0.1, -0.2, 0.7, 0.9, 1), rise=0.0)


@dataclass(frozen=True, kw_only=True)
class Strip(Frozen):
    """`rgb_HW3` and `alpha_HW` (0..1) of a painted row; texel (column, row) = ((arc + 46) , (height + 1)) * `texels_mm`."""

    rgb_HW3: F32
    alpha_HW: F32
    texels_mm: float


def _places(texels_mm: float) -> tuple[F64, F64]:
    """Arc (W,) and height (H, 1) in mm of the texel centres."""
    width, height = round(2 * HALF_MM * texels_mm), round((HIGH_MM - LOW_MM) * texels_mm)
    return (np.arange(width) + 0.5) / texels_mm - HALF_MM, ((np.arange(height) + 0.5) / texels_mm + LOW_MM)[:, None]


def paint(crowns: Crowns, tooth_3: F64, gum_3: F64, texels_mm: float) -> Strip:
    """Paint a row: rounded edges, soft dark seams, crowns that darken towards the gum, gum scallops, darker towards the back."""
    arc_W, height_H1 = _places(texels_mm * _FINE)
    widths, heights, steps = (np.array(v) for v in (crowns.widths, crowns.heights, crowns.steps))
    borders = np.r_[0, np.cumsum(widths)]
    out_W = np.abs(arc_W)
    i_W = np.clip(np.searchsorted(borders, out_W) - 1, 0, len(widths) - 1)
    across_W = np.clip((out_W - borders[i_W]) / widths[i_W] * 2 - 1, -1, 1)
    crown_W, step_W = heights[i_W], steps[i_W] + crowns.rise * (arc_W / 10) ** 2
    above = height_H1 - (step_W + 0.65 * np.abs(across_W) ** 5)
    neck = height_H1 - (step_W + crown_W - 1.1 * np.abs(across_W) ** 2.2)
    gum = smoothstep(neck, -0.25, 0.3)
    seam = np.exp(-((((1 - np.abs(across_W)) * widths[i_W] / 2) / 0.40) ** 2)) * smoothstep(above + 1.2, 0, 2.5)
    shade = (1 - 0.07 * across_W**2 - 0.11 * seam) * (1 - 0.06 * smoothstep(-above, -3.5, 0))
    shade = shade * (1 - 0.15 * smoothstep((height_H1 - step_W) / crown_W, 0.45, 1.0))
    warm_3 = np.array([0.985, 0.965, 0.90])
    crown = tooth_3 * shade[..., None] ** (2 - warm_3)
    roots = 1 + 0.05 * np.cos(np.pi * across_W) * np.exp(-np.maximum(neck, 0) / 3)
    flesh = gum_3 * (roots * (1 - 0.35 * smoothstep(neck, 0, 7)))[..., None]
    back_W = 0.16 + 0.84 * np.exp(-((np.maximum(out_W - 11, 0) / 24) ** 1.4))
    rgb = (crown * (1 - gum[..., None]) + flesh * gum[..., None]) * back_W[:, None] ** np.array([0.85, 1.0, 1.1])
    size = (round(2 * HALF_MM * texels_mm), round((HIGH_MM - LOW_MM) * texels_mm))
    alpha = smoothstep(above, -0.15, 0.25)
    return Strip(
        rgb_HW3=cv2.resize(rgb.astype(np.float32), size, interpolation=cv2.INTER_AREA),
        alpha_HW=cv2.resize(alpha.astype(np.float32), size, interpolation=cv2.INTER_AREA),
        texels_mm=texels_mm,
    )


def _seen(arch: Arch, teeth: PhotoTeeth, plate: Plate, texels_mm: float) -> tuple[F32, F32]:
    """The photo's teeth on the strip: colours (H, W, 3) and how surely each texel is tooth (H, W)."""
    arc_W, height_H1 = _places(texels_mm)
    shape = (len(height_H1), len(arc_W))
    head = arch.place(np.broadcast_to(arc_W, shape), np.broadcast_to(height_H1, shape))
    x, y = (plate.project(head.reshape(-1, 3)) - 0.5).astype(np.float32).reshape(*shape, 2).transpose(2, 0, 1)
    x, y = np.ascontiguousarray(x), np.ascontiguousarray(y)
    colour_HW3: F32 = cv2.remap(plate.photo_HW3.astype(np.float32), x, y, cv2.INTER_LINEAR)
    inner_HW = cv2.erode(teeth.mask_HW, np.ones((3, 3), np.uint8))
    sure_HW: F32 = cv2.remap(inner_HW, x, y, cv2.INTER_LINEAR)
    return colour_HW3, sure_HW


def set_in(strip: Strip, arch: Arch, teeth: PhotoTeeth, plate: Plate) -> Strip:
    """Set the photo's teeth into a painted upper strip so that no border shows.

    The whole row takes over the colour of the seen teeth. These themselves keep their detail on the brightness of the paint, so the
    upper lip's shadow on them is lifted, and fade into it over a millimetre.
    """
    colour_HW3, sure_HW = _seen(arch, teeth, plate, strip.texels_mm)
    lit_HW = sure_HW * np.clip(colour_HW3.mean(-1) / (0.35 * float(strip.rgb_HW3.mean(-1).max())) - 1, 0, 1)
    if lit_HW.sum() < 4:
        return strip
    gain_3 = (lit_HW[..., None] * colour_HW3).sum((0, 1)) / (lit_HW[..., None] * strip.rgb_HW3).sum((0, 1))
    painted_HW3 = strip.rgb_HW3 * np.clip(gain_3, 0.8, 1.2)
    level_HW1 = _mean_near(painted_HW3, sure_HW, strip.texels_mm) / np.maximum(_mean_near(colour_HW3, sure_HW, strip.texels_mm), 1)
    detail_HW3 = np.minimum(colour_HW3 * np.clip(level_HW1, 0.8, 1.5), 250)
    soft_HW1 = np.clip(2 * cv2.GaussianBlur(sure_HW, (0, 0), 0.8 * strip.texels_mm) - 1, 0, 1)[..., None]
    return Strip(
        rgb_HW3=(painted_HW3 * (1 - soft_HW1) + detail_HW3 * soft_HW1).astype(np.float32),
        alpha_HW=strip.alpha_HW,
        texels_mm=strip.texels_mm,
    )


def _mean_near(rgb_HW3: F32, weight_HW: F32, texels_mm: float) -> F32:
    """Brightness (H, W, 1) around each texel, of the texels that count."""
    near = 2.5 * texels_mm
    total_HW = cv2.GaussianBlur(rgb_HW3.mean(-1) * weight_HW, (0, 0), near)
    level_HW: F32 = total_HW / (cv2.GaussianBlur(weight_HW, (0, 0), near) + 1e-3)
    return level_HW[..., None]
