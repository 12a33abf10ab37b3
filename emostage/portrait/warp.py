"""Draws the photo through a flow: colours, matte, and softened occlusion edges, inside the box in which anything moves.

Letters: B frames, H and W plate rows and columns, h and w grid rows and columns. Colours are float32 sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from emostage.portrait.flow import Flow
from emostage.portrait.polygon import blur

Filter = Literal["bilinear", "bicubic"]
_FOLD_BLUR_CELLS = 0.55


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
    moves_hw = ((flow.shift_B2hw != 0).any(1) | (flow.ratio_B1hw[:, 0] != 1)).any(0)
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
    at_HW2 = _places(box, size_px, coarse)
    grid = at_HW2.expand(len(coarse), *at_HW2.shape)
    fine = functional.grid_sample(coarse, grid, mode="bilinear", padding_mode="border", align_corners=False)
    return FineFlow(box=box, shift_B2HW=fine[:, :2], ratio_B1HW=fine[:, 2:3], fold_B1HW=fine[:, 3:4])


def _places(box: Box, size_px: tuple[int, int], like: Tensor) -> Tensor:
    """Where the pixels of a box lie in the plate, (rows, columns, 2), from -1 to 1 over its whole width and height."""
    x = torch.arange(box.left, box.right, device=like.device, dtype=like.dtype).add_(0.5).mul_(2 / size_px[0]).sub_(1)
    y = torch.arange(box.top, box.bottom, device=like.device, dtype=like.dtype).add_(0.5).mul_(2 / size_px[1]).sub_(1)
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), -1)


def sample(texture_BCHW: Tensor, fine: FineFlow, mode: Filter) -> Tensor:
    """A texture of the whole plate seen through the flow: (B, C, rows, columns) of its box. Beyond the border it is mirrored."""
    height, width = texture_BCHW.shape[-2:]
    per_px_2 = fine.shift_B2HW.new_tensor([2 / width, 2 / height])
    grid = fine.shift_B2HW.permute(0, 2, 3, 1) * per_px_2 + _places(fine.box, (width, height), fine.shift_B2HW)
    frames = texture_BCHW.expand(len(grid), -1, -1, -1)
    return functional.grid_sample(frames, grid, mode=mode, padding_mode="reflection", align_corners=False)


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
