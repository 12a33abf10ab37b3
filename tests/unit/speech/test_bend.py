from __future__ import annotations

import numpy as np
import pytest

from emostage.speech.bend import bent
from emostage.speech.features import spectra
from emostage.speech.phrases import phrases_of
from emostage.speech.pitch import track
from emostage.speech.synthesis import SpeechRequest, speak


@pytest.fixture(scope="module")
def voice() -> tuple[np.ndarray, int]:
    text = "The rain has gone and we are all alone again in winter"
    take = speak(SpeechRequest(phrases=phrases_of(text, text.split()), voice="espeak/en-us+f2"))
    return take.audio.samples_S, take.audio.rate_hz


def semitones(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    pitch_F = track(samples, rate_hz)
    return 12 * np.log2(pitch_F[pitch_F > 0])


@pytest.mark.parametrize("asked", [-4.0, -2.0, 2.0, 4.0])
def test_pitch_moves_and_length_stays(voice: tuple[np.ndarray, int], asked: float) -> None:
    samples, rate_hz = voice
    out = bent(samples, rate_hz, asked, 1.0)
    assert len(out) == len(samples)
    assert np.median(semitones(out, rate_hz)) - np.median(semitones(samples, rate_hz)) == pytest.approx(asked, abs=0.35)


@pytest.mark.parametrize("factor", [0.5, 1.6])
def test_range_is_scaled_about_the_mean(voice: tuple[np.ndarray, int], factor: float) -> None:
    samples, rate_hz = voice
    before, after = semitones(samples, rate_hz), semitones(bent(samples, rate_hz, 0.0, factor), rate_hz)
    assert after.std() / before.std() == pytest.approx(factor, rel=0.15)
    assert after.mean() == pytest.approx(before.mean(), abs=0.4)


def test_formants_stay_where_resampling_would_move_them(voice: tuple[np.ndarray, int]) -> None:
    samples, rate_hz = voice

    def envelope(sound: np.ndarray) -> np.ndarray:
        mel_FM, loudness_F = spectra(sound.astype(np.float32), rate_hz)
        smooth = mel_FM[loudness_F > -35][:, 8:].mean(0)
        return smooth - smooth.mean()

    own = envelope(samples)
    by_bending = np.abs(envelope(bent(samples, rate_hz, 4.0, 1.0)) - own).mean()
    squeezed = np.interp(np.arange(0, len(samples), 2 ** (4 / 12)), np.arange(len(samples)), samples)
    assert by_bending < 0.5 * np.abs(envelope(squeezed) - own).mean()


def test_nothing_to_do_changes_nothing(voice: tuple[np.ndarray, int]) -> None:
    samples, rate_hz = voice
    assert bent(samples, rate_hz, 0.0, 1.0) is samples
    noise = (0.1 * np.random.default_rng(0).standard_normal(5000)).astype(np.float32)
    assert bent(noise, rate_hz, 3.0, 1.0) is noise
    assert len(bent(np.zeros(0, np.float32), rate_hz, 3.0, 1.0)) == 0
