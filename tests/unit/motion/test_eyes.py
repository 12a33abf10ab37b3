"""Gaze: fixations, saccades, wishes, counter-rotation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import mix
from emostage.core.time import frame_times
from emostage.motion.eyes import FULL_YAW_RAD, Gaze, aim, eye_weights, jumps, watch
from emostage.motion.prosody import rhythm

FPS = Fraction(25)


def watched(count: int = 500, live: float = 1.0, seed: int = 0, **feeling: float) -> Gaze:
    return watch(
        frame_times(count, FPS),
        rhythm((), None, 0.0, count / 25),
        weights_T8=np.tile(mix(feeling), (count, 1)).astype(np.float64),
        liveliness=live,
        rng=np.random.default_rng(seed),
    )


def saccades(gaze: Gaze) -> int:
    return len(jumps(gaze.target_T2, frame_times(len(gaze.target_T2), FPS)))


def test_eyes_are_still_between_one_frame_jumps() -> None:
    steps_T = np.hypot(*np.diff(np.degrees(watched().target_T2), axis=0).T)
    assert (steps_T == 0).mean() > 0.9
    assert (steps_T > 3).any()


def test_most_of_the_time_is_spent_on_the_camera() -> None:
    away_T = np.hypot(*np.degrees(np.concatenate([watched(seed=s).target_T2 for s in range(5)])).T)
    assert 0.6 < (away_T < 3.5).mean() < 0.97
    assert away_T.max() < 18


def test_the_ends_look_at_the_camera() -> None:
    for seed in range(5):
        target_T2 = watched(100, seed=seed).target_T2
        assert not target_T2[[0, -1]].any()


def test_the_script_wins() -> None:
    asked_T2 = np.full((100, 2), np.nan, np.float32)
    asked_T2[30:70] = np.radians([15.0, 5.0])  # to the person's left, down
    free_T2 = watched(100).target_T2
    gaze = aim(free_T2, frame_times(100, FPS), asked_T2)
    assert np.allclose(np.degrees(gaze.target_T2[30:70]), [15.0, -5.0], atol=1e-4)
    assert np.array_equal(gaze.target_T2[10:30], free_T2[10:30])
    assert 2 < np.degrees(gaze.follow_T2[50, 0]) < 15
    assert not gaze.follow_T2[[0, -1]].any()


def test_a_wish_that_lasts_to_the_end_still_ends_at_the_camera() -> None:
    gaze = aim(np.zeros((100, 2)), frame_times(100, FPS), np.full((100, 2), 0.2, np.float32))
    assert not gaze.target_T2[[0, -1]].any()
    assert gaze.target_T2[50].any()


def test_a_statue_looks_at_the_camera() -> None:
    gaze = watched(live=0.0)
    assert not gaze.target_T2.any()
    assert saccades(gaze) == 0


def test_sad_eyes_sink_and_fearful_ones_dart() -> None:
    plain, sad, afraid = ([watched(1500, seed=s, **f) for s in range(6)] for f in ({}, {"sad": 1.0}, {"afraid": 1.0}))
    assert np.mean([g.target_T2[:, 1].mean() for g in sad]) < np.mean([g.target_T2[:, 1].mean() for g in plain]) - np.radians(2)
    assert sum(map(saccades, afraid)) > 1.2 * sum(map(saccades, plain))


def test_looking_left_turns_both_eyes_to_the_left() -> None:
    out_52 = eye_weights(np.array([[FULL_YAW_RAD / 2, 0.0]]), np.zeros((1, 3)))[0]
    assert out_52[ARKIT_INDEX["eyeLookOutLeft"]] == out_52[ARKIT_INDEX["eyeLookInRight"]] == 0.5
    assert out_52.sum() == 1.0


def test_eyes_stay_on_the_camera_while_the_head_moves() -> None:
    rotation_T3 = np.radians([[0.0, 10.0, 0.0], [6.0, 0.0, 0.0]])  # head to the left; head down
    out_T52 = eye_weights(np.zeros((2, 2)), rotation_T3)
    assert out_T52[0, ARKIT_INDEX["eyeLookInLeft"]] == pytest.approx(np.radians(10) / FULL_YAW_RAD)
    assert out_T52[1, ARKIT_INDEX["eyeLookUpLeft"]] > 0.2
    assert out_T52[1, ARKIT_INDEX["eyeLookDownLeft"]] == 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_tiny_clips(count: int) -> None:
    assert watched(count).target_T2.shape == (count, 2)
    assert not watched(count).target_T2.any()
