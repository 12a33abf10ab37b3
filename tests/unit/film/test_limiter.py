from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from emostage.film.limiter import limited, true_peak

RATE_HZ = 48_000


def peaky(count, seed):
    rng = np.random.Generator(np.random.PCG64(seed))
    sound_S = rng.normal(0, 0.05, count)
    sound_S[rng.integers(0, count, 6)] = rng.choice([-1.0, 1.0], 6)
    return sound_S.astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60_000), st.integers(0, 1000), st.floats(0.5, 8))
def test_true_peak_stays_under_the_ceiling(count, seed, gain):
    out_S = np.concatenate(list(limited(peaky(count, seed), RATE_HZ, gain, 0.8)))
    assert len(out_S) == count
    assert np.abs(resample_poly(out_S.astype(float), 8, 1)).max() <= 0.8


def test_blocks_join_without_a_seam(monkeypatch):
    sound_S = peaky(200_000, 3)
    whole_S = np.concatenate(list(limited(sound_S, RATE_HZ, 2.0, 0.8)))
    monkeypatch.setattr("emostage.film.limiter.BLOCK_S", 0.3)
    np.testing.assert_allclose(np.concatenate(list(limited(sound_S, RATE_HZ, 2.0, 0.8))), whole_S, atol=2e-5)


def test_blocks_may_be_written_in_place():
    sound_S = peaky(1_100_000, 4)
    wanted_S = np.concatenate(list(limited(sound_S, RATE_HZ, 3.0, 0.8)))
    begin = 0
    for block_S in limited(sound_S, RATE_HZ, 3.0, 0.8):
        sound_S[begin : begin + len(block_S)] = block_S
        begin += len(block_S)
    np.testing.assert_array_equal(sound_S, wanted_S)


def test_soft_sound_is_only_scaled():
    sound_S = (0.1 * np.sin(np.arange(50_000) / 9)).astype(np.float32)
    np.testing.assert_allclose(np.concatenate(list(limited(sound_S, RATE_HZ, 0.5, 0.9))), 0.5 * sound_S, rtol=1e-6)


def test_gain_is_smooth():
    sound_S = np.full(20_000, 0.1, np.float32)
    sound_S[10_000] = 1.0
    out_S = np.concatenate(list(limited(sound_S, RATE_HZ, 4.0, 0.8)))
    gain_S = out_S / sound_S
    assert np.abs(np.diff(gain_S)).max() < 0.02
    assert gain_S[0] == pytest.approx(4.0, rel=1e-4)


def test_true_peak_lies_between_samples():
    between_S = np.sin(np.pi / 2 * np.arange(2000) + np.pi / 4).astype(np.float32)  # samples at 0.707 of a wave that reaches 1
    assert np.abs(between_S).max() == pytest.approx(0.7071, abs=1e-3)
    assert true_peak(between_S[500:1500]) == pytest.approx(1.0, abs=0.15)
    assert true_peak(np.zeros(0, np.float32)) == 0.0
