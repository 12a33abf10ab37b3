"""Photos that the photo renderer performs: who performs when, what films say of the photo, and what is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emostage.core.tracks import Portrait
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.training.footage.store import Footage
from emostage.training.person import distil
from emostage.training.person.distil import Acting

from ..conftest import noise


@pytest.fixture(scope="module")
def portraits() -> tuple[Portrait, ...]:
    """Three of somebody, that differ in their light."""
    first, _ = read_portrait("sample/astronaut", head=load_head())
    return tuple(replace(first, picture_HW3=(first.picture_HW3 // n).astype(np.uint8)) for n in (1, 2, 3))


@pytest.fixture
def performed(monkeypatch) -> list[Portrait]:
    """Who has performed, at no cost."""
    asked: list[Portrait] = []

    def posed(portrait, name, corpus, crop, rng) -> Footage:
        asked.append(portrait)
        return noise(int(rng.integers(1000)))

    monkeypatch.setattr(distil, "posed", posed)
    monkeypatch.setattr(distil, "read_corpus", lambda folder, part: None)
    monkeypatch.setattr(distil, "SHOTS", 6)
    monkeypatch.setattr(distil, "HELD_SHOTS", 2)
    return asked


def acting(portraits: tuple[Portrait, ...], folder: Path) -> Acting:
    return Acting(portraits=portraits, name="ada", corpus=folder / "acting", kept=folder / "performed")


def test_the_first_performs_in_every_other_shot(performed, portraits, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    acting(portraits, tmp_path).footage("train", lambda done, of: told.append((done, of)))
    first, second, third = portraits
    assert [id(one) for one in performed] == [id(one) for one in (first, second, first, third, first, second)]
    assert told == [(n, 6) for n in range(1, 7)]


def test_one_photo_performs_alone(performed, portraits, tmp_path: Path) -> None:
    acting(portraits[:1], tmp_path).footage("held", lambda *_: None)
    assert [one is portraits[0] for one in performed] == [True, True]


def test_photos_show_what_films_say_that_they_show(performed, portraits, tmp_path: Path) -> None:
    footage = acting(portraits, tmp_path).footage("train", lambda *_: None)
    shown_S52 = footage.frames["expression_N52"][::4]
    assert np.allclose(shown_S52, portraits[0].fit.expression_52, atol=1e-3)
    assert not np.allclose(footage.frames["expression_N52"][1], portraits[0].fit.expression_52, atol=1e-2)


def test_shots_that_are_there_are_kept_unless_the_photo_is_another(performed, portraits, tmp_path: Path) -> None:
    one = acting(portraits[:2], tmp_path)
    before = one.footage("train", lambda *_: None)
    again = one.footage("train", lambda *_: None)
    assert len(performed) == 6 and again.pictures == before.pictures
    next((tmp_path / "performed").glob("train-000*")).write_bytes(b"damaged")
    one.footage("train", lambda *_: None)
    assert len(performed) == 7
    acting((portraits[2], portraits[1]), tmp_path).footage("train", lambda *_: None)
    assert len(performed) == 10, "those of the second photo are kept"
