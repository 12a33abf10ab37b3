"""From a sampled expression code to a manner."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.time import frame_times
from emostage.motion.codes import MANNER_CHANNELS
from emostage.motion.manner import alive, resampled


def sampled(frames: int = 150) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, (frames, len(MANNER_CHANNELS)))


def test_a_statue_does_nothing() -> None:
    manner = alive(sampled(), frame_times(150, Fraction(25)), liveliness=0.0)
    assert not manner.values().any()


def test_liveliness_scales_and_the_ends_are_at_rest() -> None:
    times_T = frame_times(150, Fraction(25))
    half, full = (alive(sampled(), times_T, liveliness=x) for x in (0.5, 1.0))
    assert np.allclose(2 * half.turn_T3, full.turn_T3)
    assert np.allclose(2 * half.accents_TA, full.accents_TA)
    for values_T in (full.turn_T3, full.accents_TA, full.shift_T2, full.breath_T[:, None]):
        assert not values_T[[0, -1]].any()
        assert values_T.any()


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_all_frame_rates_show_the_same_curves(fps: int) -> None:
    times_T = frame_times(6 * fps, Fraction(fps))
    plain = alive(sampled(), frame_times(150, Fraction(25)), liveliness=1.0)
    other = alive(sampled(), times_T, liveliness=1.0)
    again_T = np.interp(frame_times(150, Fraction(25)), times_T, other.turn_T3[:, 1])
    assert np.corrcoef(again_T, plain.turn_T3[:, 1])[0, 1] > 0.98


def test_resampling_at_the_same_times_changes_nothing() -> None:
    clock_N = frame_times(150, Fraction(25))
    assert resampled(sampled(), clock_N, clock_N.copy()) is not None
    assert np.array_equal(resampled(sampled(), clock_N, clock_N.copy()), sampled())
