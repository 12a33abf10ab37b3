from __future__ import annotations

import errno
import time
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.core.tracks import FrameStream
from emostage.film import ffmpeg
from emostage.film.encode import encode

FPS = Fraction(25)


def noise(count=400):
    def frames():
        rng = np.random.Generator(np.random.PCG64(0))
        for _ in range(count):
            yield rng.integers(0, 255, (96, 96, 3), np.uint8)

    return FrameStream(fps=FPS, size_px=(96, 96), count=count, open=frames)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("head -c 90000 > /dev/null; kill -9 $$", "E115"),
        ("ulimit -f 40; exec \"$FFMPEG\" \"$@\"", "E100"),
        ("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 228", "E100"),
        ("echo '/x/y.mp4: Permission denied' >&2; exit 243", "E101"),
        ("echo 'Unknown encoder libx264' >&2; exit 8", "E115"),
        ("exit 1", "E115"),
        ("head -c 900000000 /dev/zero | tr '\\0' x >&2; echo >&2; echo the end >&2; exit 1", "E115"),
        ("exec sleep 60", "E116"),
        ("sleep 60", "E116"),
    ],
)  # fmt: skip
def test_every_end_of_ffmpeg_is_an_error_and_leaves_no_part(tmp_path, fake_ffmpeg, script, code):
    script = script.replace("900000000", "9000000")
    fake_ffmpeg(script)
    begun = time.monotonic()
    with pytest.raises(EmostageError, match=code):
        encode(noise(), tmp_path / "a.mp4", quality="draft", timeout_s=1.5 if code == "E116" else 60)
    assert time.monotonic() - begun < 55
    assert not list(tmp_path.glob("*.mp4*"))


def test_what_ffmpeg_said_last_is_told(fake_ffmpeg):
    fake_ffmpeg("echo first >&2; echo 'the true reason' >&2; exit 3")
    with pytest.raises(EmostageError, match="the true reason"):
        ffmpeg.run([])


def test_no_ffmpeg(monkeypatch):
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    ffmpeg.executable.cache_clear()
    try:
        with pytest.raises(EmostageError, match="E114"):
            ffmpeg.run(["-version"])
    finally:
        ffmpeg.executable.cache_clear()


def test_a_reader_that_stops_early_ends_ffmpeg(fake_ffmpeg, tmp_path):
    fake_ffmpeg(f'echo $$ > "{tmp_path}/pid"; exec cat /dev/zero')
    blocks = ffmpeg.read([], 1000)  # its first block comes after the number of the process
    assert bytes(next(blocks)) == bytes(1000)
    blocks.close()
    import os

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text("ascii")), 0)


def test_a_last_block_may_be_short(fake_ffmpeg):
    fake_ffmpeg("printf abcdefgh")
    assert [bytes(b) for b in ffmpeg.read([], 3)] == [b"abc", b"def", b"gh"]


def test_exit_status_alone_tells_a_full_disk():
    assert ffmpeg.failure(256 - errno.ENOSPC, "").diagnostics[0].code == "E100"
