"""The lash line of a closing upper lid: a tapering dark edge from which single lashes grow, all one anti-aliased outline.

Letters: B frames, N points of a lid margin, K lashes, H and W rows and columns of a patch. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64
from emostage.face.contour import smooth
from emostage.portrait.eyepatch import cut
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, blur, coverage, ramp
from emostage.portrait.skin import skin_colour

_COUNT, _FROM = 30, 0.10
"""Lashes of an upper lid, and where from the inner corner they begin."""
_LENGTH, _ROOT, _EDGE = 0.105, 0.016, 0.026
"""Longest lash, its width at the root and thickness of the lid's dark edge, in eye widths."""
_SPREAD_RAD, _CURL_RAD = (-0.35, 0.95), 0.55
"""Slant of the innermost and the outermost lash to the temple, and how much further their tips bend that way."""
_SEEN = (0.20, 0.65)
"""Closure over which these lashes come; those of the photo, which bend upwards, go at the same time."""
_OPACITY = 0.85
_LEAST_PX = 0.6
"""Thickness of the dark edge in plate pixels that a face of any size has, so that a shut eye is seen to be one."""


@dataclass(frozen=True, kw_only=True)
class LashLook:
    """Colour (3,) of the photo's lashes and how strong they are: 0.3 hardly visible, 1 long or painted."""

    colour_3: F64
    strength: float


def lash_look(plate: Plate, eye: int) -> LashLook:
    """What the photo shows just above the upper margin of an eye."""
    patch = cut(plate, eye)
    middle = (patch.x_W > patch.x_W[0] + 0.27 * np.ptp(patch.x_W)) & (patch.x_W < patch.x_W[0] + 0.73 * np.ptp(patch.x_W))
    above_HW = -patch.below_lid_HW / patch.width_px
    edge_HW, fringe_HW = ((above_HW > low) & (above_HW < high) & middle for low, high in ((-0.03, 0.05), (0.03, 0.09)))
    skin_3 = skin_colour(plate)
    if edge_HW.sum() < 6 or fringe_HW.sum() < 6:
        return LashLook(colour_3=0.25 * skin_3, strength=0.5)
    grey_HW = cv2.GaussianBlur(patch.rgb_HW3, (0, 0), 0.6).mean(-1)
    dark_3 = patch.rgb_HW3[edge_HW & (grey_HW <= np.percentile(grey_HW[edge_HW], 12))].mean(0).astype(np.float64)
    contrast = 1 - float(grey_HW[fringe_HW].mean()) / max(float(skin_3.mean()), 1.0)
    return LashLook(colour_3=np.minimum(dark_3, 0.42 * skin_3), strength=float(0.35 + 0.65 * smooth(0.15, 0.55, contrast)))


class Lashes:
    """The lashes of one eye, always the same ones."""

    def __init__(self, plate: Plate, eye: int, width_px: float, softness_px: float, device: str = "cpu") -> None:
        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        look, dice = lash_look(plate, eye), np.random.default_rng(7)
        step = np.arange(_COUNT) + dice.uniform(-0.3, 0.3, _COUNT)
        place_K = _FROM + (0.985 - _FROM) * np.clip(step / (_COUNT - 1), 0, 1) ** 0.9
        belly_K = smooth(-0.15, 0.75, place_K) * (1 - 0.45 * smooth(0.8, 1.05, place_K))
        length_K = _LENGTH * belly_K * dice.uniform(0.7, 1.1, _COUNT) * (0.35 + 0.65 * look.strength)
        slant_K = _SPREAD_RAD[0] + (_SPREAD_RAD[1] - _SPREAD_RAD[0]) * place_K + dice.normal(0, 0.10, _COUNT)
        self._side = -1.0 if eye == 0 else 1.0
        along_K = 1 - place_K if eye == 0 else place_K
        order = np.argsort(-along_K)
        self._along_K, self._place_K = tensor(along_K[order]), tensor(place_K[order])
        self._length_K, self._slant_K = tensor(length_K[order]), tensor(slant_K[order])
        self._colour_131 = tensor(look.colour_3).view(1, 3, 1, 1)
        self._opacity = _OPACITY * (0.55 + 0.45 * look.strength)
        self._edge = max(_EDGE * (0.5 + 0.5 * look.strength), _LEAST_PX / width_px)
        self._soft_px = max(0.8 * softness_px, 0.008 * width_px)
        self._root = max(_ROOT, 0.5 * softness_px / width_px)

    def draw(self, canvas: Canvas, box: Box, margin_BN2: Tensor, closure_B: Tensor) -> None:
        """Blend the lash line on a margin that runs to the right of the picture; nothing while the lid is open."""
        shown_B = ramp(*_SEEN, closure_B) * self._opacity
        line = blur(coverage(self._outline(margin_BN2, closure_B), box), self._soft_px)
        canvas.blend(box[0], box[1], self._colour_131, line * shown_B[:, None, None, None])

    def _outline(self, margin_BN2: Tensor, closure_B: Tensor) -> Tensor:
        """Lid edge and lashes as one clockwise outline (B, M, 2)."""
        axes_B22 = _axes(margin_BN2)
        right_B12, down_B12 = axes_B22[:, :1], axes_B22[:, 1:]
        share_N = torch.linspace(0, 1, margin_BN2.shape[1], device=margin_BN2.device)
        top_BN2 = margin_BN2 - 0.35 * self._thickness(share_N if self._side > 0 else 1 - share_N) * down_B12
        root_BK2 = _at(margin_BN2, self._along_K) + 0.65 * self._thickness(self._place_K) * down_B12
        down_B12 = down_B12 * (0.35 + 0.65 * closure_B)[:, None, None]
        half_B12 = 0.5 * self._root * right_B12
        middle_BK2 = root_BK2 + self._stretch(0.55, 0.0) @ torch.cat([right_B12, down_B12], 1)
        tip_BK2 = middle_BK2 + self._stretch(0.45, _CURL_RAD) @ torch.cat([right_B12, down_B12], 1)
        lashes = (root_BK2 + half_B12, middle_BK2 + 0.6 * half_B12, tip_BK2, middle_BK2 - 0.6 * half_B12, root_BK2 - half_B12)
        return torch.cat([top_BN2, torch.stack(lashes, 2).flatten(1, 2)], 1)

    def _stretch(self, share: float, bend_rad: float) -> Tensor:
        """A part of every lash as a vector (K, 2), to the right and down in eye widths: `share` of its length."""
        slant_K = self._slant_K + bend_rad
        return share * torch.stack([self._side * self._length_K * torch.sin(slant_K), self._length_K * torch.cos(slant_K)], 1)

    def _thickness(self, place_M: Tensor) -> Tensor:
        """Thickness (M, 1) of the dark edge in eye widths, by the place from the inner corner 0 to the outer one 1."""
        belly_M: Tensor = ramp(0.0, 0.4, place_M) * (1 - 0.9 * ramp(0.75, 1.0, place_M))
        return (self._edge * (0.06 + 0.94 * belly_M))[:, None]


def _axes(margin_BN2: Tensor) -> Tensor:
    """Vectors (B, 2, 2) along a margin to the right and across it down, as long as the eye is wide."""
    right_B2 = margin_BN2[:, -1] - margin_BN2[:, 0]
    return torch.stack([right_B2, torch.stack([-right_B2[:, 1], right_B2[:, 0]], -1)], 1)


def _at(curve_BN2: Tensor, share_K: Tensor) -> Tensor:
    """Points (B, K, 2) at shares 0..1 of a finely sampled curve."""
    place_K = share_K * (curve_BN2.shape[1] - 1)
    first_K = place_K.floor().clamp(0, curve_BN2.shape[1] - 2).long()
    weight_K1 = (place_K - first_K)[:, None]
    return torch.lerp(curve_BN2[:, first_K], curve_BN2[:, first_K + 1], weight_K1)
