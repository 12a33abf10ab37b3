"""Backward flow: for every cell of a grid over the plate, where in the photo it looks, and how its light has changed.

The moved sheet is rasterised at the grid's resolution; vertices carry the way back to the photo, so cells where nothing moved get
exactly zero. Letters: B frames, V vertices, F triangles, h and w grid rows and columns, H and W plate rows and columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from emostage.portrait.polygon import ramp
from emostage.portrait.posed import Posed
from emostage.portrait.raster import carry, rasterise
from emostage.portrait.sheet import Sheet

_STILL_PX = (0.02, 0.08)
"""Motion below the first is none; from the second on it is taken as it is."""
_FOLD_PX = 3.0
"""The flow jumps at an occlusion by more than this many plate pixels per plate pixel."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`shift_B2hw` plate pixels from a cell to its place in the photo; `ratio_B1hw` shading relative to the photo; `fold_B1hw` is 1
    beside occlusion edges."""

    shift_B2hw: Tensor
    ratio_B1hw: Tensor
    fold_B1hw: Tensor


class FlowGrid:
    """The grid over a plate: about `cell_px` plate pixels a cell."""

    def __init__(self, sheet: Sheet, cell_px: float, device: torch.device) -> None:
        width, height = sheet.size_px
        self.columns, self.rows = max(2, round(width / cell_px)), max(2, round(height / cell_px))
        self.cell_px = max(width / self.columns, height / self.rows)
        self._photo_V2 = torch.as_tensor(sheet.photo_V2.copy(), dtype=torch.float32, device=device)
        self._triangles_F3 = torch.as_tensor(sheet.triangles_F3.copy(), device=device)
        self._per_px_2 = torch.tensor([self.columns / width, self.rows / height], device=device)

    def flow(self, posed: Posed, ratio_BV: Tensor | None = None) -> Flow:
        """The flow of a batch of frames."""
        way_BV2 = self._photo_V2 - posed.points_BV2
        ratio_BV = torch.ones_like(way_BV2[..., 0]) if ratio_BV is None else ratio_BV
        moves_BV = (way_BV2.abs().amax(-1) > _STILL_PX[0]) | ((ratio_BV - 1).abs() > 1e-3)
        points_BV2 = posed.points_BV2 * self._per_px_2
        moving_BF = moves_BV[:, self._triangles_F3].any(-1)
        seen = rasterise(points_BV2, posed.camera_BV3[..., 2], self._triangles_F3, (self.columns, self.rows), moving_BF)
        values_BV3 = torch.cat([way_BV2, ratio_BV[..., None] - 1], -1)
        carried_B3hw = carry(values_BV3, points_BV2, self._triangles_F3, seen)
        shift_B2hw, shade_B1hw = carried_B3hw[:, :2], carried_B3hw[:, 2:]
        away_B1hw = torch.maximum(shift_B2hw[:, :1].abs(), shift_B2hw[:, 1:].abs())
        shift_B2hw = shift_B2hw * ramp(*_STILL_PX, away_B1hw)
        return Flow(shift_B2hw=shift_B2hw, ratio_B1hw=1 + shade_B1hw, fold_B1hw=self._folds(shift_B2hw))

    def _folds(self, shift_B2hw: Tensor) -> Tensor:
        """Cells beside which the flow jumps, grown by one cell."""
        right = functional.pad((shift_B2hw[..., 1:] - shift_B2hw[..., :-1]).abs().amax(1, keepdim=True), (0, 1))
        down = functional.pad((shift_B2hw[..., 1:, :] - shift_B2hw[..., :-1, :]).abs().amax(1, keepdim=True), (0, 0, 0, 1))
        jump = (torch.maximum(right, down) > _FOLD_PX * self.cell_px).to(shift_B2hw.dtype)
        return functional.max_pool2d(jump, 3, 1, 1)
