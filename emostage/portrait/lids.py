"""Eyelids: the bare skin that shows when they close, and the light on the ball that they cover.

Letters: B frames, N points of a lid, H and W rows and columns of a patch. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F32, F64, Frozen
from emostage.face.contour import smooth
from emostage.face.topology import BROWS
from emostage.portrait.eyepatch import eye_window, lid_chains, outline_mask
from emostage.portrait.fill import pull_push
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, pixel_centres, ramp
from emostage.portrait.skin import roughness, skin_colour, skin_mask

_LASHES, _UNDER, _BESIDE = 0.20, 0.045, 0.24
"""How far the photo's lashes and their shade reach above the upper lid, below the lower one and beyond the outer corner, in eye
widths."""
_TO_BROW = 0.6
"""Share of the way to the brow that the bare lid takes at most."""
_EVEN = 0.55
"""How much of a bare lid's colour is the typical one of the skin around the eye, which has no leftovers of lashes."""
_CONTRAST = (0.2, 0.4)
"""Variation of that skin's lightness, relative to its mean, that makes no colour typical: not yet, wholly."""
_LIGHTNESS = (0.45, 1.12)
_SHADE_3 = (0.82, 1.04, 1.18)
"""Exponents of shade on skin, which reddens as it darkens."""
_GRAIN = 0.45
_CREASE = 0.12
"""Height of the fold over an open lid in eye widths."""
_WARM = (0.9, 1.05, 1.12)
"""Depth of shade on skin in red, green and blue."""
SLACK = 0.15
"""Closure up to which a lid shows no more of itself than in the photo."""


@dataclass(frozen=True, kw_only=True)
class Patch(Frozen):
    """A picture part laid over the photo: `rgb_HW3` with `alpha_HW` 0..1, its first pixel at (left, top)."""

    left: int
    top: int
    rgb_HW3: F32
    alpha_HW: F32


def _disc(radius_px: float) -> NDArray[np.uint8]:
    size = 2 * round(radius_px) + 1
    disc: NDArray[np.uint8] = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return disc


def _hole(plate: Plate, eye: int, raise_px: float, lower_px: float) -> F32:
    """Mask (H, W) of the eye's window between lids moved apart."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    upper, lower = lid_chains(plate, eye)
    outline = np.concatenate([upper - [0, raise_px], (lower + np.array([0, lower_px]))[::-1]])
    return outline_mask(outline, left, top, right - left, bottom - top)


def without_eyeball(plate: Plate, eye: int) -> Patch:
    """Skin in place of the eyeball, lashes kept: what the sheet shows at the lids' edges."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    mask_HW = _hole(plate, eye, -1.5 * plate.unit_px, -0.6 * plate.unit_px)
    photo_HW3 = plate.photo_HW3[top:bottom, left:right].astype(np.float32)
    skin_HW = 0.4 + 0.59 * skin_mask(plate)[top:bottom, left:right]
    filled_HW3 = pull_push(photo_HW3, np.where(mask_HW < 0.02, skin_HW, 0).astype(np.float32))
    alpha_HW = cv2.GaussianBlur(mask_HW, (0, 0), 0.5)
    return Patch(left=left, top=top, rgb_HW3=cv2.GaussianBlur(filled_HW3, (0, 0), 0.5), alpha_HW=alpha_HW)


def _lash_reach(plate: Plate, eye: int) -> F64:
    """Where lashes or their shade may be (H, W of the eye's window): 0 on the lids, 1 where the last of them ends."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    upper, lower = lid_chains(plate, eye)
    width_px = float(np.linalg.norm(upper[-1] - upper[0]))
    outwards_2 = (upper[0] - upper[-1]) / width_px * (1 if eye == 0 else -1)
    outer_2 = upper[0] if eye == 0 else upper[-1]
    beyond_N2 = outer_2 + np.linspace(0, _BESIDE * width_px, 6)[:, None] * (outwards_2 - [0, 0.35])
    brow_2 = plate.landmarks_L2[list(BROWS[eye][1])].mean(0)
    above_px = min(_LASHES * width_px, _TO_BROW * float(upper[:, 1].mean() - brow_2[1]))
    x_HW, y_HW = np.meshgrid(np.arange(left, right) + 0.5, np.arange(top, bottom) + 0.5)

    def from_curve(curve_N2: F64) -> F64:
        apart_HW: F64 = np.hypot(x_HW[..., None] - curve_N2[::2, 0], y_HW[..., None] - curve_N2[::2, 1]).min(-1)
        return apart_HW

    reach_HW: F64 = np.minimum(from_curve(upper) / max(above_px, 1.0), from_curve(lower) / max(_UNDER * width_px, 1.0))
    reach_HW = np.minimum(reach_HW, from_curve(beyond_N2) / max(0.95 * above_px, 1.0))
    reach_HW[_hole(plate, eye, 0.0, 0.0) > 0.5] = 0.0
    return reach_HW


def without_lashes(plate: Plate, eye: int) -> Patch:
    """Skin in place of eyeball, lashes and fold: what the sheet shows when the lids are closed."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    reach_HW = _lash_reach(plate, eye)
    photo_HW3 = plate.photo_HW3[top:bottom, left:right].astype(np.float32)
    likely_HW = skin_mask(plate)[top:bottom, left:right]
    around_HW = (reach_HW > 1) & (reach_HW < 2.2) & (likely_HW > 0.3)
    skin_3, unrest = skin_colour(plate), 0.0
    if around_HW.sum() > 20:
        unrest = float(photo_HW3.mean(-1)[around_HW].std() / max(photo_HW3[around_HW].mean(), 1.0))
        bright_HW = photo_HW3.mean(-1) >= np.percentile(photo_HW3.mean(-1)[around_HW], 20)
        skin_3 = np.median(photo_HW3[around_HW & bright_HW], 0).astype(np.float64)
    filled_HW3 = pull_push(photo_HW3, np.where(reach_HW > 1, 0.3 + 0.69 * likely_HW, 0).astype(np.float32))
    filled_HW3 = cv2.GaussianBlur(filled_HW3, (0, 0), 3 * plate.unit_px)
    level_HW1 = np.clip(filled_HW3.mean(-1, keepdims=True) / skin_3.mean(), *_LIGHTNESS)
    typical = _EVEN * (1 - float(smooth(*_CONTRAST, unrest)))
    even_HW3 = typical * skin_3 * level_HW1 ** np.array(_SHADE_3) + (1 - typical) * filled_HW3
    shown_HW3 = np.clip(even_HW3 + _grain(plate, eye), 0, 255).astype(np.float32)
    alpha_HW = (1 - smooth(0.72, 1.08, reach_HW)).astype(np.float32)
    return Patch(left=left, top=top, rgb_HW3=shown_HW3, alpha_HW=cv2.GaussianBlur(alpha_HW, (0, 0), plate.unit_px))


def _grain(plate: Plate, eye: int) -> F32:
    """Fine texture of the skin below the eye, moved up onto the lid: (H, W, 3) of the eye's window, about zero."""
    left, top, right, bottom = eye_window(plate, eye, 1.0)
    _, lower = lid_chains(plate, eye)
    drop_px = round(0.28 * float(np.linalg.norm(lower[-1] - lower[0])))
    rows = np.clip(np.arange(top, bottom) + drop_px, 0, plate.size_px[1] - 1)
    cheek_HW3 = plate.photo_HW3[rows, left:right].astype(np.float32)
    limit = 8 * roughness(plate)
    fine_HW3 = np.clip(cheek_HW3 - cv2.GaussianBlur(cheek_HW3, (0, 0), 1.5 * plate.unit_px), -limit, limit)
    return np.asarray(_GRAIN * fine_HW3, np.float32)


def height_at(curve_BN2: Tensor, x_W: Tensor) -> Tensor:
    """y (B, 1, W) of a curve that runs to the right at the given x; its ends go on level."""
    ordered_BN = curve_BN2[..., 0].cummax(dim=1).values.contiguous()
    place = x_W.expand(len(curve_BN2), -1).contiguous()
    i = torch.searchsorted(ordered_BN, place).clamp(1, ordered_BN.shape[1] - 1)
    x0, x1 = ordered_BN.gather(1, i - 1), ordered_BN.gather(1, i)
    y0, y1 = curve_BN2[..., 1].gather(1, i - 1), curve_BN2[..., 1].gather(1, i)
    height_BW = y0 + (y1 - y0) * ((place - x0) / (x1 - x0).clamp_min(1e-4)).clamp(0, 1)
    return height_BW[:, None]


def fold_curve(upper_N2: F64) -> F64:
    """The fold over the open lid of the photo, from its margin (N, 2)."""
    belly_N = np.sin(np.linspace(0, np.pi, len(upper_N2))).clip(0) ** 0.6
    width_px = float(np.linalg.norm(upper_N2[-1] - upper_N2[0]))
    fold_N2: F64 = upper_N2 - (_CREASE * width_px * belly_N)[:, None] * [0, 1]
    return fold_N2


def shade_lid(canvas: Canvas, box: Box, fold_BN2: Tensor, upper_BN2: Tensor, closure_B: Tensor) -> None:
    """Light on a lid that closes over the ball: bright where it bulges, darker into the fold, to its edge and to its corners,
    and the shade of the lashes below it."""
    drawn_B = ramp(SLACK, 0.9, closure_B)
    x_W, y_H1 = pixel_centres(box, upper_BN2)
    ends_B2 = upper_BN2[:, (0, -1), 0]
    width_B11 = (ends_B2[:, 1:] - ends_B2[:, :1]).clamp_min(1.0)[..., None]
    along_B1W = ((x_W - ends_B2[:, :1]) / width_B11[..., 0])[:, None]
    fold_B1W, edge_B1W = height_at(torch.cat([fold_BN2, upper_BN2]), x_W).chunk(2)
    down = (y_H1 - fold_B1W) / (edge_B1W - fold_B1W).clamp_min(0.04 * width_B11)
    below = (y_H1 - edge_B1W) / width_B11
    within = ramp(-0.06, 0.16, along_B1W) * ramp(-0.06, 0.16, 1 - along_B1W)
    rounded = 1 - (2 * along_B1W - 1).abs().clamp_max(1) ** 2.5
    bulge = 0.075 * torch.exp(-(((down - 0.52) / 0.30) ** 2)) * rounded
    fold = 0.055 * torch.exp(-((((y_H1 - fold_B1W) / width_B11) / 0.05) ** 2)) * rounded
    lid = (bulge - fold - 0.15 * ramp(0.66, 1.1, down)) * ramp(-0.03, 0.0, -below)
    under = 0.20 * torch.exp(-below.abs() / torch.where(below > 0, 0.055, 0.010))
    gain = (lid - under) * within
    gain_B1HW = (drawn_B[:, None, None] * gain)[:, None]
    canvas.shade(box[0], box[1], 1 + gain_B1HW * gain.new_tensor(_WARM).view(1, 3, 1, 1))
