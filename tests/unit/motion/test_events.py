"""Events read out of curves."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from emostage.core.time import frame_times
from emostage.motion.events import LEAST_REST_S, LONGEST_S, blink_times, blinked, fixated


def test_a_bump_is_a_blink_and_half_a_bump_is_none() -> None:
    lids_T = np.zeros(100)
    lids_T[29:33] = (0.3, 0.8, 0.7, 0.2)
    lids_T[60:63] = 0.2
    assert np.allclose(blink_times(lids_T, 25.0), [30.5 / 25])


def test_eyes_that_stay_open_for_long_blink_where_they_are_likeliest_to() -> None:
    lids_T = np.zeros(500)
    lids_T[[100, 260, 300, 410]] = (0.1, 0.2, 0.15, 0.05)
    found_s = blink_times(lids_T, 25.0)
    assert 260.5 / 25 in found_s
    assert np.diff(np.r_[-LONGEST_S / 2, found_s, 20 + LONGEST_S / 2]).max() < 1.7 * LONGEST_S
    assert not len(blink_times(np.zeros(500), 25.0)), "without any bump there is nowhere to blink"


def test_one_long_closure_is_one_blink() -> None:
    lids_T = np.zeros(100)
    lids_T[40:47] = (0.6, 0.9, 0.8, 0.9, 0.7, 0.9, 0.5)
    assert len(blink_times(lids_T, 25.0)) == 1


def test_blinks_shut_the_eye_at_every_frame_rate() -> None:
    for fps in (Fraction(24), Fraction(25), Fraction(60)):
        lid_T = blinked(np.array([1.0, 2.5]), frame_times(int(4 * fps), fps))
        assert (lid_T == 1.0).sum() == 2
    assert not blinked(np.array([0.02, 3.99]), frame_times(100, Fraction(25))).any()


def test_eyes_rest_between_jumps_of_one_frame() -> None:
    rng = np.random.default_rng(0)
    wanted_T2 = np.zeros((200, 2))
    wanted_T2[50:90] = (0.15, -0.05)
    wanted_T2[90:] = (-0.10, 0.0)
    gaze_T2 = fixated(wanted_T2 + rng.normal(0, 0.006, (200, 2)), 25.0)
    moved = np.flatnonzero(np.hypot(*np.diff(gaze_T2, axis=0).T) > 0.01)
    assert moved.tolist() == [49, 89]
    assert np.abs(gaze_T2 - wanted_T2).max() < 0.01


def test_no_rest_is_shorter_than_eyes_can() -> None:
    rng = np.random.default_rng(1)
    gaze_T2 = fixated(rng.normal(0, 0.2, (300, 2)), 25.0)
    jumps = np.flatnonzero(np.hypot(*np.diff(gaze_T2, axis=0).T) > 0)
    assert np.diff(jumps).min() >= int(LEAST_REST_S * 25)


def test_nothing_is_made_of_nothing() -> None:
    assert fixated(np.zeros((0, 2)), 25.0).shape == (0, 2)
    assert len(blink_times(np.zeros(0), 25.0)) == 0
