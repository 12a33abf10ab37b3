"""Backward flow: for every cell of a grid over the plate, where in the photo it looks, and how its light has changed.

The moved sheet is rasterised at the grid's resolution; vertices carry the way back to the photo, so cells where nothing moved get
exactly zero. Letters: B frames, V vertices, F triangles, h and w grid rows and columns, H and W plate rows and columns.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from emostage.portrait.polygon import ramp
from emostage.portrait.posed import Posed
from emostage.portrait.raster import carry, rasterise
from emostage.portrait.sheet import Sheet

_STILL_PX = (0.02, 0.08)
"""Motion below the first is none; from the second on it is taken as it is."""
_CELLS = {"cpu": 2**17, "cuda": 2**23}
"""Cells that are rasterised together: on a CPU about as many as its caches hold."""
_FOLD_PX = 3.0
"""The flow jumps at an occlusion by more than this many plate pixels per plate pixel."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """`shift_B2hw` plate pixels from a cell to its place in the photo; `ratio_B1hw` shading relative to the photo; `fold_B1hw` is 1
    beside occlusion edges."""

    shift_B2hw: Tensor
    ratio_B1hw: Tensor
    fold_B1hw: Tensor

    def part(self, frames: slice) -> Flow:
        """Some of the frames."""
        return Flow(**{field.name: getattr(self, field.name)[frames] for field in fields(self)})


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
        ratio_BV = torch.ones_like(posed.points_BV2[..., 0]) if ratio_BV is None else ratio_BV
        some = max(1, _CELLS["cuda" if ratio_BV.is_cuda else "cpu"] // (self.rows * self.columns))
        per_frame = (posed.points_BV2, posed.camera_BV3[..., 2], ratio_BV)
        carried_B3hw = torch.cat([self._carried(*part) for part in zip(*(torch.split(a, some) for a in per_frame), strict=True)])
        shift_B2hw, shade_B1hw = carried_B3hw[:, :2], carried_B3hw[:, 2:]
        away_B1hw = torch.maximum(shift_B2hw[:, :1].abs(), shift_B2hw[:, 1:].abs())
        shift_B2hw = shift_B2hw * ramp(*_STILL_PX, away_B1hw)
        return Flow(shift_B2hw=shift_B2hw, ratio_B1hw=1 + shade_B1hw, fold_B1hw=self._folds(shift_B2hw))

    def _carried(self, points_BV2: Tensor, depth_BV: Tensor, ratio_BV: Tensor) -> Tensor:
        """Way back to the photo and change of light at the cells, (B, 3, h, w)."""
        values_BV3 = torch.cat([self._photo_V2 - points_BV2, ratio_BV[..., None] - 1], -1)
        way_x_BV, way_y_BV, shade_BV = values_BV3.abs().unbind(-1)
        moves_BV = (torch.maximum(way_x_BV, way_y_BV) > _STILL_PX[0]) | (shade_BV > 1e-3)
        moving_BF = moves_BV[:, self._triangles_F3].any(-1)
        points_BV2 = points_BV2 * self._per_px_2
        seen = rasterise(points_BV2, depth_BV, self._triangles_F3, (self.columns, self.rows), moving_BF)
        return carry(values_BV3, points_BV2, self._triangles_F3, seen)

    def _folds(self, shift_B2hw: Tensor) -> Tensor:
        """Cells beside which the flow jumps, grown by one cell."""
        fold_Bhw = torch.zeros_like(shift_B2hw[:, 0], dtype=torch.bool)
        for axis in (-1, -2):
            change_Bhw, other_Bhw = shift_B2hw.diff(dim=axis).abs_().unbind(1)
            jump_Bhw = torch.maximum(change_Bhw, other_Bhw) > _FOLD_PX * self.cell_px
            fold_Bhw.narrow(axis, 0, jump_Bhw.shape[axis]).logical_or_(jump_Bhw)
        for axis in (-1, -2):
            before_Bhw = fold_Bhw.clone()
            inner = fold_Bhw.shape[axis] - 1
            fold_Bhw.narrow(axis, 1, inner).logical_or_(before_Bhw.narrow(axis, 0, inner))
            fold_Bhw.narrow(axis, 0, inner).logical_or_(before_Bhw.narrow(axis, 1, inner))
        return fold_Bhw[:, None].to(shift_B2hw.dtype)
