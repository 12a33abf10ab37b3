from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.core.time import FRAME_RATES
from emostage.core.tracks import FrameStream
from emostage.film.boxes import read_tracks
from emostage.film.encode import QUALITIES, encode, group_frames
from emostage.film.probe import decode, probe

FPS = Fraction(25)


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=str)
@pytest.mark.parametrize("count", [1, 37])
def test_exact_frames_rate_and_length_at_every_rate(make_clip, streams, fps, count):
    path = make_clip(streams[0](count, fps))
    found = probe(path)
    assert (found.frames, found.fps, found.size_px, found.codec) == (count, fps, (64, 48), "h264")
    assert abs(found.picture_s - count / fps) < Fraction(1, 1000)
    frames = list(decode(path))
    assert [round((float(f.mean()) - 16) / 6) for f in frames] == [i % 38 for i in range(count)]


@pytest.mark.parametrize(
    "colour", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 30, 60), (255, 224, 189), (0, 0, 0), (255, 255, 255)]
)
def test_colours_survive(make_clip, streams, colour):
    for frame in decode(make_clip(streams[1](3, FPS, colour))):
        assert np.abs(frame.astype(int) - colour).max() <= 3


def test_all_clips_of_a_quality_can_be_joined(make_clip, streams):
    for quality in QUALITIES:
        tracks = [read_tracks(make_clip(s, quality))[0] for s in (streams[0](40, FPS), streams[1](1, FPS, (9, 200, 30)))]
        assert tracks[0].config == tracks[1].config
        assert not any(t.reorders or t.skip_ticks for t in tracks)
        assert tracks[0].keys_K.tolist() == [0, group_frames(FPS)]


def test_same_frames_same_bytes(make_clip, streams):
    first, second = make_clip(streams[0](30, FPS)), make_clip(streams[0](30, FPS))
    assert first.read_bytes() == second.read_bytes()


def test_index_stands_in_front(make_clip, streams):
    data = make_clip(streams[0](3, FPS)).read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_one_buffer_for_all_frames_is_safe(tmp_path):
    def frames():
        buffer = np.zeros((48, 64, 3), np.uint8)
        for i in range(30):
            buffer[:] = 8 * i
            yield buffer

    encode(FrameStream(fps=FPS, size_px=(64, 48), count=30, open=frames), tmp_path / "a.mp4", quality="standard")
    assert [round(float(f.mean()) / 8) for f in decode(tmp_path / "a.mp4")] == list(range(30))


def test_progress_counts_every_frame(tmp_path, streams):
    seen: list[int] = []
    encode(streams[0](12, FPS), tmp_path / "a.mp4", quality="draft", on_frame=seen.append)
    assert seen == list(range(1, 13))


def test_memory_does_not_grow_with_length(tmp_path):
    frame = np.zeros((256, 256, 3), np.uint8)
    stream = FrameStream(fps=FPS, size_px=(256, 256), count=300, open=lambda: (frame.copy() for _ in range(300)))
    tracemalloc.start()
    encode(stream, tmp_path / "a.mp4", quality="draft")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * frame.nbytes


@pytest.mark.parametrize("size", [(63, 48), (64, 47), (0, 0)])
def test_odd_sizes_are_refused(tmp_path, streams, size):
    with pytest.raises(EmostageError, match="E107"):
        encode(streams[0](2, FPS, size), tmp_path / "a.mp4", quality="draft")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given", [0, 4, 6])
def test_too_few_or_too_many_frames(tmp_path, streams, given):
    stream = FrameStream(fps=FPS, size_px=(64, 48), count=5, open=streams[0](given, FPS).open)
    (tmp_path / "a.mp4").write_bytes(b"old")
    with pytest.raises(EmostageError, match="E121"):
        encode(stream, tmp_path / "a.mp4", quality="draft")
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"old"


@pytest.mark.parametrize(
    "frame", [np.zeros((48, 64, 3), np.float32), np.zeros((64, 48, 3), np.uint8), np.zeros((48, 64), np.uint8)]
)
def test_wrong_frames_are_refused(tmp_path, frame):
    with pytest.raises(EmostageError, match="E121"):
        encode(FrameStream(fps=FPS, size_px=(64, 48), count=1, open=lambda: iter([frame])), tmp_path / "a.mp4", quality="draft")


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, FileNotFoundError])
def test_a_failing_stream_leaves_nothing_behind(tmp_path, fake_ffmpeg, error):
    fake_ffmpeg(f'echo $$ > "{tmp_path}/pid"; exec "$FFMPEG" "$@"')

    def frames():
        for _ in range(20):
            yield np.zeros((48, 64, 3), np.uint8)
        while not ((tmp_path / "pid").exists() and (tmp_path / "pid").read_text("ascii")):
            time.sleep(0.01)
        raise error

    with pytest.raises(error):
        encode(FrameStream(fps=FPS, size_px=(64, 48), count=50, open=frames), tmp_path / "a.mp4", quality="draft")
    assert not list(tmp_path.glob("*.mp4*"))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text("ascii")), 0)


def test_an_encoder_that_drops_frames_is_found_out(tmp_path, streams, fake_ffmpeg):
    fake_ffmpeg(f'head -c {3 * 64 * 48 * 3} | "$FFMPEG" "$@"')
    with pytest.raises(EmostageError, match="E121"):
        encode(streams[0](9, FPS), tmp_path / "a.mp4", quality="draft")
    assert not list(tmp_path.glob("*.mp4*"))


KILLED = """
import sys, numpy as np
from fractions import Fraction
from pathlib import Path
from emostage.core.tracks import FrameStream
from emostage.film.encode import encode
frame = np.zeros((128, 128, 3), np.uint8)
stream = FrameStream(fps=Fraction(25), size_px=(128, 128), count=400, open=lambda: (frame for _ in range(400)))
encode(stream, Path(sys.argv[1]), quality="draft", on_frame=lambda n: n % 20 or print(n, flush=True))
"""


@pytest.mark.parametrize("after", [1, 9, 19, 20])
def test_killed_at_any_instant_leaves_a_whole_file_or_none(tmp_path, streams, after):
    path = tmp_path / "a.mp4"
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE) as child:
        for _ in range(after):
            child.stdout.readline()
        child.kill()
    assert not path.exists() or probe(path).frames == 400
    encode(streams[0](5, FPS), path, quality="draft")
    assert len(list(decode(path))) == 5
    time.sleep(0.5)  # until the ffmpeg of the killed run is gone too
    encode(streams[0](5, FPS), path, quality="draft")
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


NAMES = [
    "a b.mp4",
    'it\'s "q".mp4',
    "-y.mp4",
    "-",
    "überfilm 電影.mp4",
    "two\nlines.mp4",
    "%03d.mp4",
    "http:x.mp4",
    "no suffix",
    "$(x);`y`.mp4",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_a_name(tmp_path, monkeypatch, streams, name):
    monkeypatch.chdir(tmp_path)
    encode(streams[0](3, FPS), Path(name), quality="draft")
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert len(list(decode(Path(name)))) == 3
