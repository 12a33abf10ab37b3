from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emostage.core.errors import EmostageError
from emostage.core.tracks import FrameStream
from emostage.film.boxes import boxes, read_tracks
from emostage.film.encode import encode

FPS = Fraction(25)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = tmp_path_factory.mktemp("film") / "a.mp4"
    rng = np.random.Generator(np.random.PCG64(1))
    frames = [rng.integers(0, 255, (48, 64, 3), np.uint8) for _ in range(60)]
    encode(FrameStream(fps=FPS, size_px=(64, 48), count=60, open=lambda: iter(frames)), path, quality="draft")
    return path


def test_samples_fill_the_media_data(film):
    (track,) = read_tracks(film)
    data = film.read_bytes()
    begin = data.index(b"mdat") + 4
    assert track.offsets_N[0] == begin
    assert track.offsets_N[-1] + track.sizes_N[-1] == len(data)
    assert (np.diff(track.offsets_N) == track.sizes_N[:-1]).all()
    assert (track.codec, track.timescale, track.keys_K.tolist()) == ("avc1", 25, [0, 25, 50])


def test_keyframes_are_instantaneous_refreshes(film):
    (track,) = read_tracks(film)
    data = film.read_bytes()
    kinds = [data[offset + 4] & 31 for offset in track.offsets_N.tolist()]
    assert [i for i, kind in enumerate(kinds) if kind == 5] == track.keys_K.tolist()
    assert set(kinds) == {1, 5}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_an_error(film, tmp_path, cut):
    data = film.read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(data[: int(cut * len(data))])
    with pytest.raises(EmostageError, match="E106"):
        read_tracks(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 1400), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_spoilt_index_is_read_or_an_error(film, tmp_path, changes):
    data = bytearray(film.read_bytes())
    for at, value in changes:
        data[at] = value
    path = tmp_path / "spoilt.mp4"
    path.write_bytes(data)
    try:
        read_tracks(path)
    except EmostageError as error:
        assert error.diagnostics[0].code == "E106"


@pytest.mark.parametrize("data", [b"", b"hello", bytes(100), struct.pack(">I4s", 8, b"moov"), b"\xff" * 64])
def test_what_is_no_film(tmp_path, data):
    (tmp_path / "a.mp4").write_bytes(data)
    with pytest.raises(EmostageError, match="E106"):
        read_tracks(tmp_path / "a.mp4")
    with pytest.raises(EmostageError, match="E106"):
        read_tracks(tmp_path / "gone.mp4")


def test_large_and_open_boxes():
    large = struct.pack(">I4sQ", 1, b"wide", 19) + b"abc"
    assert list(boxes(large + struct.pack(">I4s", 0, b"last") + b"rest")) == [(b"wide", b"abc"), (b"last", b"rest")]
    with pytest.raises(ValueError, match="cut short"):
        list(boxes(struct.pack(">I4s", 9, b"last")))
