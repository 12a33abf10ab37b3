"""Paints the plate for a batch of frames: the photo stretched over the posed sheet, then mouth and eyes, then what is behind.

The stretched picture is premultiplied by its matte (Porter and Duff, SIGGRAPH 1984), so what is behind is added to it.
Letters: B frames, H and W plate rows and columns, h and w of the box that is redrawn. Colours are sRGB 0..255.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F64, U8, MotionTrack
from emostage.face.head import Head
from emostage.portrait.backing import Backing
from emostage.portrait.build import build_sheet
from emostage.portrait.deform import Rig
from emostage.portrait.dress import Dress
from emostage.portrait.eyes import Eyes
from emostage.portrait.flow import Flow, FlowGrid
from emostage.portrait.folding import Folding
from emostage.portrait.layer import Canvas, Layer
from emostage.portrait.light import Light
from emostage.portrait.monochrome import one_tone
from emostage.portrait.mouth import Mouth
from emostage.portrait.personal import Known
from emostage.portrait.posed import Posed
from emostage.portrait.region import Box, Region, around, strips
from emostage.portrait.teeth import photo_teeth
from emostage.portrait.warp import Filter, FineFlow, mirrored, room_beyond, sample, soften_folds

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
"""Pixels of plates that are stretched together. What is small, the sheet and the layers, is worked out a whole batch at a time."""
_STRIP_PIXELS = {"cpu": 2**16, "cuda": 2**23}
"""Pixels that are stretched, and put together, one step after the other: on a CPU few, so that they stay in its caches."""
_FACE_MARGIN = 30.0


def _quiet(_: str) -> None:
    """Measure nothing."""


class _Scratch(threading.local):
    """Memory of a thread that paints, kept from batch to batch: new pages cost more than what is written on them."""

    def __init__(self) -> None:
        self._kept: dict[str, Tensor] = {}

    def keep(self, name: str, tensor: Tensor) -> Tensor:
        """Keep a tensor for the next batch."""
        self._kept[name] = tensor
        return tensor

    def texture(self, frames: int) -> Tensor | None:
        """The textures of so many frames painted before, if there are any."""
        kept = self._kept.get("texture")
        return None if kept is None or len(kept) < frames else kept[:frames]

    def picture(self, shape: tuple[int, ...], like: Tensor) -> Tensor:
        """An unpainted picture."""
        count, kept = math.prod(shape), self._kept.get("picture")
        if kept is None or len(kept) < count:
            kept = self.keep("picture", like.new_empty(count))
        return kept[:count].view(shape)


class Painter:
    """All that is prepared once for a plate."""

    def __init__(self, backing: Backing, head: Head, finish: Finish, device: str = "cpu", known: Known | None = None) -> None:
        plate = backing.plate
        sheet = build_sheet(plate, head, photo_teeth(plate).edge, None if known is None else known.own)
        self.sheet = sheet
        self.rig = Rig(sheet, torch.device(device))
        self._finish, self._size_px = finish, plate.size_px
        self._grid = FlowGrid(sheet, max(1.0, finish.cell_units * plate.unit_px), torch.device(device))
        self._dress, self._light = Dress(plate, sheet, backing.person_hw3, device), Light(plate, sheet, device)
        self._folding = None if known is None or known.skin is None else Folding(known.skin, plate, sheet, device)
        self.mouth = Mouth(plate, sheet, device, None if known is None else known.mouth)
        self._layers: tuple[Layer, ...] = (self.mouth, Eyes(plate, sheet, device))
        self._toning = one_tone(plate, device)
        self._free_V = torch.as_tensor(sheet.free_V.copy(), dtype=torch.float32, device=device)
        self._behind_3HW = torch.as_tensor(backing.behind_hw3.transpose(2, 0, 1).copy(), device=device)
        self._room_11HW = torch.as_tensor(room_beyond(plate.matte_HW), device=device)[None, None]
        (width, height), place = plate.size_px, (backing.top, backing.left)
        self._still_hw3 = backing.still_HW3[place[0] : place[0] + height, place[1] : place[1] + width]
        face = _face_box(plate.landmarks_L2, plate.size_px, _FACE_MARGIN * plate.unit_px)
        self._region = Region(self._dress.bare_4HW, face, (self._grid.rows, self._grid.columns))
        self._scratch = _Scratch()

    @torch.inference_mode()
    def paint(self, motion: MotionTrack, start: int, stop: int, tick: Tick = _quiet) -> tuple[Box, U8]:
        """Frames start..stop of a motion: the box of the plate that is redrawn, and it as (B, h, w, 3) uint8.

        `tick` is told the name of each stage when it ends.
        """
        posed = self.rig.at(motion, start, stop)
        tick("pose")
        ratio_BV = self._light.ratio(posed)
        if self._folding is not None:
            ratio_BV = self._folding.laid_on(ratio_BV, posed.expression_B52)
        ratio_BV = 1 + (ratio_BV - 1) * self._free_V
        tick("light")
        flow, cells_Bhw = self._region.seen(self._grid.flow(posed, ratio_BV))
        drawn = self._strips(cells_Bhw.cpu().numpy())
        box = around([strip for strips_of_part in drawn for strip in strips_of_part])
        tick("flow")
        rgba_B4hw = self._scratch.picture((len(posed), 4, box.bottom - box.top, box.right - box.left), self._behind_3HW)
        for part, boxes in zip(self._parts(len(posed)), drawn, strict=True):
            self._stretch(rgba_B4hw[part], box, boxes, flow=flow.part(part), posed=posed.part(part), tick=tick)
        canvas = Canvas(rgb_B3HW=rgba_B4hw[:, :3], left=box.left, top=box.top)
        for layer in self._layers:
            layer.draw(canvas, posed)
            tick(type(layer).__name__.lower())
        frames = np.empty((*rgba_B4hw.shape[:1], *rgba_B4hw.shape[2:], 3), np.uint8)
        frames[:] = self._still_hw3[box.part]
        for part, boxes in zip(self._parts(len(posed)), drawn, strict=True):
            for strip in boxes:
                inner = strip.within(box)
                self._compose(rgba_B4hw[(part, slice(None), *inner)], strip, frames[(part, *inner)])
        tick("composite")
        return box, frames

    def _stretch(self, picture_B4hw: Tensor, box: Box, boxes: list[Box], *, flow: Flow, posed: Posed, tick: Tick) -> None:
        """Draw the photo over the moved sheet, and in the last channel how opaque it is, in some boxes of a picture of a box."""
        texture_B4HW = self._scratch.keep("texture", self._dress.textures(posed, self._scratch.texture(len(posed))))
        tick("dress")
        fine = FineFlow(flow, self._size_px)
        for strip in boxes:
            look, part_B4hw = fine.look(strip), picture_B4hw[(..., *strip.within(box))]
            tick("refine")
            edges = mirrored(look.at_B2HW, self._room_11HW) if fine.leaves else []
            rgb_B3hw, part_B4hw[:, 3:] = self._seen(texture_B4HW, look.at_B2HW)
            torch.mul(rgb_B3hw, look.ratio_B1HW, out=part_B4hw[:, :3])
            for edge, goes_on_B1hw in edges:
                part_B4hw[(..., *edge)].mul_(goes_on_B1hw)
            tick("warp")
        soften_folds(picture_B4hw, box, flow, self._size_px)
        tick("folds")

    def _seen(self, texture_B4HW: Tensor, at_B2hw: Tensor) -> tuple[Tensor, Tensor]:
        """Colours and matte at some places of the plate; a matte filtered bicubically would ring."""
        if self._finish.filter == "bilinear":
            seen_B4hw = sample(texture_B4HW, at_B2hw, "bilinear")
            return seen_B4hw[:, :3], seen_B4hw[:, 3:]
        return sample(texture_B4HW[:, :3], at_B2hw, self._finish.filter), sample(texture_B4HW[:, 3:], at_B2hw, "bilinear")

    def _compose(self, rgba_B4hw: Tensor, strip: Box, frames_Bhw3: U8) -> None:
        """Put a strip of the picture before what is behind it, as bytes."""
        rgb_B3hw = rgba_B4hw[:, :3]
        for toning in self._toning:
            toning.draw(Canvas(rgb_B3HW=rgb_B3hw, left=strip.left, top=strip.top))
        behind_3hw = self._behind_3HW[(..., *strip.part)]
        painted_B3hw = torch.addcmul(rgb_B3hw, 1 - rgba_B4hw[:, 3:], behind_3hw)
        _to_bytes(painted_B3hw, frames_Bhw3)

    def _strips(self, cells_Bhw: NDArray[np.bool_]) -> list[list[Box]]:
        """For the frames that are worked on together, the boxes to draw."""
        most_px = _STRIP_PIXELS["cuda" if self._behind_3HW.is_cuda else "cpu"]
        parts = self._parts(len(cells_Bhw))
        return [strips(cells_Bhw[part].any(0), self._size_px, most_px // (part.stop - part.start)) for part in parts]

    def _parts(self, frames: int) -> list[slice]:
        """A batch cut into frames that are worked on together."""
        width, height = self._size_px
        some = max(1, _PART_PIXELS["cuda" if self._behind_3HW.is_cuda else "cpu"] // (width * height))
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
