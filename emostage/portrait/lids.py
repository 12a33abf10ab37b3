"""Eyelids: the bare skin that shows when they close, and the lash line that rides on the upper one.

Letters: B frames, N points of a lid, H and W rows and columns of a patch. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F32, Frozen
from emostage.portrait.eyeball import eye_window, lid_chains, outline_mask
from emostage.portrait.fill import pull_push
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, blur, coverage, ramp
from emostage.portrait.skin import roughness, skin_colour, skin_mask

_CREASE, _UNDER, _SKIN_SHARE = 0.12, 0.03, 0.6
"""How far above the upper lid the lashes and below the lower one their shadow reach, in eye widths; how much of the bare lid's
tint is that of the face."""
_SHADE_3 = (0.82, 1.04, 1.18)
"""Exponents of shade on skin, which reddens as it darkens."""


@dataclass(frozen=True, kw_only=True)
class Patch(Frozen):
    """A picture part laid over the photo: `rgb_HW3` with `alpha_HW` 0..1, its first pixel at (left, top)."""

    left: int
    top: int
    rgb_HW3: F32
    alpha_HW: F32


def _without(plate: Plate, eye: int, mask_HW: F32, spread_px: float) -> Patch:
    """The skin around an eye grown over `mask_HW` (of the eye's window), which is widened and softened by `spread_px`."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    photo_HW3 = plate.photo_HW3[top:bottom, left:right].astype(np.float32)
    wide_HW = cv2.dilate(mask_HW, _disc(2 * spread_px))
    skin_HW = 0.4 + 0.59 * skin_mask(plate)[top:bottom, left:right]
    filled_HW3 = pull_push(photo_HW3, np.where(wide_HW < 0.02, skin_HW, 0).astype(np.float32))
    return Patch(
        left=left,
        top=top,
        rgb_HW3=cv2.GaussianBlur(filled_HW3, (0, 0), max(spread_px, 0.5)),
        alpha_HW=cv2.GaussianBlur(cv2.dilate(mask_HW, _disc(spread_px)), (0, 0), max(spread_px, 0.5)),
    )


def _disc(radius_px: float) -> NDArray[np.uint8]:
    size = 2 * round(radius_px) + 1
    disc: NDArray[np.uint8] = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return disc


def _lid_mask(plate: Plate, eye: int, raise_px: float, lower_px: float) -> F32:
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    upper, lower = lid_chains(plate, eye)
    outline = np.concatenate([upper - [0, raise_px], (lower + np.array([0, lower_px]))[::-1]])
    return outline_mask(outline, left, top, right - left, bottom - top)


def without_eyeball(plate: Plate, eye: int) -> Patch:
    """Skin in place of the eyeball, lashes kept: what the sheet shows at the lids' edges."""
    unit = plate.unit_px
    return _without(plate, eye, _lid_mask(plate, eye, -1.1 * unit, -0.6 * unit), 0.0)


def without_lashes(plate: Plate, eye: int) -> Patch:
    """Skin in place of eyeball and lashes: what the sheet shows when the lids are closed."""
    upper, _ = lid_chains(plate, eye)
    width_px = float(np.linalg.norm(upper[-1] - upper[0]))
    patch = _without(plate, eye, _lid_mask(plate, eye, _CREASE * width_px, _UNDER * width_px), 1.4 * plate.unit_px)
    skin_3 = skin_colour(plate)
    level_HW1 = patch.rgb_HW3.mean(-1, keepdims=True) / skin_3.mean()
    shaded_HW3 = skin_3 * level_HW1 ** np.array(_SHADE_3)
    tinted_HW3 = _SKIN_SHARE * shaded_HW3 + (1 - _SKIN_SHARE) * patch.rgb_HW3
    shown_HW3 = np.clip(tinted_HW3 + _grain(plate, eye), 0, 255).astype(np.float32)
    return Patch(left=patch.left, top=patch.top, rgb_HW3=shown_HW3, alpha_HW=patch.alpha_HW)


def _grain(plate: Plate, eye: int) -> F32:
    """Fine texture of the skin below the eye, moved up onto the lid: (H, W, 3) of the eye's window, about zero."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    _, lower = lid_chains(plate, eye)
    drop_px = round(0.28 * float(np.linalg.norm(lower[-1] - lower[0])))
    rows = np.clip(np.arange(top, bottom) + drop_px, 0, plate.size_px[1] - 1)
    cheek_HW3 = plate.photo_HW3[rows, left:right].astype(np.float32)
    limit = 8 * roughness(plate)
    grain_HW3: F32 = np.clip(cheek_HW3 - cv2.GaussianBlur(cheek_HW3, (0, 0), 1.5 * plate.unit_px), -limit, limit)
    return grain_HW3


def draw_lashes(canvas: Canvas, box: Box, upper_BN2: Tensor, closure_B: Tensor, *, lash_3: Tensor, unit_px: float) -> None:
    """The lashes of a closing upper lid: a thin dark line on its edge and a soft fringe below it, thinner at the corners."""
    strength_B = ramp(0.1, 0.9, closure_B)
    if float(strength_B.max()) <= 0:
        return
    along_N = torch.linspace(0, torch.pi, upper_BN2.shape[1], device=upper_BN2.device)
    belly_N = torch.sin(along_N).clamp_min(0) ** 0.7
    thick_BN = (0.70 + 0.45 * closure_B)[:, None] * unit_px * belly_N
    for rise, drop, softness, amount in ((0.35, 1.0, 0.6, 0.66), (0.0, 2.6, 1.2, 0.30)):
        high = upper_BN2 - torch.stack([torch.zeros_like(thick_BN), rise * thick_BN], -1)
        low = upper_BN2 + torch.stack([torch.zeros_like(thick_BN), drop * thick_BN], -1)
        line = blur(coverage(torch.cat([high, low.flip(1)], 1), box), softness * unit_px)
        canvas.blend(box[0], box[1], lash_3.view(1, 3, 1, 1), line * (amount * strength_B)[:, None, None, None])
