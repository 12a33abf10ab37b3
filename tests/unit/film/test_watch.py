"""Films that people took, as they are seen."""

from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.core.tracks import FrameStream
from emostage.film import watch as watching
from emostage.film.ffmpeg import place, run
from emostage.film.probe import probe
from emostage.film.watch import require_film, watch


def split(count: int, size_px=(64, 48)) -> FrameStream:
    """Frames whose left half is white."""
    frame = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    frame[:, : size_px[0] // 2] = 255
    return FrameStream(fps=Fraction(25), size_px=size_px, count=count, open=lambda: iter([frame] * count))


def turned(path, matrix):
    """Write the matrix that turns the picture into a film."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    at += 52 if data[at] else 40
    data[at : at + 20] = struct.pack(">5i", *(int(x * 65536) for x in matrix))
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("matrix", "turns", "white"),
    [
        ((1, 0, 0, 0, 1), 0, np.s_[:, :30]),
        ((0, 1, 0, -1, 0), 1, np.s_[:30, :]),
        ((-1, 0, 0, 0, -1), 2, np.s_[:, 34:]),
        ((0, -1, 0, 1, 0), 3, np.s_[34:, :]),
    ],
)
def test_a_phone_held_on_its_side_is_seen_upright(make_clip, matrix, turns, white):
    path = turned(make_clip(split(3)), matrix)
    film = watch(path)
    assert probe(path).quarter_turns == turns
    assert film.size_px == ((64, 48) if turns % 2 == 0 else (48, 64))
    frames = list(film)
    assert [frame.shape for frame in frames] == [(film.size_px[1], film.size_px[0], 3)] * 3
    assert frames[0][white].min() > 200
    assert frames[0].mean() == pytest.approx(127, abs=12)


def test_frames_are_as_in_the_film(make_clip, streams):
    film = watch(make_clip(streams[0](30, Fraction(30000, 1001))))
    assert (film.fps, len(film)) == (Fraction(30000, 1001), 30)
    np.testing.assert_allclose([frame.mean() for frame in film], 16 + 6 * np.arange(30), atol=3)


def test_large_and_fast_films_are_made_smaller_and_slower(make_clip, tmp_path, monkeypatch):
    monkeypatch.setattr(watching, "_SIDE_PX", 32)
    monkeypatch.setattr(watching, "MOST_FPS", 20)
    film = watch(make_clip(split(50)))
    assert (film.size_px, film.fps, len(film)) == ((32, 24), Fraction(25, 2), 25)
    assert len(list(film)) == 25


def test_a_film_of_uneven_pace_is_seen_at_an_even_one(make_clip, tmp_path):
    """Every other frame of the first second is missing, as in films of telephones in the dark."""
    source, path = make_clip(split(50)), tmp_path / "uneven.mp4"
    run(["-i", place(source), "-vf", "select='gt(n,24)+not(mod(n,2))'", "-fps_mode", "vfr", place(path)])
    film = watch(path)
    assert abs(len(film) / film.fps - 2) < 0.1
    assert len(list(film)) == len(film)


def test_what_cannot_be_watched(make_clip, tmp_path, monkeypatch):
    def code(path):
        with pytest.raises(AssetError) as refused:
            require_film(path)
        assert refused.value.diagnostics[0].hint
        return refused.value.diagnostics[0].code

    (tmp_path / "no.mp4").write_bytes(b"no film")
    (tmp_path / "other.webm").touch()
    assert [code(tmp_path / name) for name in ("none.mp4", "no.mp4", "other.webm")] == ["E106"] * 3
    assert code(tmp_path) == "E106"
    film = make_clip(split(30))
    require_film(film)
    monkeypatch.setattr(watching, "MOST_PIXELS", 1000)
    assert code(film) == "E117"
    monkeypatch.setattr(watching, "LONGEST_S", 1)
    assert code(film) == "E117"
