"""The region: the part of a plate that is drawn anew, as a box, and as strips of it that fit into the caches of a processor.

Where nothing moves, and where nothing is moved to an empty place, the still frame stays.
Letters: B frames, H and W plate rows and columns, h and w grid rows and columns.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import adaptive_max_pool2d, max_pool2d

from emostage.portrait.flow import Flow

_NOTHING = 0.25
"""Colour levels of the person that nobody sees."""
_REACH_CELLS = 2
"""Cells this far from others count as one of them: pixels look between cells, and filters reach further."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A rectangle of plate pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def part(self) -> tuple[slice, slice]:
        """Rows and columns of the box in an array whose last axes are those of the plate."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grown(self, by_px: int, most: Box) -> Box:
        """The box with a margin, as far as another one goes."""
        return Box(
            left=max(most.left, self.left - by_px),
            top=max(most.top, self.top - by_px),
            right=min(most.right, self.right + by_px),
            bottom=min(most.bottom, self.bottom + by_px),
        )

    def within(self, other: Box) -> tuple[slice, slice]:
        """Rows and columns of the box in an array whose last axes are those of another box around it."""
        return (
            slice(self.top - other.top, self.bottom - other.top),
            slice(self.left - other.left, self.right - other.left),
        )


class Region:
    """Where the picture of a person, `person_4HW` with its matte as the last channel, can change on a grid of (rows, columns).

    `always` is a box that is always drawn."""

    def __init__(self, person_4HW: Tensor, always: Box, shape_hw: tuple[int, int]) -> None:
        bears_1HW = (person_4HW[3:] > 0) | (person_4HW[:3].abs().amax(0, keepdim=True) > _NOTHING)
        cells_1hw = adaptive_max_pool2d(bears_1HW.float(), shape_hw)
        self._bears_hw = _grown(cells_1hw)[0] > 0
        (rows, columns), (height, width) = shape_hw, person_4HW.shape[1:]
        self._always_hw = torch.zeros_like(self._bears_hw)
        part = slice(always.top * rows // height, -(-always.bottom * rows // height))
        self._always_hw[part, always.left * columns // width : -(-always.right * columns // width)] = True
        self._per_px_2 = (columns / width, rows / height)

    def seen(self, flow: Flow) -> tuple[Flow, Tensor]:
        """The cells (B, h, w) that are drawn anew in each frame, and the flow without occlusions where there is nothing to see."""
        moves_Bhw = (flow.shift_B2hw != 0).any(1).logical_or_(flow.ratio_B1hw[:, 0] != 1)
        rows, columns = self._bears_hw.shape
        column_Bhw = _seen(flow.shift_B2hw[:, 0] * self._per_px_2[0], columns, -1)
        row_Bhw = _seen(flow.shift_B2hw[:, 1] * self._per_px_2[1], rows, -2)
        found_Bhw = self._bears_hw.flatten()[(row_Bhw * columns).add_(column_Bhw)]
        cells_Bhw = moves_Bhw.logical_and_(found_Bhw.logical_or_(self._bears_hw)).logical_or_(self._always_hw)
        fold_B1hw = flow.fold_B1hw * cells_Bhw[:, None]
        if bool(fold_B1hw.any()):
            cells_Bhw = cells_Bhw.logical_or_(_grown(fold_B1hw)[:, 0] > 0)
        return replace(flow, fold_B1hw=fold_B1hw), cells_Bhw


def _grown(cells_B1hw: Tensor) -> Tensor:
    return max_pool2d(cells_B1hw, 2 * _REACH_CELLS + 1, stride=1, padding=_REACH_CELLS)


def _seen(away_Bhw: Tensor, count: int, axis: int) -> Tensor:
    """The row or column that each cell sees so many cells away, mirrored at the border."""
    here = torch.arange(count, device=away_Bhw.device)
    at_Bhw = away_Bhw.round().long().add_(here if axis == -1 else here[:, None])
    return (count - 1 - (count - 1 - at_Bhw.abs_()).abs_()).clamp_(0, count - 1)


def strips(cells_hw: NDArray[np.bool_], size_px: tuple[int, int], most_px: int) -> list[Box]:
    """Boxes one below the other, of about `most_px` pixels at most, that hold these cells of a grid over a plate with a cell
    of margin."""
    rows, columns = cells_hw.shape
    per_x, per_y = size_px[0] / columns, size_px[1] / rows
    found_w, found_h = np.flatnonzero(cells_hw.any(0)), np.flatnonzero(cells_hw.any(1))
    if len(found_w) == 0:
        return []
    width_px = (found_w[-1] - found_w[0] + 3) * per_x
    step = max(1, round(most_px / width_px / per_y))
    boxes = []
    for first in range(max(0, found_h[0] - 1), min(rows, found_h[-1] + 2), step):
        last = min(first + step, rows, found_h[-1] + 2)
        found_w = np.flatnonzero(cells_hw[max(0, first - 1) : last + 1].any(0))
        if len(found_w):
            boxes.append(
                Box(
                    left=max(0, int((found_w[0] - 1) * per_x)),
                    top=round(first * per_y),
                    right=min(size_px[0], int((found_w[-1] + 2) * per_x) + 1),
                    bottom=round(last * per_y),
                )
            )
    return boxes


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds some boxes."""
    return Box(
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.right for box in boxes),
        bottom=max(box.bottom for box in boxes),
    )
