"""What nets hear of a clip: its mel spectrum and its prosody at 25 frames a second. T frames at `MODEL_FPS`, M = 40 mel bands.

Four columns of 10 ms make one frame. Levels are relative to the recording's own mean and spread over the frames that sound, so
that microphones and rooms matter less.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from emostage.core.tracks import F32, F64, AudioClip, AudioFeatures, Frozen
from emostage.motion.prosody import relative_loudness

MODEL_FPS = 25
"""Frames a second of every motion net."""

COLUMNS = 4
MELS = 40
LIMIT = 4.0
"""Levels beyond this many standard deviations are clipped."""

PROSODY: tuple[str, ...] = ("loudness", "voiced", "pitch")
"""Relative loudness in [0, 1.3], share of voiced columns, and octaves from the median pitch."""

SOUND_HZ = 16_000
SAMPLES = SOUND_HZ // MODEL_FPS
"""Samples of a frame of plain sound, which encoders from the hub hear in place of the mel spectrum."""

_SOUNDING_DB = 40.0


@dataclass(frozen=True, kw_only=True)
class Heard(Frozen):
    """`mel_TX` (X = 4 * 40: column by column) in [-4, 4]; `prosody_T3` in the order of `PROSODY`."""

    mel_TX: F32
    prosody_T3: F32

    def audio(self) -> F32:
        """Mel columns and prosody side by side (T, 163)."""
        audio_TX: F32 = np.concatenate([self.mel_TX, self.prosody_T3], 1)
        return audio_TX


def hear(features: AudioFeatures | None, offset_s: float, frames: int) -> Heard:
    """The sound of a clip of `frames` frames at `MODEL_FPS` whose sound begins at `offset_s`; without features, silence."""
    if features is None or len(features.loudness_F) == 0:
        silent_TX = np.full((frames, COLUMNS * MELS), -LIMIT, np.float32)
        return Heard(mel_TX=silent_TX, prosody_T3=np.zeros((frames, len(PROSODY)), np.float32))
    level_FM = _relative(features)
    at_N = (np.arange(frames * COLUMNS) + 0.5) * features.rate_hz / (MODEL_FPS * COLUMNS) - offset_s * features.rate_hz - 0.5
    mel_TX = _sampled(level_FM, at_N, -LIMIT).reshape(frames, COLUMNS * MELS)
    return Heard(mel_TX=mel_TX.astype(np.float32), prosody_T3=_prosody(features, offset_s, frames, at_N))


def placed(audio: AudioClip | None, offset_s: float, frames: int) -> F32:
    """The plain sound of a clip (frames, `SAMPLES`) at `SOUND_HZ`, whose own sound begins at `offset_s`."""
    from scipy.signal import resample_poly

    sound_S = np.zeros(frames * SAMPLES, np.float32)
    if audio is not None and len(audio.samples_S):
        ratio = Fraction(SOUND_HZ, audio.rate_hz)
        heard_S = audio.samples_S if ratio == 1 else resample_poly(audio.samples_S, ratio.numerator, ratio.denominator)
        first = round(offset_s * SOUND_HZ)
        heard_S = heard_S[max(0, -first) : len(sound_S) - first]
        sound_S[max(0, first) : max(0, first) + len(heard_S)] = heard_S
    return sound_S.reshape(frames, SAMPLES)


def _relative(features: AudioFeatures) -> F64:
    """Mel levels (F, M) in standard deviations from the mean of the frames that sound."""
    level_FM = features.mel_FM.astype(np.float64)
    sounding_FM = level_FM[features.loudness_F > features.loudness_F.max() - _SOUNDING_DB]
    relative_FM: F64 = np.clip((level_FM - sounding_FM.mean(0)) / np.maximum(sounding_FM.std(0), 0.3), -LIMIT, LIMIT)
    return relative_FM


def _sampled(values_FM: F64, at_N: F64, outside: float) -> F64:
    """Rows of `values_FM` at fractional row numbers, `outside` beyond both ends."""
    padded_FM = np.pad(values_FM, ((1, 1), (0, 0)), constant_values=outside)
    at_N = np.clip(at_N + 1.0, 0.0, len(padded_FM) - 1.0)
    below_N = np.minimum(at_N.astype(np.intp), len(padded_FM) - 2)
    share_N1 = (at_N - below_N)[:, None]
    sampled_NM: F64 = padded_FM[below_N] * (1.0 - share_N1) + padded_FM[below_N + 1] * share_N1
    return sampled_NM


def _prosody(features: AudioFeatures, offset_s: float, frames: int, at_N: F64) -> F32:
    voiced_F = features.pitch_F > 40.0
    octave_F = np.zeros(len(features.pitch_F))
    if voiced_F.any():
        octave_F[voiced_F] = np.log2(features.pitch_F[voiced_F] / np.median(features.pitch_F[voiced_F]))
    octave_F = np.clip(octave_F, -1.5, 1.5)
    sampled_N2 = _sampled(np.stack([voiced_F.astype(np.float64), octave_F], 1), at_N, 0.0)
    pitch_T2 = sampled_N2.reshape(frames, COLUMNS, 2).mean(1)
    loudness_N = relative_loudness(features, offset_s, ceil(frames * 100 / MODEL_FPS) / 100)
    centres_T = (np.arange(frames) + 0.5) / MODEL_FPS
    loudness_T = np.interp(centres_T, np.arange(len(loudness_N)) / 100, loudness_N)
    prosody_T3: F32 = np.concatenate([loudness_T[:, None], pitch_T2], 1).astype(np.float32)
    return prosody_T3


def edges(frames: int) -> F32:
    """How far each frame (T, 2) of a clip is from its start and from its end, in seconds up to 1."""
    moment_T = (np.arange(frames) + 0.5) / MODEL_FPS
    edges_T2: F32 = np.minimum(np.stack([moment_T, moment_T[::-1]], 1), 1.0).astype(np.float32)
    return edges_T2
