"""How a voice sounds."""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import AudioFeatures
from emostage.motion.tone import MOVING, SUMS, TRAITS, tone
from emostage.nets.emotivetalk.vaid import VaidConfig

AT_T = (np.arange(100) + 0.5) / 25
NEAR_PITCH, NEAR_TILT, OCTAVE = TRAITS.index("pitch"), TRAITS.index("tilt"), SUMS - 1
SPREAD = len(TRAITS)


def voice(pitch_F: np.ndarray, *, gain: float = 0.0, tilt: float = 0.0) -> AudioFeatures:
    """A steady vowel of 4 s whose second half may be another."""
    count = len(pitch_F)
    mel_FM = np.full((count, 40), -6.0) + gain
    mel_FM[count // 2 :, 20:] += tilt
    loudness_F = np.full(count, -20.0 + 4.34 * gain)
    return AudioFeatures(
        mel_FM=mel_FM.astype(np.float32), loudness_F=loudness_F.astype(np.float32), pitch_F=pitch_F.astype(np.float32)
    )


STEADY = np.full(400, 160.0)


def test_a_net_is_made_for_as_many_sums() -> None:
    assert tone(voice(STEADY), AT_T).shape == (100, SUMS)
    assert VaidConfig().tone == SUMS


def test_the_gain_of_a_recording_tells_nothing() -> None:
    assert np.allclose(tone(voice(STEADY), AT_T), tone(voice(STEADY, gain=-2.0), AT_T), atol=1e-4)


def test_pitch_is_told_against_the_speaker_s_own() -> None:
    risen_F = np.where(np.arange(400) < 240, 100.0, 150.0)
    low, high = tone(voice(risen_F), AT_T), tone(voice(2.0 * risen_F), AT_T)
    assert np.allclose(np.delete(low, OCTAVE, 1), np.delete(high, OCTAVE, 1), atol=1e-4)
    assert np.allclose(high[:, OCTAVE] - low[:, OCTAVE], 1.0)
    assert low[80, NEAR_PITCH] - low[20, NEAR_PITCH] > 0.4


def test_a_brighter_half_is_heard_where_it_is() -> None:
    sums_TS = tone(voice(STEADY, tilt=2.0), AT_T)
    assert sums_TS[85, NEAR_TILT] > 0.2 > -0.2 > sums_TS[15, NEAR_TILT]


def test_trembling_is_heard() -> None:
    shaken_F = 160.0 * 2.0 ** (np.sin(2.0 * np.pi * 6.0 * np.arange(400) / 100) / 12)
    at = TRAITS.index("tremor")
    whole = SPREAD + len(MOVING) + 2 + at
    assert tone(voice(shaken_F), AT_T)[50, whole] > tone(voice(STEADY), AT_T)[50, whole] + 0.3


def test_silence_and_whispers_are_numbers() -> None:
    assert not tone(None, AT_T).any()
    assert np.isfinite(tone(voice(np.zeros(400)), AT_T)).all()
    assert np.isfinite(tone(voice(STEADY[:3]), AT_T)).all()
