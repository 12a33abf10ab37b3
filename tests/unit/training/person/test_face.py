"""The actions of made-up people are found again: their landmarks are those of the renderer's sheet, and so is what is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_NAMES
from emostage.core.errors import AssetError
from emostage.core.tracks import MotionTrack
from emostage.evaluate.painted.likeness import PARTS
from emostage.face.head import load_head
from emostage.face.perform import Performed
from emostage.portrait.personal import Person
from emostage.training.person import face as fitting
from emostage.training.person import reading as readings
from emostage.training.person.face import LEAST_FRAMES, fit_actions
from emostage.training.person.reading import Reading

TRAIN, WHOLE = 40, 60


@dataclass(frozen=True)
class Bare:
    """A renderer whose frames are the landmarks of what it would draw."""

    renderer: Any
    landmarks: Any

    @property
    def painter(self) -> Any:
        return self.renderer.painter

    @property
    def backing(self) -> Any:
        return self.renderer.backing

    def render(self, motion: MotionTrack) -> list[np.ndarray]:
        return list(self.landmarks(self.renderer, motion))


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, sitting, films) -> None:
    """Frames are landmarks, and reading them is easy."""
    drawn_by = fitting.drawn_by
    monkeypatch.setattr(fitting, "drawn_by", lambda *given: Bare(drawn_by(*given), films.landmarks))
    monkeypatch.setattr(fitting, "read_face", lambda tracker, frame, near: frame)
    monkeypatch.setattr(readings, "portrait_of", lambda picture, **more: (sitting.portrait, ()))


@pytest.fixture(scope="module")
def motion(films) -> MotionTrack:
    return films.speaking(WHOLE)


@pytest.fixture(scope="module")
def take(sitting, films, own_face, motion):
    """A film of somebody with actions of their own."""
    return films.take(sitting.renderer(Person(face=own_face)), motion, seen=False)


def reading_of(sitting, take, motion: MotionTrack, first: int, end: int) -> Reading:
    """A part of the film, perfectly read."""
    fit, count = sitting.portrait.fit, end - first
    done = Performed(
        expression_T52=motion.expression_T52[first:end].astype(np.float64),
        rotation_T33=np.repeat(fit.rotation_33[None], count, 0),
        translation_T3=np.repeat(fit.translation_3[None], count, 0),
    )
    head = load_head()
    return Reading(head=head, take=take.part(first, end), person=sitting.face.sitter(head, sitting.portrait.crop), done=done)


@pytest.fixture(scope="module")
def train(sitting, take, motion) -> Reading:
    return reading_of(sitting, take, motion, 0, TRAIN)


@pytest.mark.usefixtures("bare")
def test_made_up_actions_are_found_again(sitting, take, motion, train, films):
    """In frames that were not looked at the mouth lies at less than half the distance from where it should."""
    told: list[tuple[int, int]] = []
    found = fit_actions(Person(face=sitting.face), [train], tracker=None, tell=lambda *done: told.append(done))

    def error(person: Person) -> float:
        drawn_TL2 = films.landmarks(sitting.renderer(person), films.doing(*motion.expression_T52[TRAIN:]))
        off_TL = np.linalg.norm(drawn_TL2 - take.landmarks_TL2[TRAIN:], axis=-1)
        return float(off_TL[:, list(PARTS["mouth"])].mean())

    before, after = error(Person(face=sitting.face)), error(Person(face=found))
    assert before > 0.5 and after < 0.5 * before
    assert told == [(TRAIN, TRAIN)]
    held = [n for n, name in enumerate(ARKIT_NAMES) if name.startswith(("eyeBlink", "eyeLook"))]
    unseen = [n for n in range(52) if not motion.expression_T52[:TRAIN, n].any()]
    assert not found.actions_52N3[[*held, *unseen]].any() and not found.seen_52[unseen].any()
    shown_52 = motion.expression_T52[:TRAIN].max(0)
    assert (found.seen_52 <= shown_52 + 1e-6).all() and (found.seen_52 >= 0.7 * shown_52)[shown_52 > 0.3].all()
    again = fit_actions(Person(face=sitting.face), [train], tracker=None)
    assert np.array_equal(again.actions_52N3, found.actions_52N3)


@pytest.mark.usefixtures("bare")
def test_who_moves_as_everybody_is_left_so(sitting, films, motion):
    take = films.take(sitting.renderer(Person(face=sitting.face)), motion, seen=False)
    found = fit_actions(Person(face=sitting.face), [reading_of(sitting, take, motion, 0, TRAIN)], tracker=None)
    width = np.ptp(sitting.face.rest_N3[:, 0])
    assert np.abs(found.actions_52N3).max() < 0.02 * width


@pytest.mark.usefixtures("bare")
def test_too_little_teaches_nothing(sitting, train, monkeypatch):
    person = Person(face=sitting.face)
    assert fit_actions(person, [], tracker=None) is sitting.face
    assert fit_actions(person, [train.part(0, LEAST_FRAMES - 1)], tracker=None) is sitting.face
    hidden = np.full((478, 2), np.nan)
    monkeypatch.setattr(fitting, "read_face", lambda *given: hidden)
    assert fit_actions(person, [train], tracker=None) is sitting.face, "what is drawn cannot be read"


@pytest.mark.usefixtures("bare")
def test_a_take_without_a_portrait_is_passed_over(sitting, train, monkeypatch):
    def none(*given: object, **more: object) -> None:
        raise AssetError.of("E070", "no face")

    monkeypatch.setattr(readings, "portrait_of", none)
    assert fit_actions(Person(face=sitting.face), [train], tracker=None) is sitting.face


def test_long_films_are_looked_at_in_part():
    assert fitting._shares([20, 100]) == [20, 100]
    shares = fitting._shares([1000, 3000, 20])
    assert shares[1] > 2.5 * shares[0] and shares[2] == LEAST_FRAMES
    assert sum(shares) <= fitting.MOST_FRAMES + LEAST_FRAMES
