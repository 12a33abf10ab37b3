from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.speech.pitch import frame_count, track


def voice(hertz_S: np.ndarray, rate_hz: int) -> np.ndarray:
    """A buzz with falling harmonics."""
    phase = 2 * np.pi * np.cumsum(hertz_S) / rate_hz
    return (0.2 * sum(np.sin(k * phase) / k for k in range(1, 12))).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 24_000, 44_100])
@pytest.mark.parametrize("hertz", [70.0, 110.0, 220.0, 440.0])
def test_steady_tones(hertz: float, rate_hz: int) -> None:
    pitch_F = track(voice(np.full(rate_hz, hertz), rate_hz), rate_hz)
    assert len(pitch_F) == 100
    middle = pitch_F[5:-5]
    assert (middle > 0).all()
    assert np.abs(middle / hertz - 1).max() < 0.01


def test_a_glide_is_followed_with_frames_at_their_centres() -> None:
    rate_hz = 22_050
    hertz_S = np.linspace(120, 320, 2 * rate_hz)
    pitch_F = track(voice(hertz_S, rate_hz), rate_hz)
    wanted_F = np.interp((np.arange(200) + 0.5) / 100, np.arange(2 * rate_hz) / rate_hz, hertz_S)
    assert np.abs(pitch_F[5:-5] / wanted_F[5:-5] - 1).max() < 0.02


def test_noise_and_silence_have_no_pitch(rate_hz: int = 22_050) -> None:
    noise = (0.1 * np.random.default_rng(1).standard_normal(rate_hz)).astype(np.float32)
    assert (track(noise, rate_hz) > 0).mean() < 0.1
    assert not track(np.zeros(rate_hz, np.float32), rate_hz).any()
    assert len(track(np.zeros(0, np.float32), rate_hz)) == 0


def test_a_noisy_voice_is_still_heard() -> None:
    rate_hz = 24_000
    clean = voice(np.full(rate_hz, 180.0), rate_hz)
    noisy = clean + (0.05 * np.random.default_rng(2).standard_normal(rate_hz)).astype(np.float32)
    pitch_F = track(noisy, rate_hz)
    assert np.median(pitch_F[pitch_F > 0]) == pytest.approx(180, rel=0.01)
    assert (pitch_F > 0).mean() > 0.9


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5_000), st.sampled_from([8_000, 22_050, 48_000]))
def test_frames_cover_the_sound(samples: int, rate_hz: int) -> None:
    frames = frame_count(samples, rate_hz)
    assert (frames - 1) / 100 < samples / rate_hz <= frames / 100 + 1e-9
    assert len(track(np.ones(samples, np.float32), rate_hz)) == frames
