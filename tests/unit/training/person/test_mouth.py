"""Mouths whose insides are known are found again in frames that were drawn with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.errors import AssetError
from emostage.face.head import load_head
from emostage.face.perform import Performed
from emostage.portrait.inside import SHAPE, MouthMap
from emostage.portrait.personal import Person
from emostage.training.person import mouth as fitting
from emostage.training.person import reading as readings
from emostage.training.person.mouth import LEAST_FRAMES, fit_mouth
from emostage.training.person.reading import Reading

COUNT = 12


@pytest.fixture(scope="module")
def true() -> MouthMap:
    """Teeth that are much darker and yellower than usual, before a lighter cavity."""
    row_4HW = np.zeros((4, *SHAPE), np.float32)
    row_4HW[:3] = np.log([0.7, 0.6, 0.35])[:, None, None]
    light = np.log(np.full(3, 1.8, np.float32))
    return MouthMap(upper_4HW=row_4HW, lower_4HW=row_4HW, cavity_3=light, drop_2=np.zeros(2, np.float32))


@pytest.fixture(scope="module")
def motion(films):
    """A mouth that stays open after the first two frames, in ever other ways."""
    open_T = np.linspace(0.25, 0.55, COUNT - 2)
    shown = [expression(jawOpen=jaw, mouthUpperUp=0.5 * (n % 2), mouthLowerDown=0.4) for n, jaw in enumerate(open_T)]
    return films.doing(expression(), expression(), *shown)


def reading_of(sitting, films, motion, person: Person) -> Reading:
    head, fit = load_head(), sitting.portrait.fit
    done = Performed(
        expression_T52=motion.expression_T52.astype(np.float64),
        rotation_T33=np.repeat(fit.rotation_33[None], len(motion), 0),
        translation_T3=np.repeat(fit.translation_3[None], len(motion), 0),
    )
    take = films.take(sitting.renderer(person), motion)
    return Reading(head=head, take=take, person=sitting.face.sitter(head, sitting.portrait.crop), done=done)


@pytest.fixture(scope="module")
def reading(sitting, films, motion, true) -> Reading:
    return reading_of(sitting, films, motion, Person(face=sitting.face, mouth=true))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, sitting) -> None:
    monkeypatch.setattr(fitting, "_STEPS", 60)
    monkeypatch.setattr(readings, "portrait_of", lambda picture, **more: (sitting.portrait, ()))


@pytest.mark.usefixtures("quick")
def test_a_known_mouth_is_found_again(sitting, films, motion, reading):
    found = fit_mouth(sitting.face, [reading])
    assert found is not None
    renderers = [sitting.renderer(Person(face=sitting.face, mouth=mouth)) for mouth in (None, found)]
    shown = [np.stack(list(renderer.render(motion))).astype(float) for renderer in renderers]
    real = np.stack([reading.take.picture(t) for t in range(COUNT)]).astype(float)
    inside = (np.abs(shown[0] - real).max(-1) > 20)[..., None]
    before, after = (np.abs((one - real) * inside).sum() / (3 * inside.sum()) for one in shown)
    assert before > 20 and after < 0.6 * before
    assert (found.cavity_3 > 0.1).all()
    assert found.upper_4HW[2].mean() < found.upper_4HW[0].mean() < 0, "yellower, and darker"
    again = fit_mouth(sitting.face, [reading])
    assert all(np.array_equal(value, getattr(again, name)) for name, value in vars(found).items()), "without chance"


@pytest.mark.usefixtures("quick")
def test_a_mouth_that_is_hardly_seen_teaches_nothing(sitting, reading, monkeypatch):
    shut = replace(reading, take=replace(reading.take, landmarks_TL2=np.repeat(reading.take.landmarks_TL2[:1], COUNT, 0)))
    hidden = replace(reading, take=replace(reading.take, seen_T=np.arange(COUNT) < 3))
    assert fit_mouth(sitting.face, [hidden]) is None
    short = shut.take.landmarks_TL2.copy()
    short[:, 14] = short[:, 13]
    closed = replace(reading, take=replace(reading.take, landmarks_TL2=short))
    assert fit_mouth(sitting.face, [closed]) is None
    assert fit_mouth(sitting.face, [reading.part(0, LEAST_FRAMES)]) is None

    def none(*given: object, **more: object) -> None:
        raise AssetError.of("E070", "no face")

    monkeypatch.setattr(readings, "portrait_of", none)
    assert fit_mouth(sitting.face, [reading]) is None
