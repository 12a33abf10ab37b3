"""Draws the photo through a flow: where pixels look, what they see there, and softened occlusion edges, box by box.

Letters: B frames, C channels, H and W plate rows and columns or those of a box, h and w grid rows and columns. Colours are float32
sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from emostage.core.tracks import F32
from emostage.portrait.flow import Flow
from emostage.portrait.polygon import blur
from emostage.portrait.region import Box, strips

Filter = Literal["bilinear", "bicubic"]
_FOLD_BLUR_CELLS = 0.55
_FOLD_TILE_PX = 2**15
"""Pixels that are softened together."""
_ENDLESS_PX = 1e4


@dataclass(frozen=True, kw_only=True)
class Look:
    """Where the pixels of a box look in the plate, `at_B2HW`: x and y from -1 to 1 over its width and height; and the light there
    relative to the photo, `ratio_B1HW`."""

    at_B2HW: Tensor
    ratio_B1HW: Tensor


class FineFlow:
    """A flow interpolated linearly to the pixels of a plate: at once to its columns, and box by box to its rows."""

    def __init__(self, flow: Flow, size_px: tuple[int, int]) -> None:
        self._size_px = width, height = size_px
        rows, columns = flow.shift_B2hw.shape[-2:]
        scaled_B2hw = flow.shift_B2hw * flow.shift_B2hw.new_tensor([2 / width, 2 / height]).view(2, 1, 1)
        self.leaves = _leaves(scaled_B2hw)
        """Whether any pixel looks beyond the plate."""
        coarse_B3hw = torch.cat([scaled_B2hw, flow.ratio_B1hw], 1)
        # columns first in memory: whole rows of it can then be mixed at once
        low_W, share_W = _between(columns, width, coarse_B3hw)
        coarse_wB3h = coarse_B3hw.permute(3, 0, 1, 2).contiguous()
        left_WB3h, right_WB3h = coarse_wB3h.index_select(0, low_W), coarse_wB3h.index_select(0, low_W + 1)
        self._wide_B3hW = left_WB3h.lerp_(right_WB3h, share_W.view(-1, 1, 1, 1)).permute(1, 2, 3, 0).contiguous()
        self._wide_B3hW[:, 0] += _places(width, coarse_B3hw)
        self._low_H, self._share_H = _between(rows, height, coarse_B3hw)
        self._places_H = _places(height, coarse_B3hw)

    def look(self, box: Box) -> Look:
        """Where the pixels of a box look."""
        rows, columns = box.part
        wide_B3hw, low_h = self._wide_B3hW[..., columns], self._low_H[rows]
        fine_B3hw = wide_B3hw.index_select(-2, low_h).lerp_(wide_B3hw.index_select(-2, low_h + 1), self._share_H[rows, None])
        fine_B3hw[:, 1] += self._places_H[rows, None]
        return Look(at_B2HW=fine_B3hw[:, :2], ratio_B1HW=fine_B3hw[:, 2:])


def _places(count: int, like: Tensor) -> Tensor:
    """The middles of so many pixels from -1 to 1."""
    return torch.arange(count, device=like.device, dtype=like.dtype).add_(0.5).mul_(2 / count).sub_(1)


def _between(cells: int, pixels: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """For each of some pixels in a row the cell before it, and how far (0 to 1) it is on the way to the next one."""
    at = torch.arange(pixels, device=like.device, dtype=like.dtype).add_(0.5).mul_(cells / pixels).sub_(0.5)
    low = at.floor().clamp_(0, cells - 2)
    return low.long(), (at - low).clamp_(0, 1)


def _leaves(scaled_B2hw: Tensor) -> bool:
    rows, columns = scaled_B2hw.shape[-2:]
    for axis, at in ((0, _places(columns, scaled_B2hw)), (1, _places(rows, scaled_B2hw)[:, None])):
        # pixels at the border lie half a cell further out than the cells
        for place in (at, at / at.amax()):
            if float((place + scaled_B2hw[:, axis]).abs().amax()) > 1 + 1e-6:
                return True
    return False


def room_beyond(matte_HW: F32) -> F32:
    """How many pixels the person goes on beyond each pixel of the plate's border (elsewhere 0).

    A head that the border cuts narrows evenly beyond it; at the bottom the body goes on for good.
    """
    room_HW = np.zeros(matte_HW.shape, np.float32)
    for edge in (np.s_[0], np.s_[:, 0], np.s_[:, -1]):
        person_N = np.pad(matte_HW[edge] > 0.5, 1, mode="edge")
        others = np.flatnonzero(~person_N)
        apart_N = np.abs(np.arange(len(person_N))[:, None] - others).min(1, initial=_ENDLESS_PX)
        room_HW[edge] = np.maximum(room_HW[edge], apart_N[1:-1])
    room_HW[-1] = matte_HW[-1] * _ENDLESS_PX
    return room_HW


def mirrored(at_B2HW: Tensor, room_11HW: Tensor) -> list[tuple[tuple[slice, slice], Tensor]]:
    """Mirror, in place, the places of a `Look` that lie beyond the border of the plate.

    Returned are the parts (rows and columns) that look beyond, each with how far the person goes on there, (B, 1, h, w) in [0, 1]
    after `room_beyond`, 1 for pixels that look within.
    """
    parts = []
    for axis, across in ((1, 2), (0, 1)):
        low_N, high_N = (ends.amax(0) for ends in (-at_B2HW[:, axis].amin(across), at_B2HW[:, axis].amax(across)))
        for reach_N, from_end in ((low_N, False), (high_N, True)):
            beyond = torch.nonzero(reach_N > 1)[:, 0]
            if len(beyond):
                band = slice(int(beyond[0]), None) if from_end else slice(0, int(beyond[-1]) + 1)
                part = (band, slice(None)) if axis == 1 else (slice(None), band)
                parts.append((part, _mirrored(at_B2HW[(..., *part)], room_11HW)))
    return parts


def _mirrored(at_B2HW: Tensor, room_11HW: Tensor) -> Tensor:
    inside_B2HW = at_B2HW.clamp(-1, 1)
    height, width = room_11HW.shape[-2:]
    beyond_B2HW = (at_B2HW - inside_B2HW).abs_()
    beyond_px_B1HW = torch.maximum(beyond_B2HW[:, :1] * (width / 2), beyond_B2HW[:, 1:] * (height / 2))
    at_B2HW.mul_(-1).add_(inside_B2HW, alpha=2)
    goes_on_B1HW = (sample(room_11HW, inside_B2HW, "bilinear") - beyond_px_B1HW + 0.5).clamp_(0, 1)
    return torch.where(beyond_px_B1HW > 0, goes_on_B1HW, 1.0)


def sample(texture_BCHW: Tensor, at_B2HW: Tensor, mode: Filter) -> Tensor:
    """What is seen of a texture of the whole plate at the places of a `Look`: (B, C, rows, columns)."""
    # coordinates stay in planes: grid_sample reads them as they are, and its border costs a third less than its mirror
    texture_BCHW = texture_BCHW.expand(len(at_B2HW), -1, -1, -1)
    return functional.grid_sample(texture_BCHW, at_B2HW.permute(0, 2, 3, 1), mode=mode, padding_mode="border", align_corners=False)


def soften_folds(picture_BCHW: Tensor, box: Box, flow: Flow, size_px: tuple[int, int]) -> None:
    """Blur, in place, the hard edges of occlusions by half a flow cell, in a picture of a box of the plate."""
    folds_hw = (flow.fold_B1hw > 0).any(0)[0].cpu().numpy()
    rows, columns = folds_hw.shape
    sigma_px = _FOLD_BLUR_CELLS * max(size_px[0] / columns, size_px[1] / rows)
    softened = []
    for tile in strips(folds_hw, size_px, _FOLD_TILE_PX):
        wider = tile.grown(int(3 * sigma_px) + 1, box)
        part, inner = picture_BCHW[(..., *wider.within(box))], (..., *tile.within(wider))
        even = blur(part, sigma_px)[inner] / blur(torch.ones_like(part[:1, :1]), sigma_px)[inner]
        softened.append((tile, part[inner].lerp(even, _spread(flow.fold_B1hw, tile, size_px).expand_as(even))))
    for tile, softer in softened:
        picture_BCHW[(..., *tile.within(box))] = softer


def _spread(values_B1hw: Tensor, box: Box, size_px: tuple[int, int]) -> Tensor:
    """Values of the cells interpolated linearly to the pixels of a box: (B, 1, rows, columns)."""
    rows, columns = box.part
    x_W, y_H = _places(size_px[0], values_B1hw)[columns], _places(size_px[1], values_B1hw)[rows]
    at_HW2 = torch.stack(torch.meshgrid(x_W, y_H, indexing="xy"), -1)
    at_BHW2 = at_HW2.expand(len(values_B1hw), -1, -1, -1)
    return functional.grid_sample(values_B1hw, at_BHW2, padding_mode="border", align_corners=False)
