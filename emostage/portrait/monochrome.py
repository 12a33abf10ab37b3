"""Black-and-white and toned pictures stay so: what is drawn into them takes the colour that the picture has at its lightness.

Letters: B frames, H and W rows and columns of a canvas. Colours are sRGB 0..255.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, U8
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate

_LUMA_3 = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601."""
_ONE_TONE = 8.0
"""A picture whose colours lie this close to one curve over lightness is of one tone."""
_SHARE = 99.5


def one_tone(plate: Plate, device: str = "cpu") -> tuple[Monochrome, ...]:
    """The layer that keeps a picture of one tone in it; nothing for a picture in colour."""
    curve_256x3 = tone_curve(plate.photo_HW3)
    strayed_HW3 = np.abs(plate.photo_HW3 - curve_256x3[np.round(plate.photo_HW3 @ _LUMA_3).astype(int)])
    stray = float(np.percentile(strayed_HW3.max(-1), _SHARE))
    return (Monochrome(curve_256x3, stray + 1.0, device),) if stray < _ONE_TONE else ()


def tone_curve(photo_HW3: U8) -> F32:
    """Mean colour (256, 3) of the pixels of each lightness, interpolated where there are none."""
    level_N = np.round(photo_HW3.reshape(-1, 3) @ _LUMA_3).astype(int)
    count_256 = np.bincount(level_N, minlength=256)
    seen = np.flatnonzero(count_256)
    sums_256x3 = np.stack([np.bincount(level_N, photo_HW3[..., c].ravel(), minlength=256) for c in range(3)], 1)
    offset_Sx3 = sums_256x3[seen] / count_256[seen, None] - seen[:, None]
    levels = np.arange(256)
    curve_256x3: F32 = np.stack([levels + np.interp(levels, seen, offset_Sx3[:, c]) for c in range(3)], 1).astype(np.float32)
    return curve_256x3


class Monochrome:
    """The last touch over all layers: no colour strays further from the picture's tone than the picture's own do."""

    def __init__(self, curve_256x3: F32, stray: float, device: str = "cpu") -> None:
        self._curve_3x256 = torch.as_tensor(curve_256x3.T.copy(), device=device)
        self._luma_3 = torch.as_tensor(_LUMA_3, device=device)
        self._stray = stray

    def draw(self, canvas: Canvas) -> None:
        """Pull the canvas to the tone, in place.

        Colours that are darker than what is behind the person are negative (see `painter`): they keep their lightness too.
        """
        rgb_B3HW: Tensor = canvas.rgb_B3HW
        luma_BHW = torch.einsum("bchw,c->bhw", rgb_B3HW, self._luma_3)
        within_BHW = luma_BHW.clamp(0, 255)
        below_BHW = within_BHW.floor().clamp_(max=254).long()
        share_1BHW = (within_BHW - below_BHW)[None]
        low_3BHW, high_3BHW = self._curve_3x256[:, below_BHW], self._curve_3x256[:, below_BHW + 1]
        tone_B3HW = (low_3BHW + (high_3BHW - low_3BHW) * share_1BHW + (luma_BHW - within_BHW)).transpose(0, 1)
        rgb_B3HW.copy_(tone_B3HW + (rgb_B3HW - tone_B3HW).clamp_(-self._stray, self._stray))
