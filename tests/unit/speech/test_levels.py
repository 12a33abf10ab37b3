from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from emostage.speech.levels import audible, faded, levelled, limited, loudness_lufs, tilted

RATE_HZ = 22_050


def tone(seconds: float, hertz: float = 997.0, level: float = 0.1) -> np.ndarray:
    return (level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def test_the_reference_sine_of_the_standard() -> None:
    full = tone(2.0, 997.0, 1.0)
    assert loudness_lufs(full, RATE_HZ) == pytest.approx(-3.01, abs=0.15)  # BS.1770: a 0 dBFS, 997 Hz sine in one channel


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.39, 0.41, 3.0, 400.0])
def test_any_length_has_a_loudness(seconds: float) -> None:
    assert loudness_lufs(tone(seconds), RATE_HZ) == pytest.approx(-23.0, abs=1.0)


def test_silence_has_none() -> None:
    assert loudness_lufs(np.zeros(RATE_HZ, np.float32), RATE_HZ) == -math.inf
    assert loudness_lufs(np.zeros(0, np.float32), RATE_HZ) == -math.inf
    assert not levelled(np.zeros(100, np.float32), RATE_HZ).any()


@pytest.mark.parametrize("level", [1e-3, 0.01, 0.9])
def test_levelled_hits_the_target(level: float) -> None:
    assert loudness_lufs(levelled(tone(1.0, level=level), RATE_HZ, -20), RATE_HZ) == pytest.approx(-20, abs=0.1)


@settings(max_examples=50)
@given(arrays(np.float32, st.integers(0, 3000), elements=st.floats(-10, 10, width=32)))
def test_limited_stays_under_the_ceiling_and_leaves_the_quiet_alone(samples: np.ndarray) -> None:
    out = limited(samples, RATE_HZ, 0.9)
    assert len(out) == len(samples)
    assert not len(out) or np.abs(out).max() <= 0.9 + 1e-6
    if not len(samples) or np.abs(samples).max() <= 0.9:
        assert out is samples


def test_a_limited_peak_leaves_the_rest_of_the_sound() -> None:
    sound = tone(1.0, level=0.5)
    sound[10_000] = 3.0
    out = limited(sound, RATE_HZ, 0.9)
    assert np.array_equal(out[:9_000], sound[:9_000])
    assert np.array_equal(out[11_000:], sound[11_000:])


@pytest.mark.parametrize("gain_db", [-4.0, 4.0])
def test_tilt_is_a_shelf(gain_db: float) -> None:
    def change_db(hertz: float) -> float:
        plain = tone(1.0, hertz)
        return float(20 * np.log10(tilted(plain, RATE_HZ, gain_db)[4000:].std() / plain[4000:].std()))

    assert change_db(150) == pytest.approx(0, abs=0.4)
    assert change_db(8000) == pytest.approx(gain_db, abs=0.4)


def test_audible_finds_the_sound() -> None:
    sound = np.concatenate([np.zeros(5000), tone(0.5), np.zeros(7000)]).astype(np.float32)
    start, end = audible(sound, RATE_HZ)
    assert abs(start - 5000) <= 120
    assert abs(end - 5000 - RATE_HZ // 2) <= 120
    assert audible(np.zeros(500, np.float32), RATE_HZ) == (0, 0)
    assert audible(np.zeros(0, np.float32), RATE_HZ) == (0, 0)


@given(st.integers(0, 2000))
def test_fades_begin_and_end_near_zero(count: int) -> None:
    out = faded(np.ones(count, np.float32), RATE_HZ)
    assert len(out) == count
    if count > 800:
        assert out[0] < 0.01
        assert out[-1] < 0.01
        assert out[count // 2] == 1
