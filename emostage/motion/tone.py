"""How a voice sounds, not what it says: level, melody, colour and unrest around each moment and of the whole recording.

What tells feelings in voices (P. N. Juslin, P. Laukka, Psychological Bulletin 129 (2003)); close in spirit to F. Eyben et al., The
Geneva Minimalistic Acoustic Parameter Set, IEEE Transactions on Affective Computing 7 (2016). T frames of a clip,
F feature frames of its sound, P traits, S sums.
"""

from __future__ import annotations

import numpy as np

from emostage.core.smoothing import smoothed
from emostage.core.tracks import F32, F64, AudioFeatures

BANDS = 10
"""Bands of four mel bands each that tell the colour of a voice."""

MOVING: tuple[str, ...] = ("level", "attack", "shimmer", "pitch", "glide", "jitter", "tremor", "tilt")
TRAITS: tuple[str, ...] = (*MOVING, *(f"band{number}" for number in range(BANDS)))
"""Level (10 dB from the recording's loud moments), how fast the spectrum grows (nepers a frame), how unsteady the level is (3 dB);
octaves from the median pitch, their change (octaves in 0.1 s), and how far they are from what is smooth over 50 ms (0.04 octaves)
and 250 ms (0.1 octaves); high bands against low ones (3 nepers), and ten bands against their mean (2 nepers)."""

SUMS = 2 * len(TRAITS) + 2 * len(MOVING) + 5
"""Numbers a frame."""

_NEAR_S = 1.6
_SOUNDING_DB, _LOUD = 35.0, 90
_SILENT = 1e-3
_VOICED = 3
"""Traits from this one on are those of voiced sound."""


def tone(features: AudioFeatures | None, at_T: F64) -> F32:
    """The voice (T, S) at seconds of the recording: means of the traits within 0.8 s less those of the whole recording, and their
    spread; the same of the whole; shares of sound and of voice near by and in all, and the pitch (octaves from 160 Hz). Without
    sound, 0."""
    if features is None or len(features.loudness_F) == 0:
        return np.zeros((len(at_T), SUMS), np.float32)
    sounding_F = (features.loudness_F > features.loudness_F.max() - _SOUNDING_DB).astype(np.float64)
    voiced_F = (features.pitch_F > 40.0) * sounding_F
    octave = float(np.log2(np.median(features.pitch_F[voiced_F > 0]) / 160.0)) if voiced_F.any() else 0.0
    traits_FP = _traits(features, sounding_F > 0, voiced_F > 0)
    weights_FP = np.where(np.arange(len(TRAITS)) < _VOICED, sounding_F[:, None], voiced_F[:, None])
    powers = (weights_FP, weights_FP * traits_FP, weights_FP * traits_FP**2)
    share_FP, *_ = sums = [_around(values_FP, round(_NEAR_S * features.rate_hz)) for values_FP in powers]
    near_FP, spread_FP = _moments(*sums)
    whole_P, variety_P = _moments(*(values_FP.mean(0) for values_FP in powers))
    heard_F1 = np.minimum(share_FP[:, :1] / 0.05, 1.0)
    near_FP = (near_FP - whole_P) * heard_F1
    recording = np.concatenate([whole_P, variety_P[: len(MOVING)], weights_FP[:, [0, _VOICED]].mean(0), [octave]])
    rows_T = np.clip(np.round(at_T * features.rate_hz - 0.5).astype(np.intp), 0, len(near_FP) - 1)
    moving_TX = np.concatenate([near_FP, spread_FP[:, : len(MOVING)], share_FP[:, [0, _VOICED]]], 1)[rows_T]
    sums_TS: F32 = np.concatenate([moving_TX, np.tile(recording, (len(at_T), 1))], 1).astype(np.float32)
    return sums_TS


def _around(values_FP: F64, frames: int) -> F64:
    """Weighted means over so many frames around each, with nothing beyond the ends."""
    from scipy.signal import fftconvolve

    window_F = np.hanning(frames + 2)[1:-1]
    around_FP: F64 = fftconvolve(values_FP, window_F[:, None] / window_F.sum(), "same", axes=0)
    return around_FP


def _moments(share: F64, first: F64, second: F64) -> tuple[F64, F64]:
    """Mean and standard deviation of what has sums of weights, values and squares; both fade where nothing sounds."""
    mean = first / (share + _SILENT)
    return mean, np.sqrt(np.maximum(second / (share + _SILENT) - mean**2, 0.0))


def _traits(features: AudioFeatures, sounding_F: F64, voiced_F: F64) -> F64:
    """The traits (F, P) of every feature frame, 0 where they have no meaning."""
    level_F = features.loudness_F.astype(np.float64)
    level_F = (level_F - np.percentile(level_F[sounding_F], _LOUD)) / 10.0
    mel_FM = features.mel_FM.astype(np.float64)
    attack_F = np.maximum(np.diff(mel_FM, axis=0, prepend=mel_FM[:1]), 0.0).mean(1)
    octave_F = np.zeros(len(level_F))
    if voiced_F.any():
        octave_F = np.log2(np.maximum(features.pitch_F, 40.0) / np.median(features.pitch_F[voiced_F]))
        frames_F = np.arange(len(level_F))
        octave_F = np.interp(frames_F, frames_F[voiced_F], np.clip(octave_F[voiced_F], -1.5, 1.5))
    bands_FB = mel_FM.reshape(len(mel_FM), BANDS, -1).mean(2)
    bands_FB = (bands_FB - bands_FB.mean(1, keepdims=True)) / 2.0
    tilt_F = (mel_FM[:, 20:].mean(1) - mel_FM[:, :20].mean(1)) / 3.0
    moving = (
        level_F,
        attack_F,
        np.minimum(np.abs(level_F - _smooth(level_F, 5)) / 0.3, 3.0),
        octave_F,
        np.clip(np.gradient(_smooth(octave_F, 11)) * 10.0, -2.0, 2.0),
        np.minimum(np.abs(octave_F - _smooth(octave_F, 5)) / 0.04, 3.0),
        np.minimum(np.abs(_smooth(octave_F, 3) - _smooth(octave_F, 25)) / 0.1, 3.0),
        tilt_F,
    )
    return np.concatenate([np.stack(moving, 1), bands_FB], 1)


def _smooth(values_F: F64, frames: int) -> F64:
    return smoothed(values_F[:, None], frames)[:, 0]
