"""Films of all kinds are seen upright, at an even pace, from any moment on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.film.ffmpeg import place, run
from emostage.training.tracked.films import film_of, fitted, pictures, sound, whole, write_sound
from emostage.training.tracked.store import RATE_HZ

from .conftest import RED, drawn, moving


def greys(count: int) -> list[np.ndarray]:
    """Pictures that get lighter and lighter."""
    return [np.full((48, 64, 3), 20 + 6 * t, np.uint8) for t in range(count)]


def numbers(film, first: int, count: int) -> np.ndarray:
    return np.array([(p.mean() - 20) / 6 for p in pictures(film, first, count, whole(film, 64))])


@pytest.mark.parametrize("suffix", ["mp4", "m4v", "mov", "mkv", "webm", "avi"])
def test_any_kind_can_be_begun_anywhere(filmed, suffix: str) -> None:
    film = film_of(filmed(greys(30), f"me.{suffix}"))
    assert film.size_px == (64, 48)
    assert film.has_sound
    assert film.frames == pytest.approx(30, abs=2)
    every = numbers(film, 0, 100)
    assert len(every) == pytest.approx(30, abs=2)
    np.testing.assert_allclose(numbers(film, 13, 5), every[13:18], atol=0.4)


def test_a_phone_on_its_side_is_seen_upright(filmed, tmp_path: Path) -> None:
    upright = filmed([drawn((RED, 40, 30, 40))] * 4, "flat.mp4")
    turned = tmp_path / "turned.mov"
    run(["-display_rotation", "90", "-i", place(upright), "-c", "copy", place(turned)])
    film = film_of(turned)
    assert film.size_px == (120, 160)
    seen = next(pictures(film, 0, 1, whole(film, 160)))
    rows, columns = np.nonzero(seen[..., 1] < 45)
    assert (columns.mean(), rows.mean()) == pytest.approx((30, 120), abs=3)


def test_uneven_pace_and_other_rates_become_even(filmed) -> None:
    uneven = filmed(greys(30), "uneven.mp4", more=["-vf", "select='gt(n,14)+not(mod(n,2))'", "-fps_mode", "vfr"], hz=0)
    steps = numbers(film_of(uneven), 0, 30)
    np.testing.assert_allclose(steps, [t - t % 2 if t < 15 else t for t in range(30)], atol=0.5)
    fast = film_of(filmed(greys(38), "fast.mp4", fps=50, hz=0))
    assert (round(fast.rate), fast.frames) == (50, 19)
    np.testing.assert_allclose(np.diff(numbers(fast, 0, 19)), 2, atol=0.5)


def test_windows_are_cut_out_of_odd_sizes(filmed) -> None:
    cut = ["-vf", "format=yuv444p,crop=155:117:0:0:exact=1", "-c:v", "ffv1"]
    film = film_of(filmed([drawn((RED, 100, 60, 30))] * 2, "odd.mkv", more=cut))
    assert film.size_px == (155, 117)
    window = fitted(80, 40, 40, 40, 20)
    assert (window.size_px, window.scale) == ((20, 20), 0.5)
    seen = next(pictures(film, 0, 1, window))
    rows, columns = np.nonzero(seen[..., 1] < 45)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == pytest.approx((2.5, 17, 2.5, 17), abs=1.1)
    assert next(pictures(film, 0, 1, whole(film, 640))).shape == (116, 154, 3)


def test_sound_is_in_step_and_padded(filmed, tmp_path: Path) -> None:
    """A tone that begins after 0.4 s and is shorter than the film."""
    path = filmed(greys(30), "me.mkv", more=["-af", "volume=0:enable='lt(t,0.4)'", "-t", "1.2", "-ac", "2", "-ar", "44100"])
    run(["-i", place(path), "-c:v", "copy", "-af", "atrim=0:0.8", place(tmp_path / "short.mkv")])
    film = film_of(tmp_path / "short.mkv")
    write_sound(film, tmp_path / "all.pcm")
    heard_S = sound(tmp_path / "all.pcm", 5, 20).astype(float)
    assert len(heard_S) == 20 * RATE_HZ // 25
    loud = np.flatnonzero(np.abs(heard_S) > 300) / RATE_HZ + 0.2
    assert (loud[0], loud[-1]) == pytest.approx((0.4, 0.8), abs=0.03)
    assert not sound(tmp_path / "all.pcm", 2000, 3).any()


def test_silent_films_have_no_sound(filmed) -> None:
    assert not film_of(filmed(greys(3), hz=0)).has_sound


@pytest.mark.parametrize(
    "data", [b"no film at all" * 50, b"#EXTM3U\nhttp://localhost/a.ts\n", b"ffconcat version 1.0\nfile '/etc/passwd'\n"]
)
def test_what_is_no_film_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "me.mkv"
    path.write_bytes(data)
    with pytest.raises(AssetError, match="E106"):
        film_of(path)


def test_films_that_are_too_long_or_large_are_refused(filmed, monkeypatch) -> None:
    path = filmed(moving(3))
    monkeypatch.setattr("emostage.training.tracked.films.LONGEST_S", 0.1)
    with pytest.raises(AssetError, match="E117"):
        film_of(path)
    monkeypatch.setattr("emostage.training.tracked.films.MOST_PIXELS", 100)
    with pytest.raises(AssetError, match="E117"):
        film_of(path)
