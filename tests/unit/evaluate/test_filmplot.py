"""A plot of a film shows what was asked and what is seen, on one scale, and how far the mouth is open."""

import numpy as np
import pytest
from PIL import Image, ImageColor

from emostage.evaluate.bands import BAND, PAPER, QUIET, TITLE, WIDTH
from emostage.evaluate.filmplot import ASKED, SEEN, WIDEST, scaled, write_film_plot


def size(path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_what_is_seen_is_brought_to_the_scale_of_what_is_asked():
    asked_T = np.repeat([0.0, 0.8, 0.4], 40)
    measured_T = 3.0 - 2.0 * asked_T
    measured_T[5] = np.nan
    found = scaled(measured_T, measured_T, asked_T, asked_T == 0)
    assert np.isnan(found[5])
    assert np.nanmax(np.abs(found - asked_T)) < 1e-9
    assert np.allclose(scaled(measured_T, measured_T, asked_T, np.zeros(120, bool))[6:], asked_T[6:]), (
        "neutral is where none is asked"
    )
    assert np.isnan(scaled(measured_T, 0 * measured_T, asked_T, asked_T == 0)).all(), "what never changes has no scale"
    assert np.isnan(scaled(measured_T, measured_T, asked_T + 0.2, np.zeros(120, bool))).all(), "always asked"


def test_a_film_is_drawn(clip, tmp_path):
    felt_T = np.repeat([0.0, 1.0, 0.0, 0.0], 50)
    late_T = np.roll(felt_T, 20)
    surprised = clip(felt=felt_T, brows=0.2 * late_T, gap=0.2 * felt_T, pace=0.4, text="pa", frames=200)
    write_film_plot([surprised, clip(gap=np.zeros(200), pace=0.4, text="ab", frames=200)], tmp_path / "film.png")
    with Image.open(tmp_path / "film.png") as opened:
        picture = np.asarray(opened)
    assert picture.shape[1] == WIDTH
    legend, surprised, mouth = picture[:TITLE], picture[TITLE : TITLE + BAND], picture[TITLE + BAND : TITLE + 2 * BAND]

    def at(part, colour):
        return np.argwhere((part == ImageColor.getrgb(colour)).all(-1))

    assert all(len(at(legend, colour)) for colour in (ASKED, SEEN, QUIET)), "it says which is which"
    high = {colour: at(surprised[BAND // 4 : BAND // 2], colour)[:, 1] for colour in (ASKED, SEEN)}
    assert high[SEEN].min() - high[ASKED].min() == pytest.approx(20 * (WIDTH - 80) / 400, abs=6), "a late face is seen to be late"
    assert at(mouth, SEEN)[:, 1].min() < 60
    marks = at(mouth[-20:], QUIET)[:, 1]
    assert {round(x / 10) for x in marks.tolist()} == {round(x / 10) for x in (40 + 10 * 3.8, 40 + 220 * 3.8)}
    assert len(at(picture, PAPER)) > 0.9 * picture.shape[0] * WIDTH


def test_long_films_are_wide_but_not_too_wide(clip, tmp_path):
    write_film_plot([clip(frames=25 * 60)], tmp_path / "minute.png")
    assert size(tmp_path / "minute.png") == (2400, TITLE + BAND + 40)
    write_film_plot([clip(frames=25 * 600)], tmp_path / "long.png")
    assert size(tmp_path / "long.png")[0] == WIDEST


def test_a_mouth_that_is_never_seen_is_no_trouble(clip, tmp_path):
    unseen_T = np.full(50, np.nan)
    write_film_plot([clip(brows=unseen_T, gap=unseen_T, frames=50)], tmp_path / "none.png")
    with Image.open(tmp_path / "none.png") as picture:
        assert not (np.asarray(picture)[TITLE:] == ImageColor.getrgb(SEEN)).all(-1).any()
