import numpy as np
import pytest

from emostage.evaluate.painted.jitter import boiling, still_places, tremor

RNG = np.random.default_rng(1)
STILL = RNG.integers(0, 255, (32, 32, 3)).astype(np.uint8)
FRAMES = [STILL] * 6
INSIDE = np.ones((32, 32), bool)


def noisy(deviation: float) -> list[np.ndarray]:
    return [np.clip(frame + RNG.normal(0, deviation, frame.shape), 0, 255).astype(np.uint8) for frame in FRAMES]


def test_noise_boils_the_more_the_stronger_it_is():
    assert boiling(FRAMES, FRAMES, INSIDE) == 0
    assert 0 < boiling(noisy(2), FRAMES, INSIDE) < boiling(noisy(8), FRAMES, INSIDE)


def test_errors_that_stay_or_grow_steadily_do_not_boil():
    dark = [np.full_like(STILL, 90 + 3 * t) for t in range(6)]
    assert boiling(dark, [np.full_like(STILL, 100)] * 6, INSIDE) == 0


def test_places_in_which_something_moves_are_not_still():
    frames = [STILL.copy() for _ in range(4)]
    frames[2][10, 10] = 255 - frames[2][10, 10]
    frames[2][10, 10, 0] = (int(STILL[10, 10, 0]) + 128) % 256
    places = still_places(frames)
    assert not places[8:13, 8:13].any() and places[20:, 20:].all()


def test_landmarks_that_tremble_are_seen_and_steady_motion_is_none():
    face = RNG.normal(0, 1, (478, 2))
    steady = np.stack([face + 0.1 * t for t in range(8)])
    assert tremor(steady) == pytest.approx(0, abs=1e-9)
    trembling = steady + RNG.normal(0, 0.01, steady.shape)
    assert tremor(trembling) > 0.1
    assert np.isnan(tremor(np.full_like(steady, np.nan)))
