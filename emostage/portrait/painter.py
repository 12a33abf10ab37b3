"""Paints the plate for a batch of frames: the photo stretched over the posed sheet, then mouth and eyes, then what is behind.

The stretched picture is premultiplied by its matte (Porter and Duff, SIGGRAPH 1984), so what is behind is added to it.
Letters: B frames, H and W plate rows and columns, h and w of the box that is redrawn. Colours are sRGB 0..255.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64, U8, MotionTrack
from emostage.face.head import Head
from emostage.portrait.backing import Backing
from emostage.portrait.build import build_sheet
from emostage.portrait.deform import Rig
from emostage.portrait.dress import Dress
from emostage.portrait.eyes import Eyes
from emostage.portrait.flow import Flow, FlowGrid
from emostage.portrait.layer import Canvas, Layer
from emostage.portrait.light import Light
from emostage.portrait.monochrome import one_tone
from emostage.portrait.mouth import Mouth
from emostage.portrait.posed import Posed
from emostage.portrait.teeth import photo_teeth
from emostage.portrait.warp import Box, Filter, mirrored, moving_box, refine, room_beyond, sample, seen_at, soften_folds

Tick = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Finish:
    """How finely a plate is painted: flow cells in drawing units, and the filter of the warp."""

    cell_units: float
    filter: Filter


FINISH = {
    "draft": Finish(cell_units=2.5, filter="bilinear"),
    "standard": Finish(cell_units=1.5, filter="bicubic"),
    "high": Finish(cell_units=1.0, filter="bicubic"),
}
"""The finish of each quality."""
_PART_PIXELS = {"cpu": 2**18, "cuda": 2**23}
"""Pixels that are stretched and put together at a time: on a CPU few, so that they stay in its caches. What is small, the sheet
and the layers, is worked out for a whole batch at a time."""
_FACE_MARGIN = 30.0


def _quiet(_: str) -> None:
    """Measure nothing."""


class Painter:
    """All that is prepared once for a plate."""

    def __init__(self, backing: Backing, head: Head, finish: Finish, device: str = "cpu") -> None:
        plate = backing.plate
        sheet = build_sheet(plate, head, photo_teeth(plate).edge)
        self.sheet = sheet
        self.rig = Rig(sheet, torch.device(device))
        self._finish, self._size_px = finish, plate.size_px
        self._grid = FlowGrid(sheet, max(1.0, finish.cell_units * plate.unit_px), torch.device(device))
        self._dress, self._light = Dress(plate, sheet, backing.person_hw3, device), Light(plate, sheet, device)
        self._layers: tuple[Layer, ...] = (Mouth(plate, sheet, device), Eyes(plate, sheet, device), *one_tone(plate, device))
        self._free_V = torch.as_tensor(sheet.free_V.copy(), dtype=torch.float32, device=device)
        self._behind_3HW = torch.as_tensor(backing.behind_hw3.transpose(2, 0, 1).copy(), device=device)
        self._matte_11HW = torch.as_tensor(plate.matte_HW.copy(), device=device)[None, None]
        self._room_11HW = torch.as_tensor(room_beyond(plate.matte_HW), device=device)[None, None]
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
        rgba_B4hw = self._stretched(flow, posed, box, tick)
        rgb_B3hw, alpha_B1hw = rgba_B4hw[:, :3], rgba_B4hw[:, 3:]
        canvas = Canvas(rgb_B3HW=rgb_B3hw, left=box.left, top=box.top)
        for layer in self._layers:
            layer.draw(canvas, posed)
            tick(type(layer).__name__.lower())
        frames, behind_3hw = np.empty((len(posed), *rgba_B4hw.shape[2:], 3), np.uint8), self._behind_3HW[(..., *box.part)]
        for part in self._parts(len(posed)):
            painted_B3hw = torch.addcmul(rgb_B3hw[part] + behind_3hw, alpha_B1hw[part], behind_3hw, value=-1)
            _to_bytes(painted_B3hw, frames[part])
        tick("composite")
        return box, frames

    def _stretched(self, flow: Flow, posed: Posed, box: Box, tick: Tick) -> Tensor:
        """The photo over the moved sheet in a box of the plate, and in its last channel how opaque it is: (B, 4, h, w)."""
        rgba_B4hw = flow.shift_B2hw.new_empty(len(posed), 4, box.bottom - box.top, box.right - box.left)
        for part in self._parts(len(posed)):
            fine = refine(flow.part(part), box, self._size_px)
            tick("refine")
            texture_B3HW = self._dress.textures(posed.part(part))
            tick("dress")
            at_B2hw, picture_B4hw = seen_at(fine, self._size_px), rgba_B4hw[part]
            edges = mirrored(at_B2hw, self._room_11HW)
            torch.mul(sample(texture_B3HW, at_B2hw, self._finish.filter), fine.ratio_B1HW, out=picture_B4hw[:, :3])
            picture_B4hw[:, 3:] = sample(self._matte_11HW, at_B2hw, "bilinear")
            for edge, goes_on_B1hw in edges:
                picture_B4hw[(..., *edge)].mul_(goes_on_B1hw)
            tick("warp")
            soften_folds(picture_B4hw, fine.fold_B1HW, self._grid.cell_px)
            tick("folds")
        return rgba_B4hw

    def _parts(self, frames: int) -> list[slice]:
        """A batch cut into frames whose pixels are worked on together."""
        width, height = self._size_px
        some = max(1, _PART_PIXELS["cuda" if self._matte_11HW.is_cuda else "cpu"] // (width * height))
        return [slice(start, min(start + some, frames)) for start in range(0, frames, some)]


def _to_bytes(rgb_B3hw: Tensor, frames_Bhw3: U8) -> None:
    """Round colours, in place, into bytes on the CPU."""
    planes_B3hw = rgb_B3hw.add_(0.5).clamp_(0, 255).to(torch.uint8).cpu().numpy()
    for planes_3hw, frame_hw3 in zip(planes_B3hw, frames_Bhw3, strict=True):
        cv2.merge(planes_3hw, frame_hw3)


def _face_box(landmarks_L2: F64, size_px: tuple[int, int], margin_px: float) -> Box:
    """The face with a margin: always redrawn, because eyes and mouth always are."""
    low_2, high_2 = landmarks_L2.min(0) - margin_px, landmarks_L2.max(0) + margin_px
    return Box(
        left=max(0, int(low_2[0])),
        top=max(0, int(low_2[1])),
        right=min(size_px[0], int(high_2[0]) + 1),
        bottom=min(size_px[1], int(high_2[1]) + 1),
    )
