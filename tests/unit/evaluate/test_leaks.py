"""What leaks into neutral, in faces made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.evaluate.leaks import leaks
from emostage.evaluate.twins import Pair

FELT = np.repeat([0.0, 1.0], 50)


@pytest.fixture
def pair(clip):
    """Makes a clip of which `FELT` is asked and whose brows are `over` the twin's."""

    def made(over, **both):
        alive = 0.03 * np.sin(np.arange(100))
        return Pair(felt=clip(felt=FELT, brows=over + alive, **both), unfelt=clip(felt=FELT, brows=alive, **both))

    return made


def test_what_a_face_does_by_itself_is_no_leak(pair):
    (found,) = leaks([pair(0.2 * FELT)])
    assert (found.emotion, found.silent) == ("surprised", pytest.approx(0))
    assert np.isnan(found.speaking)


def test_a_feeling_that_stays_leaks_by_its_share_of_the_way(pair):
    stays = 0.2 * FELT + 0.1 * (np.arange(100) < 25)
    (found,) = leaks([pair(stays)])
    share = 0.1 / (0.2 - 0.05)  # half of the rest is lifted by half the way, which moves its median too
    assert found.silent == pytest.approx(share * np.sqrt(0.5), rel=0.3)


def test_speech_and_silence_are_told_apart(pair):
    spoken = np.zeros(100)
    spoken[10:35] = 0.1
    (found,) = leaks([pair(0.2 * FELT + spoken, pace=0.4)])
    assert found.speaking > 0.3
    assert found.silent < 0.15


def test_differences_of_single_frames_are_noise(pair):
    flicker = np.where(np.arange(100) % 2 == 0, 0.05, -0.05)
    (found,) = leaks([pair(0.2 * FELT + flicker)])
    assert found.silent < 0.03


def test_emotions_that_are_never_asked_for_in_full_have_no_leak(clip):
    half = Pair(felt=clip(felt=0.5 * FELT, brows=0.1 * FELT), unfelt=clip())
    assert not list(leaks([half]))
    assert not list(leaks([]))
