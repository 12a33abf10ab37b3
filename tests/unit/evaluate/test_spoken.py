"""What feelings do to speech, in lips made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.evaluate.spoken import said_with, spoken
from emostage.evaluate.twins import Pair

ALL, FPS, LEAD_S = np.ones(100), 25, 0.2


def lips(pace: float) -> np.ndarray:
    """A gap that closes in the first and the last of three phones."""
    said = ((np.arange(100) + 0.5) / FPS - LEAD_S) / pace
    return np.where((said > 0) & (said < 3), 0.2 * np.abs(np.sin(np.pi * (said - 0.5) / 2)), 0.2)


@pytest.fixture
def pair(clip):
    """Makes a surprised clip of the given gap beside the unfelt one."""

    def made(felt_gap):
        return Pair(felt=clip(pace=0.6, gap=felt_gap, felt=ALL), unfelt=clip(pace=0.6, gap=lips(0.6), felt=ALL))

    return made


def test_larger_lips_are_as_alike_and_larger(pair):
    (found,) = spoken([pair(1.5 * lips(0.6))])
    assert (found.emotion, found.text, found.lag) == ("surprised", "pam", 0)
    assert found.r == pytest.approx(1)
    assert found.amplitude == pytest.approx(1.5)
    assert found.shut == found.unfelt_shut == 1


def test_lips_that_no_longer_follow_lose_their_likeness_and_their_closures(pair):
    (found,) = spoken([pair(0.25 + 0.02 * np.random.default_rng(3).standard_normal(100))])
    assert abs(found.r) < 0.6
    assert (found.shut, found.unfelt_shut) == (0, 1)


def test_what_comes_before_and_after_the_words_does_not_count(pair):
    gaping = np.where(np.arange(100) > 51, 0.4, lips(0.6))
    (found,) = spoken([pair(gaping)])
    assert found.r == pytest.approx(1)


def test_a_line_is_said_with_what_prevails(clip):
    assert said_with(clip(pace=0.8)) is None
    assert said_with(clip(pace=0.8, felt=0.6 * ALL)) == "surprised"
    assert said_with(clip(pace=0.8, felt=0.3 * ALL)) is None
    assert said_with(clip()) is None
    assert not list(spoken([Pair(felt=clip(pace=0.6), unfelt=clip(pace=0.6))]))
