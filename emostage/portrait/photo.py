"""The photo renderer: a portrait and a motion in, a stream of film frames out. Nothing in it is trained.

Frames are painted in small batches, two batches ahead of the reader, so memory does not grow with the length of a film.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from emostage.core.errors import DeviceError
from emostage.core.memory import give_back
from emostage.core.tracks import U8, FrameStream, MotionTrack, Portrait
from emostage.face.head import Head
from emostage.portrait.background import KEEP
from emostage.portrait.backing import back
from emostage.portrait.framing import Shot
from emostage.portrait.painter import FINISH, Painter
from emostage.portrait.personal import Known

Quality = Literal["draft", "standard", "high"]
_BATCH_PIXELS = {"cpu": 2**20, "cuda": 2**23}
"""About how many pixels of plates are painted together."""
_MOST_WORKERS = 2
_TIDY_BATCHES = 16
"""Batches between two returns of unused memory to the system."""


class PhotoRenderer:
    """Draws one portrait. Preparing takes about a second; `render` may be called any number of times."""

    def __init__(
        self,
        portrait: Portrait,
        head: Head,
        *,
        size_px: tuple[int, int],
        background: str | Path = KEEP,
        shot: Shot = "whole",
        quality: Quality = "draft",
        device: str = "cpu",
        batch: int | None = None,
        known: Known | None = None,
    ) -> None:
        """Prepare a portrait for films of (width, height), seen `whole`, as a `bust` or `close`.

        `batch` frames are painted together, by default as many as fit; `known` is what is known of the person
        beside the picture.
        Raises DeviceError (E110) when the device is missing and AssetError for an unusable background.
        """
        self._device = torch.device(device)
        if self._device.type == "cuda" and not torch.cuda.is_available():
            raise DeviceError.of("E110", "there is no CUDA device", "use --device cpu")
        self._size_px = size_px
        self.backing = back(portrait, size_px, background, shot)
        self.painter = Painter(self.backing, head, FINISH[quality], str(self._device), known)
        width, height = self.backing.plate.size_px
        fitting = round(_BATCH_PIXELS["cuda" if self._device.type == "cuda" else "cpu"] / (width * height))
        self.batch = batch or int(np.clip(fitting, 1, 32 if self._device.type == "cuda" else 8))
        self._workers = 1 if self._device.type == "cuda" else min(_MOST_WORKERS, os.cpu_count() or 1)

    def render(self, motion: MotionTrack) -> FrameStream:
        """The frames of a motion, at its rate. The stream can be read again and gives the same bytes."""
        return FrameStream(fps=motion.fps, size_px=self._size_px, count=len(motion), open=lambda: self._frames(motion))

    def frame(self, motion: MotionTrack, number: int) -> U8:
        """One frame (height, width, 3) of a motion, painted at once in the thread that asks."""
        return self._painted(motion, number, number + 1)[0]

    def _frames(self, motion: MotionTrack) -> Iterator[U8]:
        starts = iter(range(0, len(motion), self.batch))
        waiting: deque[Future[list[U8]]] = deque()
        with ThreadPoolExecutor(self._workers, "portrait", initializer=_one_thread if self._workers > 1 else None) as pool:
            try:
                for number, start in enumerate(starts):
                    if number % _TIDY_BATCHES == 0:
                        give_back()
                    waiting.append(pool.submit(self._painted, motion, start, min(start + self.batch, len(motion))))
                    if len(waiting) > self._workers:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def _painted(self, motion: MotionTrack, start: int, stop: int) -> list[U8]:
        """One batch of whole film frames."""
        box, painted_Bhw3 = self.painter.paint(motion, start, stop)
        top, left = self.backing.top, self.backing.left
        rows, columns = slice(top + box.top, top + box.bottom), slice(left + box.left, left + box.right)
        frames = []
        for part_hw3 in painted_Bhw3:
            frame_HW3 = self.backing.still_HW3.copy()
            frame_HW3[rows, columns] = part_hw3
            frames.append(frame_HW3)
        return frames


def _one_thread() -> None:
    """Each worker computes on one core; they share the cores among themselves."""
    torch.set_num_threads(1)
