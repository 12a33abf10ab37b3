"""What an identity looks like: a sheet and a film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from PIL import Image

from emostage.core.tracks import FrameStream
from emostage.film.probe import decode
from emostage.film.provenance import identity_tags, read_marks
from emostage.tuning.showing import Row, real, write_film, write_portrait, write_sheet


def plain(colour) -> Row:
    """A row that is one colour, wider than high."""

    def shows(reading):
        frame = np.full((40, 60, 3), colour, np.uint8)
        count = len(reading.take)
        return FrameStream(fps=Fraction(25), size_px=(60, 40), count=count, open=lambda: (frame for _ in range(count)))

    return Row(name=str(colour), shows=shows)


def test_a_sheet_has_a_row_for_each_and_the_same_moments(studied, tmp_path):
    reading = studied.held[0]
    write_sheet([real(), plain((200, 30, 30))], reading, tmp_path / "preview.png")
    sheet = np.asarray(Image.open(tmp_path / "preview.png").convert("RGB")).astype(int)
    rows, columns = sheet.shape[0] // 2, sheet.shape[1] // 6
    assert np.abs(sheet[rows + 10 : rows + 200] - (200, 30, 30)).max() < 3
    tiles = [sheet[: columns - 1, n * columns : (n + 1) * columns] for n in range(6)]
    first, last = (np.asarray(Image.fromarray(reading.take.picture(t)).resize((columns, columns))).astype(int) for t in (0, -1))
    assert np.abs(tiles[0] - first[: columns - 1]).mean() < 6
    assert np.abs(tiles[5] - last[: columns - 1]).mean() < np.abs(tiles[5] - first[: columns - 1]).mean()


def test_a_sheet_of_few_frames_has_as_many_tiles(studied, tmp_path):
    write_sheet([real()], studied.held[0].part(0, 2), tmp_path / "preview.png")
    sheet = np.asarray(Image.open(tmp_path / "preview.png"))
    side = sheet.shape[1] // 6
    assert sheet[:side, : 2 * side].std() > 20 and sheet[:side, 2 * side :].std() == 0


def test_a_film_has_all_frames_side_by_side_their_sound_and_who_agreed(studied, tmp_path):
    reading, out = studied.held[0], tmp_path / "before_after.mp4"
    tags = identity_tags(["ada: by letter (2025-03-01)"])
    write_film([real(), plain((30, 30, 200))], reading, out, "ada, before and after", tags)
    frames = list(decode(out))
    assert len(frames) == len(reading.take)
    assert frames[0].shape[1] == 2 * 320
    assert np.abs(frames[3][100:200, 400:600].astype(int) - (30, 30, 200)).max() < 12
    marks = read_marks(out)
    assert marks.identities == ("ada: by letter (2025-03-01)",)
    assert not list(tmp_path.glob("*.part"))


def test_a_film_without_sound_is_silent(studied, tmp_path):
    silent = replace(studied.held[0], take=replace(studied.held[0].take, samples_S=None))
    write_film([real()], silent.part(0, 5), tmp_path / "film.mp4", "ada", {})
    assert len(decode(tmp_path / "film.mp4")) == 5


def test_a_portrait_is_written_as_it_is(studied, tmp_path):
    write_portrait(studied.portrait.picture_HW3, tmp_path / "portrait.png")
    assert np.array_equal(np.asarray(Image.open(tmp_path / "portrait.png")), studied.portrait.picture_HW3)
