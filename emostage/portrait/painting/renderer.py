"""The painted film: a portrait and a painter in, a stream of film frames out. F frames, N frames of sound with X numbers each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import torch

from emostage.core.errors import DeviceError
from emostage.core.tracks import F32, U8, FrameStream, MotionTrack, Portrait
from emostage.face.head import Head
from emostage.face.personal import Own
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.painter import Painter
from emostage.portrait.background import KEEP
from emostage.portrait.framing import Shot
from emostage.portrait.painting.conditions import Sitter, Told
from emostage.portrait.painting.paste import Paste
from emostage.portrait.painting.square import square_of

_BATCH_PIXELS = {"cpu": 2**19, "cuda": 2**23}
"""About how many pixels of squares are put back together."""


class PaintedRenderer:
    """Has one portrait painted. `render` may be called any number of times."""

    def __init__(
        self,
        portrait: Portrait,
        head: Head,
        painter: Painter,
        *,
        size_px: tuple[int, int],
        background: str | Path = KEEP,
        shot: Shot = "whole",
        device: str = "cpu",
        own: Own | None = None,
    ) -> None:
        """Prepare a portrait for films of (width, height), seen `whole`, as a `bust` or `close`. The painter was made for the
        device; `own` is what is known of the person beside the picture.

        Raises DeviceError (E110) when the device is missing and AssetError for an unusable background.
        """
        self._device = torch.device(device)
        if self._device.type == "cuda" and not torch.cuda.is_available():
            raise DeviceError.of("E110", "there is no CUDA device", "use --device cpu")
        self._painter, self._size_px = painter, size_px
        self.square = square_of(portrait, head, size_px, background, shot)
        self._sitter = Sitter(self.square, portrait.fit, head, self._device, own)
        self._paste = Paste(self.square, painter.size_px, self._device)
        drawn_px = max(self.square.side_px, painter.size_px) ** 2
        self._batch = max(1, _BATCH_PIXELS["cuda" if self._device.type == "cuda" else "cpu"] // drawn_px)

    def render(self, motion: MotionTrack, weights_T8: F32, sound_NX: F32, *, seed: int) -> FrameStream:
        """The frames of a motion, at its rate, under a feeling and a sound as `Told` wants them. The stream can be read
        again and gives the same bytes."""

        def frames() -> Iterator[U8]:
            return self._frames(motion, weights_T8, sound_NX, seed)

        return FrameStream(fps=motion.fps, size_px=self._size_px, count=len(motion), open=frames)

    def _frames(self, motion: MotionTrack, weights_T8: F32, sound_NX: F32, seed: int) -> Iterator[U8]:
        if not len(motion):
            return
        told = Told(
            sitter=self._sitter,
            reference_13HH=self._paste.reference_13HH,
            motion=motion,
            weights_T8=weights_T8,
            sound_NX=sound_NX,
        )
        painting = iter(self._painter.paint(told, seed=seed))
        while (painted := _next(painting)) is not None:
            for start in range(0, len(painted.clean_N3HH), self._batch):
                with torch.inference_mode():
                    frames = self._paste.frames(painted.part(start, start + self._batch))
                yield from frames


def _next(painting: Iterator[Painted]) -> Painted | None:
    """The next frames; the mode is left before the reader has them, who may compute otherwise."""
    with torch.inference_mode():
        return next(painting, None)
