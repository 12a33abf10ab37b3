import numpy as np
import pytest

from emostage.evaluate.painted import intensity as module
from emostage.evaluate.painted.artists import Repeating
from emostage.evaluate.painted.cases import neutral
from emostage.evaluate.painted.intensity import FELT, Shown, intensity, linear, mixture, monotony


@pytest.fixture
def sitters(footage):
    return neutral(footage, 1)


def test_the_linear_head_grows_with_every_emotion(sitters):
    found = linear(sitters[0])
    assert {emotion: monotony(emotion, found.steps[emotion]) for emotion in FELT} == pytest.approx(dict.fromkeys(FELT, 1.0))


def test_an_artist_that_shows_what_is_asked_is_monotone_and_mixes(sitters, monkeypatch):
    monkeypatch.setattr(module, "read", lambda tracker, frames, expected: np.asarray(expected, np.float64))
    found = intensity(Repeating(), sitters, None)
    assert all(rank.lowest == pytest.approx(1) for rank in found.monotony.values())
    assert found.pairs > 10 and found.between == found.both == 1


def test_an_artist_that_repeats_the_portrait_is_not(sitters, monkeypatch):
    own = sitters[0].own("landmarks_NL2").astype(np.float64)
    monkeypatch.setattr(module, "read", lambda tracker, frames, expected: np.repeat(own[None], len(expected), 0))
    found = intensity(Repeating(), sitters, None)
    assert all(rank.mean == 0 for rank in found.monotony.values()) and found.between == 0


def test_unread_faces_are_no_monotony():
    level = np.full((9, 468, 2), np.nan)
    level[:3] = 0.0
    assert np.isnan(monotony("happy", level))


def test_a_half_beyond_its_parts_is_not_between(sitters):
    shown = linear(sitters[0])
    pair = FELT[0], FELT[5]
    assert mixture(shown, pair)[0]
    one, other = (shown.steps[emotion][-1] for emotion in pair)
    beyond = Shown(steps=shown.steps, halves={pair: other + 0.2 * (other - one)})
    assert not mixture(beyond, pair)[0]
