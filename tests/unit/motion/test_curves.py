"""Building blocks of motion curves."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.time import frame_times
from emostage.motion.curves import add_bump, at_rest, filled, held, noise, soften_frames


@given(st.integers(0, 300), st.floats(0.05, 2), st.floats(0.05, 2))
def test_rest_is_exact_at_both_ends(count: int, in_s: float, out_s: float) -> None:
    rest_T = at_rest(frame_times(count, Fraction(25)), in_s, out_s)
    assert len(rest_T) == count
    if count:
        assert rest_T[0] == rest_T[-1] == 0.0
        assert 0 <= rest_T.min() <= rest_T.max() <= 1


def test_noise_does_not_depend_on_the_frame_rate() -> None:
    slow_T, fast_T = (
        noise(frame_times(n, fps), 0.5, np.random.default_rng(3)) for n, fps in ((250, Fraction(25)), (750, Fraction(75)))
    )
    assert np.allclose(slow_T, fast_T[1::3])


def test_noise_has_about_unit_variance() -> None:
    assert noise(frame_times(250_000, Fraction(25)), 0.5, np.random.default_rng(1)).std() == pytest.approx(1.0, abs=0.05)


def test_a_bump_peaks_where_asked_and_has_two_flanks() -> None:
    times_T = frame_times(100, Fraction(50))
    curve_T = np.zeros(100)
    add_bump(curve_T, times_T, 1.01, 2.0, (0.1, 0.4))
    assert curve_T.max() == pytest.approx(2.0)
    assert curve_T.argmax() == 50
    assert curve_T[40] < curve_T[60]
    assert curve_T[0] == 0


def test_held_wishes_ease_in_and_out() -> None:
    asked_T = np.zeros(100, bool)
    asked_T[40:60] = True
    share_T = held(asked_T, frame_times(100, Fraction(25)), 0.4)
    assert (share_T[40:60] == 1).all()
    assert share_T[28] == share_T[72] == 0
    assert (np.diff(share_T[28:41]) >= 0).all()


def test_filled_repeats_the_last_wish() -> None:
    values_TK = np.array([[np.nan], [2.0], [np.nan], [3.0], [np.nan]])
    assert filled(values_TK)[:, 0].tolist() == [2, 2, 2, 3, 3]
    assert filled(np.full((3, 2), np.nan)).tolist() == [[0, 0]] * 3


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_softening_keeps_length_and_constants(count: int) -> None:
    assert np.allclose(soften_frames(np.full((count, 2), 0.7), frame_times(count, Fraction(25)), 0.5), 0.7)
