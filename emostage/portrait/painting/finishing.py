"""The finished film: the frames of the photo renderer, in which a net repairs what the photo could not know.

The net sees the square around the face at its own size; what it changes is carried up to the size of the film, and what was drawn
keeps its detail where the net keeps it. Outside of the face, and where the net changes nothing, every pixel stays as it was drawn.
N frames, H rows and columns of the net's pictures, S of the square, h, w of what it shows of the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from emostage.core.tracks import U8, FaceFit, FrameStream, MotionTrack
from emostage.face.head import Head
from emostage.nets.painting.copying import enlarged, sized
from emostage.nets.painting.finisher import Finisher
from emostage.nets.painting.given import CELLS, face_mask
from emostage.portrait.painting.conditions import Sitter, Told, unheard
from emostage.portrait.painting.square import Square
from emostage.portrait.photo import PhotoRenderer

_BATCH_PIXELS = {"cpu": 2**20, "cuda": 2**23}
"""About how many pixels of squares are finished together."""
_MOST, _HELD_PIXELS = 16, 2**24
"""Frames that are finished together at most, and about how many pixels of film are held for that."""
_FADE_4 = (0.06, 0.06, 0.06, 0.04)
"""How far from the open sides of the square changes fade out, in sides of the square."""


class FinishedRenderer:
    """Has the frames of one portrait's renderer finished. `render` may be called any number of times."""

    def __init__(
        self, photo: PhotoRenderer, square: Square, fit: FaceFit, head: Head, finisher: Finisher, *, seed: int, device: str = "cpu"
    ) -> None:
        """Prepare to finish what `photo` draws in a square of its film. Renderer and finisher were made for the device. One `seed`
        makes one noise for all frames, so that nothing flickers within a shot, nor from shot to shot."""
        self._photo, self._square, self._finisher, self._seed = photo, square, finisher, seed
        self._device = torch.device(device)
        self._sitter = Sitter(square, fit, head, self._device)
        self._reference_13HH = sized(self._pictures([square.picture()]), finisher.size_px)
        left, top, right, bottom = square.shown_4
        self._shown = (slice(top, bottom), slice(left, right))
        self._fade_hw = torch.as_tensor(square.fading(square.side_px, _FADE_4)[self._shown], device=self._device)
        drawn_px = max(square.side_px, finisher.size_px) ** 2
        film_px = square.still_HW3.shape[0] * square.still_HW3.shape[1]
        fitting = _BATCH_PIXELS["cuda" if self._device.type == "cuda" else "cpu"] // drawn_px
        self._batch = max(1, min(_MOST, fitting, _HELD_PIXELS // film_px))

    def render(self, motion: MotionTrack) -> FrameStream:
        """The frames of a motion, at its rate. The stream can be read again and gives the same bytes."""
        drawn = self._photo.render(motion)
        told = unheard(self._sitter, self._reference_13HH, motion)
        return FrameStream(fps=drawn.fps, size_px=drawn.size_px, count=len(drawn), open=lambda: self._frames(drawn, told))

    def _frames(self, drawn: FrameStream, told: Told) -> Iterator[U8]:
        frames, done = iter(drawn), 0
        while some := list(islice(frames, self._batch)):
            with torch.inference_mode():
                finished = self._finished(some, told, done)
            done += len(some)
            yield from finished

    def _finished(self, frames: list[U8], told: Told, first: int) -> list[U8]:
        """Whole film frames, of which the first has a number in the motion."""
        given = told.part(first, first + len(frames))
        drawn_N3SS = self._pictures([self._square.cut(frame_HW3) for frame_HW3 in frames])
        painted = self._finisher.finish(sized(drawn_N3SS, self._finisher.size_px), given, seed=self._seed)
        face_N1SS = interpolate(
            face_mask(given.flat("landmarks_BFL2"), CELLS), drawn_N3SS.shape[2:], mode="bilinear", align_corners=False
        )
        change_N3SS = torch.where(face_N1SS > 0, enlarged(painted, drawn_N3SS) - drawn_N3SS, 0.0)
        change_N3hw = 127.5 * self._fade_hw * change_N3SS[(..., *self._shown)]
        changes_Nhw3 = change_N3hw.permute(0, 2, 3, 1).cpu().numpy()
        out = []
        for frame_HW3, change_hw3 in zip(frames, changes_Nhw3, strict=True):
            whole_HW3 = frame_HW3.copy()
            part_hw3 = whole_HW3[self._square.part]
            np.copyto(part_hw3, (part_hw3 + change_hw3 + 0.5).clip(0, 255).astype(np.uint8))
            out.append(whole_HW3)
        return out

    def _pictures(self, squares: list[U8]) -> Tensor:
        """Squares (S, S, 3) as pictures (N, 3, S, S) in [-1, 1]."""
        stacked_N3SS = torch.from_numpy(np.stack(squares).transpose(0, 3, 1, 2).copy())
        return stacked_N3SS.to(self._device, torch.float32) / 127.5 - 1.0
