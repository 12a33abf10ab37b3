"""Draws the photo through a flow: colours, matte, and softened occlusion edges, inside the box in which anything moves.

Letters: B frames, H and W plate rows and columns, h and w grid rows and columns. Colours are float32 sRGB 0..255.
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

Filter = Literal["bilinear", "bicubic"]
_FOLD_BLUR_CELLS = 0.55
_ENDLESS_PX = 1e4


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of plate pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    def joined(self, other: Box) -> Box:
        """The smallest box that holds both."""
        return Box(
            left=min(self.left, other.left),
            top=min(self.top, other.top),
            right=max(self.right, other.right),
            bottom=max(self.bottom, other.bottom),
        )

    @property
    def part(self) -> tuple[slice, slice]:
        """Rows and columns of the box in an array whose last axes are those of the plate."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


@dataclass(frozen=True, kw_only=True)
class FineFlow:
    """A flow at plate resolution inside a box."""

    box: Box
    shift_B2HW: Tensor
    ratio_B1HW: Tensor
    fold_B1HW: Tensor


def moving_box(flow: Flow, size_px: tuple[int, int]) -> Box | None:
    """The part of a plate in which anything moves in any of the frames, with a cell of margin; None when nothing does."""
    rows, columns = flow.shift_B2hw.shape[-2:]
    change_hw = flow.shift_B2hw.abs().sum((0, 1)) + (flow.ratio_B1hw - 1).abs_().sum((0, 1))
    moves_hw = change_hw > 0
    if not bool(moves_hw.any()):
        return None
    rows_h, columns_w = torch.nonzero(moves_hw.any(1))[:, 0].tolist(), torch.nonzero(moves_hw.any(0))[:, 0].tolist()
    per_x, per_y = size_px[0] / columns, size_px[1] / rows
    return Box(
        left=max(0, int((columns_w[0] - 1) * per_x)),
        top=max(0, int((rows_h[0] - 1) * per_y)),
        right=min(size_px[0], int((columns_w[-1] + 2) * per_x) + 1),
        bottom=min(size_px[1], int((rows_h[-1] + 2) * per_y) + 1),
    )


def refine(flow: Flow, box: Box, size_px: tuple[int, int]) -> FineFlow:
    """The flow interpolated linearly to the pixels of a box."""
    coarse = torch.cat([flow.shift_B2hw, flow.ratio_B1hw, flow.fold_B1hw], 1)
    x_W, y_H1 = _places(box, size_px, coarse)
    at_2HW = torch.stack([x_W.expand(len(y_H1), -1), y_H1.expand(-1, len(x_W))])
    fine = _look(coarse, at_2HW.expand(len(coarse), -1, -1, -1), "bilinear")
    return FineFlow(box=box, shift_B2HW=fine[:, :2], ratio_B1HW=fine[:, 2:3], fold_B1HW=fine[:, 3:4])


def seen_at(fine: FineFlow, size_px: tuple[int, int]) -> Tensor:
    """Where in the plate the pixels of the box look, (B, 2, rows, columns): x and y from -1 to 1 over its width and height."""
    x_W, y_H1 = _places(fine.box, size_px, fine.shift_B2HW)
    at_B2HW = torch.empty_like(fine.shift_B2HW, memory_format=torch.contiguous_format)
    torch.add(x_W, fine.shift_B2HW[:, 0], alpha=2 / size_px[0], out=at_B2HW[:, 0])
    torch.add(y_H1, fine.shift_B2HW[:, 1], alpha=2 / size_px[1], out=at_B2HW[:, 1])
    return at_B2HW


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
    """Mirror, in place, the places of `seen_at` that lie beyond the border of the plate.

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


def _places(box: Box, size_px: tuple[int, int], like: Tensor) -> tuple[Tensor, Tensor]:
    """x of the columns (W,) and y of the rows (H, 1) of a box, from -1 to 1 over the width and height of the plate."""
    x = torch.arange(box.left, box.right, device=like.device, dtype=like.dtype).add_(0.5).mul_(2 / size_px[0]).sub_(1)
    y = torch.arange(box.top, box.bottom, device=like.device, dtype=like.dtype).add_(0.5).mul_(2 / size_px[1]).sub_(1)
    return x, y[:, None]


def sample(texture_BCHW: Tensor, at_B2HW: Tensor, mode: Filter) -> Tensor:
    """A texture of the whole plate seen at the places `seen_at` gives: (B, C, rows, columns)."""
    return _look(texture_BCHW.expand(len(at_B2HW), -1, -1, -1), at_B2HW, mode)


def _look(picture_BCHW: Tensor, at_B2HW: Tensor, mode: Filter) -> Tensor:
    # coordinates stay in planes: grid_sample reads them as they are, and its border costs a third less than its mirror
    return functional.grid_sample(picture_BCHW, at_B2HW.permute(0, 2, 3, 1), mode=mode, padding_mode="border", align_corners=False)


def soften_folds(image_BCHW: Tensor, fold_B1HW: Tensor, cell_px: float) -> Tensor:
    """An image with the hard edges of occlusions blurred by half a flow cell, in place; only the part around them is touched."""
    at = torch.nonzero(fold_B1HW[:, 0].amax(0) > 0)
    if len(at) == 0:
        return image_BCHW
    low, high = at.amin(0).tolist(), at.amax(0).tolist()
    sigma_px = _FOLD_BLUR_CELLS * cell_px
    reach = int(3 * sigma_px) + 1
    rows, columns = (slice(max(0, a - reach), b + reach + 1) for a, b in zip(low, high, strict=True))
    part = image_BCHW[..., rows, columns]
    even = blur(part, sigma_px) / blur(torch.ones_like(part[:1, :1]), sigma_px)
    image_BCHW[..., rows, columns] = torch.lerp(part, even, fold_B1HW[..., rows, columns].expand_as(part))
    return image_BCHW
