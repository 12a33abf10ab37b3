"""The painted strip of teeth and gum that is laid on an arch, with the photo's own teeth set into it.

The strip spans +-46 mm along the arch and 15 mm from a little below the biting edge towards the gum. Tooth sizes are our choice
near the mean crowns of textbooks (R. Wheeler, "Dental Anatomy"). Letters: H, W rows and columns of the strip; colours sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d

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
    widths=(8.6, 6.9, 7.8, 7.2, 6.8, 10), heights=(10.3, 9, 10.2, 8.6, 8, 7.5), steps=(0, 0.8, 0.3, 0.9, 1.1, 1.3), rise=0.35
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
    flesh = gum_3 * (0.84 + 0.16 * np.cos(np.pi * across_W))[..., None] * (1 - 0.4 * smoothstep(neck, 0, 5))[..., None]
    back_W = 0.16 + 0.84 * np.exp(-np.maximum(out_W - 10, 0) / 19)
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


def _light(ratio_W3: F64, weight_W: F64, reach: float) -> F64:
    """Light of the photo relative to the paint along the arch (W, 3): what was seen, carried on sideways ever more softly."""
    total_W3, weights_W = np.zeros_like(ratio_W3), np.zeros_like(weight_W)
    for sigma, trust in ((reach, 1.0), (5 * reach, 1e-2), (25 * reach, 1e-4)):
        total_W3 += trust * gaussian_filter1d(ratio_W3 * weight_W[:, None], sigma, axis=0, mode="constant")
        weights_W += trust * gaussian_filter1d(weight_W, sigma, mode="constant")
    light_W3 = (total_W3 + 1e-9) / (weights_W[:, None] + 1e-9)
    level_W1 = light_W3.mean(1, keepdims=True)
    light: F64 = np.clip(level_W1, 0.72, 1.2) * np.clip(light_W3 / level_W1, 0.93, 1.07)
    return light


def set_in(strip: Strip, arch: Arch, teeth: PhotoTeeth, plate: Plate) -> Strip:
    """Set the photo's teeth into a painted upper strip so that no border shows.

    The paint takes over the light of the seen teeth, carried on sideways; seen teeth fade into it over half a millimetre, with
    the upper lip's shadow on them lifted.
    """
    colour_HW3, sure_HW = _seen(arch, teeth, plate, strip.texels_mm)
    tooth_level = float(strip.rgb_HW3.mean(-1).max())
    lit_HW = sure_HW * np.clip(colour_HW3.mean(-1) / (0.35 * tooth_level) - 1, 0, 1)
    if lit_HW.sum() < 4:
        return strip
    ratio_W3 = (lit_HW[..., None] * colour_HW3).sum(0) / ((lit_HW[..., None] * strip.rgb_HW3).sum(0) + 1e-3)
    weight_W = np.clip(lit_HW.sum(0) / (1.5 * strip.texels_mm), 0, 1).astype(np.float64)
    painted_HW3 = strip.rgb_HW3 * _light(ratio_W3.astype(np.float64), weight_W, 1.2 * strip.texels_mm)
    near = 1.2 * strip.texels_mm
    seen_HW3 = cv2.GaussianBlur(colour_HW3 * sure_HW[..., None], (0, 0), near)
    seen_HW3 /= cv2.GaussianBlur(sure_HW, (0, 0), near)[..., None] + 1e-3
    lift_HW1 = painted_HW3.mean(-1, keepdims=True) / np.maximum(seen_HW3.mean(-1, keepdims=True), 1)
    lifted_HW3 = np.minimum(colour_HW3 * np.clip(lift_HW1, 0.92, 1.4) ** 0.8, 250)
    soft_HW1 = np.clip(2 * cv2.GaussianBlur(sure_HW, (0, 0), 0.5 * strip.texels_mm) - 1, 0, 1)[..., None]
    return Strip(
        rgb_HW3=(painted_HW3 * (1 - soft_HW1) + lifted_HW3 * soft_HW1).astype(np.float32),
        alpha_HW=strip.alpha_HW,
        texels_mm=strip.texels_mm,
    )
