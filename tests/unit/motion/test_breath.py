"""Breathing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.time import frame_times
from emostage.motion.articulation import stretches
from emostage.motion.breath import breathe
from emostage.motion.prosody import Rhythm, rhythm


def breath(beat: Rhythm, seconds: float, arousal: float = 0.0, live: float = 1.0) -> np.ndarray:
    times_T = frame_times(int(seconds * 25), Fraction(25))
    return breathe(times_T, beat, np.full(len(times_T), arousal), live, np.random.default_rng(0))


def test_air_is_taken_before_a_phrase_and_spent_in_it(take) -> None:
    duration_s = take.audio.duration_s + 1.4
    beat = rhythm(stretches(take.phones, 0.8, duration_s), None, 0.8, duration_s)
    air_T = breath(beat, duration_s)
    start, end = (int(t * 25) for t in (beat.pauses[0][1], beat.pauses[1][0]))
    assert air_T[start] > 0.35
    assert air_T[end] < 0.6 * air_T[start]
    assert air_T[0] == air_T[-1] == 0


def test_silence_breathes_about_every_four_seconds() -> None:
    air_T = breath(rhythm((), None, 0.0, 60.0), 60.0)
    peaks = ((air_T[1:-1] > air_T[:-2]) & (air_T[1:-1] >= air_T[2:]) & (air_T[1:-1] > 0.3)).sum()
    assert 10 <= peaks <= 20
    assert air_T[0] == air_T[-1] == 0


def test_fear_breathes_faster_and_deeper() -> None:
    calm_T, roused_T = (breath(rhythm((), None, 0.0, 60.0), 60.0, a) for a in (-0.5, 0.8))
    assert roused_T.max() > calm_T.max()
    assert np.abs(np.diff(roused_T)).sum() > 1.5 * np.abs(np.diff(calm_T)).sum()


def test_no_breath_moves_faster_than_lungs_do(take) -> None:
    duration_s = take.audio.duration_s + 1.4
    beat = rhythm(stretches(take.phones, 0.2, duration_s), None, 0.2, duration_s)
    assert np.abs(np.diff(breath(beat, duration_s, 1.0, 1.5))).max() * 25 < 6


@pytest.mark.parametrize("seconds", [0.0, 0.04, 0.08, 0.2])
def test_tiny_clips_and_statues_hold_their_breath(seconds: float) -> None:
    assert breath(rhythm((), None, 0.0, seconds), seconds).sum() == pytest.approx(0, abs=0.6)
    assert not breath(rhythm((), None, 0.0, 5.0), 5.0, live=0.0).any()
