"""MediaPipe's graphs, run without the noise of their native logs and with errors a user can act on.

The logs are written by native code before its logging can be configured, so the process's stderr is diverted while a
graph starts and until it has given its first result. What was diverted comes back in the message when something fails.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from emostage.core.errors import DeviceError
from emostage.core.tracks import U8

_LIBRARY_HINT = "install the system packages libgl1 and libglib2.0-0 (Debian, Ubuntu) or mesa-libGL and glib2 (Fedora)"


class Graph:
    """A running graph of `mediapipe.python.solutions.<name>`; `result` is the field of its answer to hand on.

    `name` is `face_mesh`, `face_detection` or `selfie_segmentation`; `options` go to its class. Raises DeviceError: E112
    when mediapipe or a system library it needs is missing, E113 when the graph cannot run.
    """

    def __init__(self, name: str, result: str, **options: Any) -> None:
        self._result = result
        self._answered = False
        with _diverted_stderr() as said:
            try:
                from mediapipe.python import solutions
            except ImportError as error:
                hint = _LIBRARY_HINT if ".so" in str(error) else "install emostage's dependencies again"
                raise DeviceError.of("E112", f"the face tracker cannot be loaded: {error}", hint) from error
            class_name = "".join(part.capitalize() for part in name.split("_"))
            try:
                self._graph = getattr(getattr(solutions, name), class_name)(**options)
                self._graph.process(np.zeros((64, 64, 3), np.uint8))  # calculators open in threads: wait until they have
            except RuntimeError as error:
                raise DeviceError.of("E113", f"the face tracker cannot be started: {error}", said()) from error

    def __call__(self, picture_HW3: U8) -> Any:
        """The result for a picture, uint8 sRGB (H, W, 3); empty results come back as None or an empty list."""
        if self._answered:
            return getattr(self._graph.process(picture_HW3), self._result)
        with _diverted_stderr() as said:
            try:
                answer = getattr(self._graph.process(picture_HW3), self._result)
            except RuntimeError as error:
                raise DeviceError.of("E113", f"the face tracker cannot run: {error}", said()) from error
        self._answered = answer is not None and len(answer) > 0
        return answer

    def close(self) -> None:
        """Stop the graph."""
        self._graph.close()


@contextmanager
def _diverted_stderr() -> Iterator[Any]:
    """Send file descriptor 2 to a temporary file; yields a function that returns the last lines written to it."""
    if sys.stderr is not None:
        sys.stderr.flush()
    with tempfile.TemporaryFile() as sink:

        def said() -> str:
            sink.seek(0)
            return " | ".join(sink.read().decode(errors="replace").strip().splitlines()[-3:])

        kept = os.dup(2)
        try:
            os.dup2(sink.fileno(), 2)
            yield said
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def square(picture_HW3: U8) -> U8:
    """The picture padded with black on the right or below to a square: MediaPipe's regions are exact only there."""
    height, width = picture_HW3.shape[:2]
    if height == width:
        return np.ascontiguousarray(picture_HW3)
    padded = np.zeros((max(height, width), max(height, width), 3), np.uint8)
    padded[:height, :width] = picture_HW3
    return padded
