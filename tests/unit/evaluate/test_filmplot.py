"""A plot of a film shows what was asked and what is seen, on one scale, and how far the mouth is open."""

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image, ImageColor

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.timeline import Transition
from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.evaluate.bands import BAND, PAPER, QUIET, TITLE, WIDTH
from emostage.evaluate.filmplot import ASKED, SEEN, WIDEST, scaled, write_film_plot
from emostage.evaluate.shown import Shown
from emostage.studio.plan import LineJob


def clip(felt_T, brows_T, gap_T) -> Shown:
    """A clip that asks for surprise, shows brows, says `pa` in its first second, and opens its mouth."""
    frames = len(felt_T)
    phones = (Span(text="p", start_s=0.2, end_s=0.4), Span(text="a", start_s=0.4, end_s=0.8))
    audio = AudioClip(samples_S=np.zeros(1000, np.float32), rate_hz=1000)
    job = LineJob(
        number=1, shot="a", speaker="ada", on_screen="ada", text="pa", start_frame=0, frames=frames, fps=Fraction(25),
        speech_at_s=0.0, take=SpeechTake(audio=audio, phones=phones), mood_8=(1.0, *[0.0] * 7), emotion=(), gaze=(), head=(),
        gestures=(), liveliness=1.0, transition=Transition(), seed=0, fingerprint="", sound="",
    )  # fmt: skip
    asked_T8 = np.zeros((frames, 8))
    asked_T8[:, EMOTION_INDEX["surprised"]], asked_T8[:, EMOTION_INDEX["neutral"]] = felt_T, 1 - felt_T
    level_TN2 = np.zeros((frames, 468, 2))
    level_TN2[:, [145, 374], 1] = 0.1
    level_TN2[:, [105, 334, 107, 336], 1] = -0.3 - brows_T[:, None]
    return Shown(job=job, asked_T8=asked_T8, level_TN2=level_TN2, angles_T3=np.zeros((frames, 3)), gap_T=gap_T)


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


def test_a_film_is_drawn(tmp_path):
    felt_T = np.repeat([0.0, 1.0, 0.0, 0.0], 50)
    late_T = np.roll(felt_T, 20)
    write_film_plot([clip(felt_T, 0.2 * late_T, 0.2 * felt_T), clip(0 * felt_T, 0 * felt_T, 0 * felt_T)], tmp_path / "film.png")
    picture = np.asarray(Image.open(tmp_path / "film.png"))
    assert picture.shape[1] == WIDTH
    legend, surprised, mouth = picture[:TITLE], picture[TITLE : TITLE + BAND], picture[TITLE + BAND : TITLE + 2 * BAND]

    def at(part, colour):
        return np.argwhere((part == ImageColor.getrgb(colour)).all(-1))

    assert all(len(at(legend, colour)) for colour in (ASKED, SEEN, QUIET)), "it says which is which"
    high = {colour: at(surprised[BAND // 4 : BAND // 2], colour)[:, 1] for colour in (ASKED, SEEN)}
    assert high[SEEN].min() - high[ASKED].min() == pytest.approx(20 * (WIDTH - 80) / 400, abs=6), "a late face is seen to be late"
    assert at(mouth, SEEN)[:, 1].min() < 60
    marks = at(mouth[-20:], QUIET)[:, 1]
    assert {round(x / 10) for x in marks.tolist()} == {round(x / 10) for x in (40 + 7.5 * 3.8, 40 + 207.5 * 3.8)}
    assert len(at(picture, PAPER)) > 0.9 * picture.shape[0] * WIDTH


def test_long_films_are_wide_but_not_too_wide(tmp_path):
    quiet_T = np.zeros(25 * 60)
    write_film_plot([clip(quiet_T, quiet_T, quiet_T + 0.1)], tmp_path / "minute.png")
    assert size(tmp_path / "minute.png") == (2400, TITLE + BAND + 40)
    quiet_T = np.zeros(25 * 600)
    write_film_plot([clip(quiet_T, quiet_T, quiet_T + 0.1)], tmp_path / "long.png")
    assert size(tmp_path / "long.png")[0] == WIDEST


def test_a_mouth_that_is_never_seen_is_no_trouble(tmp_path):
    unseen_T = np.full(50, np.nan)
    write_film_plot([clip(np.zeros(50), unseen_T, unseen_T)], tmp_path / "none.png")
    assert len(np.argwhere((np.asarray(Image.open(tmp_path / "none.png"))[TITLE:] == ImageColor.getrgb(SEEN)).all(-1))) == 0
