"""Eyelids: the bare skin that shows when they close, and the lash line that rides on the upper one.

Letters: B frames, N points of a lid, H and W rows and columns of a patch. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, Frozen
from emostage.portrait.eyeball import eye_window, lid_chains, outline_mask
from emostage.portrait.fill import pull_push
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, blur, coverage, ramp

_CREASE, _UNDER = 0.085, 0.02
"""How far above the upper lid the lashes and below the lower one their shadow reach, in eye widths."""


@dataclass(frozen=True, kw_only=True)
class Patch(Frozen):
    """A picture part laid over the photo: `rgb_HW3` with `alpha_HW` 0..1, its first pixel at (left, top)."""

    left: int
    top: int
    rgb_HW3: F32
    alpha_HW: F32


def _without(plate: Plate, eye: int, mask_HW: F32, soften_px: float) -> Patch:
    """The eye's surroundings grown over `mask_HW` (of the eye's window)."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    photo_HW3 = plate.photo_HW3[top:bottom, left:right].astype(np.float32)
    filled_HW3 = pull_push(photo_HW3, (mask_HW < 0.02).astype(np.float32))
    return Patch(
        left=left,
        top=top,
        rgb_HW3=cv2.GaussianBlur(filled_HW3, (0, 0), max(soften_px, 0.3)),
        alpha_HW=cv2.GaussianBlur(mask_HW, (0, 0), max(soften_px, 0.3)),
    )


def _lid_mask(plate: Plate, eye: int, raise_px: float, lower_px: float) -> F32:
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    upper, lower = lid_chains(plate, eye)
    outline = np.concatenate([upper - [0, raise_px], (lower + np.array([0, lower_px]))[::-1]])
    return outline_mask(outline, left, top, right - left, bottom - top)


def without_eyeball(plate: Plate, eye: int) -> Patch:
    """Skin in place of the eyeball, lashes kept: what the sheet shows at the lids' edges."""
    unit = plate.unit_px
    return _without(plate, eye, _lid_mask(plate, eye, -1.1 * unit, -0.6 * unit), 0.5)


def without_lashes(plate: Plate, eye: int) -> Patch:
    """Skin in place of eyeball and lashes: what the sheet shows when the lids are closed."""
    upper, _ = lid_chains(plate, eye)
    width_px = float(np.linalg.norm(upper[-1] - upper[0]))
    mask_HW = _lid_mask(plate, eye, _CREASE * width_px, _UNDER * width_px)
    return _without(plate, eye, cv2.dilate(mask_HW, np.ones((3, 3), np.uint8)), 0.8 * plate.unit_px)


def draw_lashes(canvas: Canvas, box: Box, upper_BN2: Tensor, closure_B: Tensor, *, lash_3: Tensor, unit_px: float) -> None:
    """The lashes of a closing upper lid: a thin dark line on its edge and a soft fringe below it, thinner at the corners."""
    strength_B = ramp(0.1, 0.9, closure_B)
    if float(strength_B.max()) <= 0:
        return
    along_N = torch.linspace(0, torch.pi, upper_BN2.shape[1], device=upper_BN2.device)
    belly_N = torch.sin(along_N).clamp_min(0) ** 0.7
    thick_BN = (0.75 + 0.55 * closure_B)[:, None] * unit_px * belly_N
    for rise, drop, softness, amount in ((0.35, 1.0, 0.55, 0.72), (0.0, 2.6, 1.1, 0.30)):
        high = upper_BN2 - torch.stack([torch.zeros_like(thick_BN), rise * thick_BN], -1)
        low = upper_BN2 + torch.stack([torch.zeros_like(thick_BN), drop * thick_BN], -1)
        line = blur(coverage(torch.cat([high, low.flip(1)], 1), box), softness * unit_px)
        canvas.blend(box[0], box[1], lash_3.view(1, 3, 1, 1), line * (amount * strength_B)[:, None, None, None])
