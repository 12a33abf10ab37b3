"""What engines make of a take."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.evaluate.person.resemblance import Compared
from emostage.evaluate.person.shows import Sat, measured, painted, photographed, reenacted
from emostage.face.head import load_head
from emostage.portrait.personal import Person
from emostage.training.person.reading import Reading, read

COUNT = 5


@pytest.fixture(scope="module")
def person(own_face) -> Person:
    return Person(face=own_face)


@pytest.fixture(scope="module")
def reading(sitting, films) -> Reading:
    take = films.take(sitting.renderer(), films.speaking(15), seen=False)
    return read(sitting.face, take, load_head()).part(0, 15)


@pytest.fixture(scope="module")
def sat(sitting, reading) -> Sat:
    return Sat(portrait=sitting.portrait, hold=reading.hold(0), size_px=(64, 64), head=load_head())


def shown(shows, reading) -> np.ndarray:
    return np.stack([frame.copy() for frame in shows(reading)]).astype(int)


def test_the_photo_renderer_performs_what_was_read(sat, reading, person):
    part = reading.part(8, 8 + COUNT)
    plain, nothing, known = (
        shown(reenacted(sat, photographed(sat, p, s)), part) for p, s in ((None, 1.0), (person, 0.0), (person, 1.0))
    )
    assert plain.shape == (COUNT, 64, 64, 3)
    assert np.abs(np.diff(plain, axis=0)).max() > 5, "it moves"
    assert np.array_equal(plain, nothing)
    assert not np.array_equal(plain, known)


def test_a_painter_paints_what_was_read_and_is_told_who_it_is(sat, reading, person, warp):
    part = reading.part(8, 8 + COUNT)
    painter = warp()
    frames = [shown(reenacted(sat, painted(sat, painter, p, s)), part) for p, s in ((None, 1.0), (person, 0.0), (person, 1.0))]
    assert frames[0].shape == (COUNT, 64, 64, 3)
    told = [given.part(0, COUNT) for given, _ in painter.asked]
    assert (told[0].landmarks_BFL2 == told[1].landmarks_BFL2).all()
    assert (told[0].landmarks_BFL2 != told[2].landmarks_BFL2).any()
    assert {seed for _, seed in painter.asked} == {0}, "always painted alike"
    assert len(np.unique(told[0].sound_BFWX)) > 10, "it is heard"


def test_figures_are_means_over_all_takes(reading):
    class Truth:
        def __init__(self, value: float) -> None:
            self.value = value

        def compared(self, frames: list[int]) -> Compared:
            return Compared(rows_TX=np.full((len(frames), 10), self.value))

    found = measured(lambda one: [0] * len(one.take), [reading.part(0, 2), reading.part(2, 8)], [Truth(1.0), Truth(5.0)])
    assert (found.frames, found.mouth) == (8, 4.0)
    with pytest.raises(ValueError, match="zip"):
        measured(lambda one: [0], [reading], [])
