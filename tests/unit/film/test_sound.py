from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyloudnorm import Meter

from emostage.core.timeline import Sound
from emostage.core.tracks import AudioClip
from emostage.film.limiter import true_peak
from emostage.film.sound import mix, resample


def voice(seconds, rate_hz, level=0.1):
    time_S = np.arange(int(seconds * rate_hz)) / rate_hz
    tones_S = sum(np.sin(2 * np.pi * 120 * k * time_S + k) / k for k in range(1, 20))
    return AudioClip(samples_S=(level * tones_S * np.clip(np.sin(7 * time_S), 0, 1) ** 2).astype(np.float32), rate_hz=rate_hz)


@pytest.mark.parametrize("rate_hz", [8000, 16_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("target", [-23.0, -16.0])
def test_loudness_and_true_peak(rate_hz, target):
    film = mix([Sound(audio=voice(3, rate_hz), start_s=0.5)], 200_000, target)
    assert film.rate_hz == 48_000
    assert film.samples_S.dtype == np.float32
    assert Meter(48_000).integrated_loudness(film.samples_S) == pytest.approx(target, abs=0.5)
    assert 20 * np.log10(true_peak(film.samples_S)) <= -1.0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 90_000), st.sampled_from([16_000, 22_050, 24_000, 44_100, 48_000]))
def test_sounds_start_at_their_sample(start, rate_hz):
    tone_S = np.sin(2 * np.pi * 500 * np.arange(rate_hz // 5) / rate_hz).astype(np.float32)
    film = mix([Sound(audio=AudioClip(samples_S=tone_S, rate_hz=rate_hz), start_s=start / 48_000)], 100_000, -20)
    wanted_S = np.zeros(110_000)
    wanted_S[start : start + 9600] = np.sin(2 * np.pi * 500 * np.arange(9600) / 48_000)
    lags = [np.dot(film.samples_S[10:-10], np.roll(wanted_S, lag)[10:99_990]) for lag in range(-10, 11)]
    assert np.argmax(lags) == 10 or start > 99_500
    assert not film.samples_S[: max(start - 12, 0)].any()


def test_gains_add_up():
    sounds = [Sound(audio=voice(1, 48_000), start_s=0, gain_db=g) for g in (-6.0206, -6.0206)]
    one = mix([Sound(audio=voice(1, 48_000), start_s=0)], 48_000, -30)
    np.testing.assert_allclose(mix(sounds, 48_000, -30).samples_S, one.samples_S, atol=1e-4)
    louder = mix(
        [Sound(audio=voice(1, 48_000), start_s=0), Sound(audio=voice(1, 48_000), start_s=2, gain_db=-20)], 144_000, -30
    ).samples_S
    assert np.abs(louder[96_000:]).max() == pytest.approx(0.1 * np.abs(louder[:48_000]).max(), rel=0.02)


def test_edges_are_faded():
    steady = AudioClip(samples_S=np.ones(48_000, np.float32), rate_hz=48_000)
    film_S = mix([Sound(audio=steady, start_s=0.5)], 96_000, -20).samples_S
    assert np.abs(np.diff(film_S)).max() < 0.02 * film_S.max()
    cut_S = mix([Sound(audio=steady, start_s=-0.5), Sound(audio=steady, start_s=1.5)], 96_000, -20).samples_S
    assert abs(cut_S[0]) < 0.001 * cut_S.max()
    assert abs(cut_S[-1]) < 0.001 * cut_S.max()


@pytest.mark.parametrize("sounds", [[], [Sound(audio=AudioClip(samples_S=np.zeros(999, np.float32), rate_hz=16_000), start_s=0.1)]])
def test_silence_stays_silent(sounds):
    film = mix(sounds, 12_345, -16)
    assert len(film.samples_S) == 12_345
    assert not film.samples_S.any()


@pytest.mark.parametrize("samples", [0, 1, 5, 479, 4800])
@pytest.mark.parametrize("length", [0, 1, 2, 100])
def test_tiny_films_and_sounds(samples, length):
    sound = Sound(audio=AudioClip(samples_S=np.full(length, 0.3, np.float32), rate_hz=22_050), start_s=0)
    film_S = mix([sound], samples, -16).samples_S
    assert len(film_S) == samples
    assert np.isfinite(film_S).all()
    assert np.abs(film_S).max(initial=0) < 0.9


def test_what_is_no_number_is_silence():
    samples_S = voice(1, 48_000).samples_S.copy()
    samples_S[100:200], samples_S[300], samples_S[400] = np.nan, np.inf, -np.inf
    film_S = mix([Sound(audio=AudioClip(samples_S=samples_S, rate_hz=48_000), start_s=0)], 48_000, -16).samples_S
    assert np.isfinite(film_S).all()
    assert film_S.any()


def test_noise_is_not_raised_without_end():
    hiss = AudioClip(samples_S=np.random.Generator(np.random.PCG64(0)).normal(0, 3e-4, 96_000).astype(np.float32), rate_hz=48_000)
    assert np.abs(mix([Sound(audio=hiss, start_s=0)], 96_000, -5).samples_S).max() < 0.3


def test_impossible_rate():
    with pytest.raises(ValueError, match="samples per second"):
        resample(AudioClip(samples_S=np.zeros(3, np.float32), rate_hz=0))
