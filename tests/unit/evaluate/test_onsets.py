"""Feelings that come when asked, late by a known number of frames, or not at all."""

import numpy as np
import pytest

from emostage.evaluate.onsets import Onset, median_error, onsets, rises

T = np.arange(120, dtype=float)


def ramp(begin: float, frames: float, height: float = 0.9) -> np.ndarray:
    return height * np.clip((T - begin) / frames, 0, 1)


@pytest.mark.parametrize("late", [-3.0, 0.0, 2.5, 5.0])
def test_a_late_rise_is_late_by_as_much(late):
    noise = 0.002 * np.random.default_rng(2).standard_normal(len(T))
    (onset,) = onsets("happy", ramp(40, 8), 0.4 + 0.3 * ramp(40 + late, 8) + noise)
    assert onset.asked == pytest.approx(44, abs=0.01)
    assert onset.error == pytest.approx(late, abs=0.6)


def test_gaps_are_bridged():
    seen = ramp(40, 8)
    seen[42:45] = np.nan
    (onset,) = onsets("sad", ramp(40, 8), seen)
    assert onset.error == pytest.approx(0, abs=0.6)


@pytest.mark.parametrize(
    "seen",
    [np.full(len(T), 0.3), -ramp(40, 8), np.full(len(T), np.nan), 0.3 * np.random.default_rng(4).standard_normal(len(T))],
    ids=["still", "falls", "hidden", "noise"],
)
def test_what_is_not_seen_has_no_moment(seen):
    (onset,) = onsets("angry", ramp(40, 8), seen)
    assert np.isnan(onset.seen)
    assert np.isnan(median_error([onset]))


def test_only_quick_and_large_rises_are_onsets():
    assert list(rises(ramp(20, 8))) == [(20, 28)]
    assert not list(rises(ramp(20, 60)))
    assert not list(rises(ramp(20, 8, height=0.3)))
    assert not list(rises(ramp(20, 8)[::-1]))
    assert len(list(rises(ramp(20, 8) * (T < 50) + ramp(70, 5)))) == 2


def test_the_error_is_the_median_of_early_and_late():
    found = [Onset(emotion="happy", asked=10, seen=10 + error) for error in (-4.0, 1.0, 2.0, float("nan"))]
    assert median_error(found) == 2
