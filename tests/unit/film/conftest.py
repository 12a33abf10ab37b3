from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.time import sample_at
from emostage.core.timeline import Timeline
from emostage.core.tracks import U8, AudioClip, FrameStream
from emostage.film import ffmpeg
from emostage.film.encode import encode


def grey(count: int, fps: Fraction, size_px: tuple[int, int] = (64, 48), first: int = 0) -> FrameStream:
    """Frames that are told apart by their grey: 16, 22, 28 ... from number `first` on."""

    def frames() -> Iterator[U8]:
        for i in range(first, first + count):
            yield np.full((size_px[1], size_px[0], 3), 16 + 6 * (i % 38), np.uint8)

    return FrameStream(fps=fps, size_px=size_px, count=count, open=frames)


def plain(count: int, fps: Fraction, colour: tuple[int, int, int], size_px: tuple[int, int] = (64, 48)) -> FrameStream:
    """Frames of one colour."""
    frame = np.empty((size_px[1], size_px[0], 3), np.uint8)
    frame[:] = colour
    return FrameStream(fps=fps, size_px=size_px, count=count, open=lambda: iter([frame] * count))


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """Encodes a stream at draft quality into a new file."""
    made = 0

    def make(frames: FrameStream, quality: str = "draft") -> Path:
        nonlocal made
        made += 1
        path = tmp_path / f"clip-{made}.mp4"
        encode(frames, path, quality=quality)
        return path

    return make


@pytest.fixture
def streams() -> tuple[Callable[..., FrameStream], Callable[..., FrameStream]]:
    """The makers of grey and of plain streams."""
    return grey, plain


@pytest.fixture
def silence() -> Callable[[Timeline], AudioClip]:
    """Silence as long as a timeline."""
    return lambda timeline: AudioClip(samples_S=np.zeros(sample_at(timeline.frames, timeline.fps), np.float32), rate_hz=48_000)


@pytest.fixture
def fake_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a shell script in the place of ffmpeg; `$FFMPEG` is the real one."""
    real = ffmpeg.executable()

    def fake(script: str) -> None:
        path = tmp_path / "ffmpeg.sh"
        path.write_text(f"#!/bin/sh\nFFMPEG='{real}'\n{script}\n", "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(ffmpeg, "executable", lambda: str(path))

    return fake
