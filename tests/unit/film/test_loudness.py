from __future__ import annotations

from math import inf

import numpy as np
import pytest
from pyloudnorm import Meter

from emostage.film.loudness import integrated_lufs, pieces

RATE_HZ = 48_000


def rising(seconds, seed=0):
    rng = np.random.Generator(np.random.PCG64(seed))
    noise_S = rng.normal(0, 0.1, int(seconds * RATE_HZ))
    return (noise_S * np.linspace(0, 1, len(noise_S)) ** 3).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.4, 0.75, 3.0, 12.34])
@pytest.mark.parametrize("length", [997, 48_000, 10**9])
def test_agrees_with_a_whole_meter_however_it_is_cut(seconds, length):
    sound_S = rising(seconds)
    assert integrated_lufs(pieces(sound_S, length), RATE_HZ) == pytest.approx(Meter(RATE_HZ).integrated_loudness(sound_S), abs=0.05)


def test_a_full_scale_tone():
    tone_S = np.sin(2 * np.pi * 997 * np.arange(5 * RATE_HZ) / RATE_HZ).astype(np.float32)
    assert integrated_lufs([tone_S], RATE_HZ) == pytest.approx(-3.01, abs=0.05)  # BS.1770-4, Annex 1: the reference signal


@pytest.mark.parametrize("seconds", [0, 0.01, 0.3, 2])
def test_silence(seconds):
    assert integrated_lufs([np.zeros(int(seconds * RATE_HZ), np.float32)], RATE_HZ) == -inf


def test_short_sounds_have_a_loudness():
    tone_S = np.sin(2 * np.pi * 997 * np.arange(RATE_HZ // 5) / RATE_HZ).astype(np.float32)
    assert integrated_lufs([tone_S], RATE_HZ) == pytest.approx(-3.01, abs=0.2)
