"""Curves that are late, noisy, still or hidden by a known amount."""

import numpy as np
import pytest

from emostage.core.lagged import amplitude, half_turn, likeness, quick_part

RNG = np.random.default_rng(5)
CURVE = np.convolve(RNG.standard_normal(400), np.hanning(7), "same")


@pytest.mark.parametrize("late", [-4, -1, 0, 3])
def test_a_late_curve_is_found_where_it_is(late):
    found = likeness(2 * np.roll(CURVE, late) + 5, CURVE)
    assert found.lag == late
    assert found.r == pytest.approx(1, abs=1e-9)
    assert (found.r_at_0 < 0.9) == (late != 0)


def test_noise_lowers_the_correlation_as_its_power_says():
    noisy = CURVE + CURVE.std() * RNG.standard_normal(400)
    assert likeness(noisy, CURVE).r == pytest.approx(np.sqrt(0.5), abs=0.06)


def test_what_is_out_of_step_is_no_longer_alike():
    assert abs(likeness(half_turn(CURVE), CURVE).r) < 0.3
    np.testing.assert_allclose(np.sort(half_turn(CURVE)), np.sort(CURVE))


def test_hidden_frames_are_left_out():
    hidden = CURVE.copy()
    hidden[100:140] = np.nan
    for late in (0, 2):
        found = likeness(np.roll(hidden, late), CURVE)
        assert (found.lag, found.r) == (late, pytest.approx(1))
    assert np.isnan(quick_part(hidden, 25.0)[100:140]).all()


def test_a_curve_that_never_changes_is_like_nothing():
    found = likeness(np.full(50, 0.25), CURVE[:50])
    assert np.isnan(found.r)
    assert np.isnan(found.r_at_0)
    assert amplitude(np.full(50, 0.25), CURVE[:50]) == 0
    assert np.isnan(amplitude(CURVE[:50], np.full(50, 0.25)))
    assert np.isnan(amplitude(np.full(50, np.nan), CURVE[:50]))


def test_amplitude_is_the_ratio_of_the_movements():
    assert amplitude(1.5 * CURVE + 3, CURVE) == pytest.approx(1.5)


def test_the_quick_part_keeps_syllables_and_loses_posture():
    times = np.arange(400) / 25
    syllables, posture = np.sin(2 * np.pi * 4 * times), 3 * np.sin(2 * np.pi * 0.1 * times)
    quick = quick_part(syllables + posture, 25.0)[50:-50]
    assert np.abs(quick - syllables[50:-50]).max() < 0.1
