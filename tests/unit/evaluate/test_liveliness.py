"""A head and eyes that move by known amounts."""

import numpy as np
import pytest

from emostage.evaluate.liveliness import STEADY, blinks, drift, jitter, liveliness, speed

FPS, T = 25.0, 500
RNG = np.random.default_rng(1)


def eyes(*at: int, frames: int = 4) -> np.ndarray:
    opening = np.full(T, 0.1) + 0.002 * RNG.standard_normal(T)
    for begin in at:
        opening[begin : begin + frames] *= 0.2
    return opening


def test_blinks_are_counted_and_closed_eyes_are_none():
    assert blinks(eyes(50, 200, 431), FPS) == [(50, 54), (200, 204), (431, 435)]
    assert blinks(eyes(), FPS) == []
    assert blinks(eyes(100, frames=20), FPS) == []
    hidden = eyes(50)
    hidden[45:60] = np.nan
    assert blinks(hidden, FPS) == []
    assert blinks(np.full(T, np.nan), FPS) == []


def test_jitter_is_the_noise_and_not_the_movement():
    slow = 5 * np.sin(2 * np.pi * 0.4 * np.arange(T) / FPS)
    assert jitter([slow]) < 0.01
    noisy = slow + 0.2 * RNG.standard_normal(T)
    assert jitter([noisy]) == pytest.approx(0.2, rel=0.1)
    assert jitter([noisy, noisy[:2]]) == jitter([noisy])
    assert np.isnan(jitter([noisy[:3]]))


def test_a_steady_turn_has_its_speed_and_its_drift():
    times = np.arange(T) / FPS
    angles = np.outer(times, [0.0, 0.3, 0.4]) + 0.01 * RNG.standard_normal((T, 3))
    assert speed(angles) * FPS == pytest.approx(0.5, rel=0.3)
    assert drift(angles, times) == pytest.approx(0.5 * 60, rel=0.01)
    assert drift(np.full((T, 3), 4.0), times) == pytest.approx(0, abs=1e-9)
    angles[60:] = np.nan
    assert np.isnan(drift(angles, times))


def test_clips_are_taken_together_and_hidden_ones_left_out():
    level = np.zeros((T, 468, 2))
    level[:, STEADY] += 0.003 * RNG.standard_normal((T, len(STEADY), 2))
    angles = np.stack([np.zeros(T), 3 * np.sin(np.arange(T) / 20), np.zeros(T)], 1)
    clip = (angles, eyes(100, 300), level)
    hidden = tuple(np.full_like(part, np.nan) for part in clip)
    found = liveliness([clip, hidden], FPS)
    assert found.blinks_per_min == pytest.approx(2 / (T / FPS / 60))
    assert (found.pitch_deg, found.roll_deg) == (0, 0)
    assert found.yaw_deg == pytest.approx(3 / np.sqrt(2), rel=0.05)
    assert found.face_jitter == pytest.approx(0.3, rel=0.1)
    assert np.isnan(liveliness([hidden], FPS).blinks_per_min)
