from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.tracks import AudioClip
from emostage.speech.features import MEL_BANDS, extract, mel_bank


def clip(samples: np.ndarray, rate_hz: int) -> AudioClip:
    return AudioClip(samples_S=samples.astype(np.float32), rate_hz=rate_hz)


def sine(hertz: float, rate_hz: int, seconds: float = 1.0, level: float = 1.0) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate_hz)) / rate_hz)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.sampled_from([8_000, 16_000, 22_050, 24_000, 48_000]))
def test_all_features_have_the_same_number_of_frames(samples: int, rate_hz: int) -> None:
    features = extract(clip(np.ones(samples), rate_hz))
    frames = -(-samples * 100 // rate_hz)
    assert features.mel_FM.shape == (frames, MEL_BANDS)
    assert features.loudness_F.shape == features.pitch_F.shape == (frames,)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 44_100, 48_000])
def test_a_full_scale_sine_is_zero_in_its_band_at_any_rate(rate_hz: int) -> None:
    features = extract(clip(sine(1000, rate_hz), rate_hz))
    middle_FM = features.mel_FM[10:-10]
    assert middle_FM.max(1) == pytest.approx(0, abs=0.5)
    assert features.loudness_F[10:-10] == pytest.approx(-3.01, abs=0.1)


def test_rates_agree() -> None:
    def mel(rate_hz: int) -> np.ndarray:
        return extract(clip(sine(440, rate_hz) * 0.3 + sine(2000, rate_hz) * 0.1, rate_hz)).mel_FM[20]

    loud = mel(48_000) > -8
    assert np.abs(mel(22_050)[loud] - mel(48_000)[loud]).max() < 0.35


def test_frames_are_centred_where_they_say() -> None:
    rate_hz = 22_050
    sound = np.zeros(rate_hz)
    at = int(0.405 * rate_hz)
    sound[at - 3 : at + 3] = 1.0
    loudness_F = extract(clip(sound, rate_hz)).loudness_F
    assert int(loudness_F.argmax()) in (39, 40, 41)
    heard = np.flatnonzero(loudness_F > -79)
    assert (heard.min() + heard.max()) / 2 == pytest.approx(40, abs=0.5)


def test_silence_is_at_the_floor() -> None:
    features = extract(clip(np.zeros(2400), 24_000))
    assert (features.loudness_F == -80).all()
    assert features.mel_FM == pytest.approx(np.log(1e-10), abs=1e-3)
    assert not features.pitch_F.any()


def test_bands_are_on_the_mel_scale() -> None:
    bank_BM = mel_bank(24_000, 1024)
    assert (bank_BM >= 0).all()
    assert (np.diff(bank_BM.argmax(0)) > 0).all()


def test_long_sounds_are_the_same_block_by_block() -> None:
    rate_hz = 16_000
    sound = np.tile(sine(200, rate_hz, 1.0, 0.3), 25)
    whole = extract(clip(sound, rate_hz))
    assert np.allclose(whole.mel_FM[100:200], whole.mel_FM[2300:2400], atol=1e-3)
