from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from emostage.core.errors import EmostageError, UsageError
from emostage.film.sheet import GAP_PX, contact_sheet, timecode

FPS = Fraction(25)


def tiles(path, columns, count, cell_height):
    picture = np.asarray(Image.open(path, formats=("PNG",)))
    cell = (240 + GAP_PX, cell_height)
    return [picture[GAP_PX + 90 + i // columns * cell[1], GAP_PX + 120 + i % columns * cell[0], 0] for i in range(count)]


@pytest.mark.parametrize("seek", [10**6, 0], ids=["stream", "seek"])
def test_tiles_are_the_frames_they_say(tmp_path, monkeypatch, make_clip, streams, seek):
    monkeypatch.setattr("emostage.film.sheet.SEEK_FRAMES", seek)
    contact_sheet(make_clip(streams[0](38, FPS)), tmp_path / "a.png", columns=3, count=7)
    shown = tiles(tmp_path / "a.png", 3, 7, 180 + GAP_PX + 18)
    assert [round((v - 16) / 6) for v in shown] == [(2 * i + 1) * 38 // 14 for i in range(7)]


def test_a_tile_each_second(tmp_path, make_clip, streams):
    contact_sheet(make_clip(streams[0](38, Fraction(24000, 1001))), tmp_path / "a.png", columns=2, every_s=0.5, labels=False)
    shown = tiles(tmp_path / "a.png", 2, 4, 180 + GAP_PX)
    assert [round((v - 16) / 6) for v in shown] == [0, 12, 24, 36]


def test_captions_are_asked_for_each_time(tmp_path, make_clip, streams):
    seen = []
    contact_sheet(make_clip(streams[0](10, FPS)), tmp_path / "a.png", count=2, caption=lambda s: seen.append(s) or "x" * 99)
    assert seen == [pytest.approx(2 / 25), pytest.approx(7 / 25)]


def test_more_tiles_than_frames(tmp_path, make_clip, streams):
    contact_sheet(make_clip(streams[0](3, FPS)), tmp_path / "a.png", columns=5, count=50)
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size[0] == 3 * (240 + GAP_PX) + GAP_PX


@pytest.mark.parametrize(
    "wrong", [{"columns": 0}, {"count": 0}, {"every_s": 0.0}, {"every_s": float("nan")}, {"every_s": 1.0, "count": 3}]
)
def test_what_makes_no_sense(tmp_path, make_clip, streams, wrong):
    with pytest.raises(UsageError, match=r"E01[58]"):
        contact_sheet(make_clip(streams[0](3, FPS)), tmp_path / "a.png", **wrong)
    assert not (tmp_path / "a.png").exists()


def test_no_film(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    with pytest.raises(EmostageError, match="E106"):
        contact_sheet(tmp_path / "a.mp4", tmp_path / "a.png")


def test_timecode():
    assert timecode(1562, FPS) == "1:02.480 f1562"
    assert timecode(24, Fraction(24000, 1001)) == "0:01.001 f24"
