"""Paints the plate for a batch of frames: the photo stretched over the posed sheet, then mouth and eyes, then what is behind.

Letters: B frames, H and W plate rows and columns, h and w of the box that is redrawn. Colours are sRGB 0..255.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, F64, U8, MotionTrack
from emostage.face.head import Head
from emostage.portrait.backing import Backing
from emostage.portrait.build import build_sheet
from emostage.portrait.contour import smooth
from emostage.portrait.deform import Rig
from emostage.portrait.dress import Dress
from emostage.portrait.eyes import Eyes
from emostage.portrait.flow import FlowGrid
from emostage.portrait.layer import Canvas, Layer
from emostage.portrait.light import Light
from emostage.portrait.monochrome import one_tone
from emostage.portrait.mouth import Mouth
from emostage.portrait.teeth import photo_teeth
from emostage.portrait.warp import Box, Filter, moving_alpha, moving_box, refine, sample, soften_folds

Tick = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How finely a plate is painted: flow cells in drawing units, and the filter of the warp."""

    cell_units: float
    filter: Filter


FINISH = {
    "draft": Finish(cell_units=2.0, filter="bilinear"),
    "standard": Finish(cell_units=1.5, filter="bicubic"),
    "high": Finish(cell_units=1.0, filter="bicubic"),
}
"""The finish of each quality."""
_FACE_MARGIN = 30.0
_BESIDE = (4.0, 9.0)
"""How far beside the person, in drawing units, the picture may move with it: from where the plate behind is the photo itself."""


def _quiet(_: str) -> None:
    """Measure nothing."""


class Painter:
    """All that is prepared once for a plate."""

    def __init__(self, backing: Backing, head: Head, finish: Finish, device: str = "cpu") -> None:
        plate = backing.plate
        sheet = build_sheet(plate, head, photo_teeth(plate).edge)
        self.sheet = sheet
        self.rig = Rig(sheet, torch.device(device))
        self._finish, self._replaced, self._size_px = finish, backing.replaced, plate.size_px
        self._grid = FlowGrid(sheet, max(1.0, finish.cell_units * plate.unit_px), torch.device(device))
        self._dress, self._light = Dress(plate, sheet, device), Light(plate, sheet, device)
        self._layers: tuple[Layer, ...] = (Mouth(plate, sheet, device), Eyes(plate, sheet, device), *one_tone(plate, device))
        self._free_V = torch.as_tensor(sheet.free_V.copy(), dtype=torch.float32, device=device)
        self._behind_3HW = torch.as_tensor(backing.behind_hw3.transpose(2, 0, 1).copy(), dtype=torch.float32, device=device)
        self._matte_11HW = torch.as_tensor(plate.matte_HW.copy(), device=device)[None, None]
        self._near_1HW = torch.as_tensor(_near(plate.matte_HW, plate.unit_px), device=device)[None]
        self._face_box = _face_box(plate.landmarks_L2, plate.size_px, _FACE_MARGIN * plate.unit_px)

    @torch.inference_mode()
    def paint(self, motion: MotionTrack, start: int, stop: int, tick: Tick = _quiet) -> tuple[Box, U8]:
        """Frames start..stop of a motion: the box of the plate that is redrawn, and it as (B, h, w, 3) uint8.

        `tick` is told the name of each stage when it ends.
        """
        posed = self.rig.at(motion, start, stop)
        tick("pose")
        ratio_BV = 1 + (self._light.ratio(posed) - 1) * self._free_V
        tick("light")
        flow = self._grid.flow(posed, ratio_BV)
        tick("flow")
        moving = moving_box(flow, self._size_px)
        box = self._face_box if moving is None else self._face_box.joined(moving)
        fine = refine(flow, box, self._size_px)
        tick("refine")
        texture_B3HW = self._dress.textures(posed)
        tick("dress")
        rgb_B3hw = sample(texture_B3HW, fine, self._finish.filter) * fine.ratio_B1HW
        tick("warp")
        rgb_B3hw = soften_folds(rgb_B3hw.clamp_(0, 255), fine.fold_B1HW, self._grid.cell_px)
        tick("folds")
        canvas = Canvas(rgb_B3HW=rgb_B3hw, left=box.left, top=box.top)
        for layer in self._layers:
            layer.draw(canvas, posed)
            tick(type(layer).__name__.lower())
        alpha_B1hw = soften_folds(sample(self._matte_11HW, fine, "bilinear"), fine.fold_B1HW, self._grid.cell_px)
        if not self._replaced:
            alpha_B1hw = moving_alpha(alpha_B1hw, fine.shift_B2HW, self._near_1HW[(..., *box.part)])
        behind_3hw = self._behind_3HW[(..., *box.part)]
        painted_B3hw = torch.lerp(behind_3hw, canvas.rgb_B3HW, alpha_B1hw.expand_as(canvas.rgb_B3HW))
        frames = _to_bytes(painted_B3hw)
        tick("composite")
        return box, frames


def _near(matte_HW: F32, unit_px: float) -> F32:
    """1 on the person and beside it, running to 0 where the background must keep still."""
    away_HW = cv2.distanceTransform((matte_HW < 0.004).astype(np.uint8), cv2.DIST_L2, 5) / unit_px
    return np.asarray(1 - smooth(*_BESIDE, away_HW), np.float32)


def _to_bytes(rgb_B3hw: Tensor) -> U8:
    rounded = rgb_B3hw.add(0.5).clamp_(0, 255).to(torch.uint8)
    frames: U8 = rounded.permute(0, 2, 3, 1).contiguous().cpu().numpy()
    return frames


def _face_box(landmarks_L2: F64, size_px: tuple[int, int], margin_px: float) -> Box:
    """The face with a margin: always redrawn, because eyes and mouth always are."""
    low_2, high_2 = landmarks_L2.min(0) - margin_px, landmarks_L2.max(0) + margin_px
    return Box(
        left=max(0, int(low_2[0])),
        top=max(0, int(low_2[1])),
        right=min(size_px[0], int(high_2[0]) + 1),
        bottom=min(size_px[1], int(high_2[1]) + 1),
    )
