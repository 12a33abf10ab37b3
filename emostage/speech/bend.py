"""Pitch bending for voices that cannot do it themselves: TD-PSOLA, which keeps durations and formants.

S samples, F frames, M marks. E. Moulines, F. Charpentier, Pitch-synchronous waveform processing techniques, Speech Communication
9 (1990).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64
from emostage.speech.pitch import FRAME_RATE_HZ, track

_UNVOICED_S = 0.005
_RATIO_LIMITS = (0.5, 2.0)
_SEARCH = 0.25


def bent(samples_S: F32, rate_hz: int, pitch_st: float, pitch_range: float) -> F32:
    """The sound with F0 moved by `pitch_st` semitones and its swing about its mean multiplied by `pitch_range`; same length.

    Changes too small to hear (under 0.05 semitones and 2 % of range) and sounds without voice return as they are.
    """
    if abs(pitch_st) < 0.05 and abs(pitch_range - 1) < 0.02:
        return samples_S
    pitch_F = track(samples_S, rate_hz)
    voiced_F = pitch_F > 0
    if voiced_F.sum() < 3:
        return samples_S
    mean_hz = float(np.exp(np.log(pitch_F[voiced_F]).mean()))
    octaves_F = np.full(len(pitch_F), pitch_st / 12)
    octaves_F[voiced_F] += (pitch_range - 1) * np.log2(pitch_F[voiced_F] / mean_hz)
    return moved(samples_S, rate_hz, pitch_F, octaves_F)


def moved(samples_S: F32, rate_hz: int, pitch_F: F32, octaves_F: F64) -> F32:
    """The sound with its F0, `pitch_F` as of `pitch.track`, moved by so many octaves where it is voiced; same length."""
    ratio_F = np.where(pitch_F > 0, np.clip(2.0**octaves_F, *_RATIO_LIMITS), 1.0)
    marks_M, periods_M = _marks(samples_S, rate_hz, pitch_F)
    return _overlap_added(samples_S, rate_hz, marks_M, periods_M, ratio_F)


def _marks(samples_S: F32, rate_hz: int, pitch_F: F32) -> tuple[NDArray[np.intp], F64]:
    """Places about one period apart, on the strongest peaks of voiced sound and evenly elsewhere, and the period at each."""
    polarity = 1.0 if samples_S.max() >= -samples_S.min() else -1.0
    marks: list[int] = []
    periods: list[float] = []
    at = 0.0
    while at < len(samples_S):
        hertz = float(pitch_F[min(int(at / rate_hz * FRAME_RATE_HZ), len(pitch_F) - 1)])
        period = rate_hz / hertz if hertz > 0 else _UNVOICED_S * rate_hz
        if hertz > 0:
            reach = max(int(_SEARCH * period), 1)
            low = max(int(at) - reach, marks[-1] + 1 if marks else 0)
            window_S = polarity * samples_S[low : int(at) + reach + 1]
            at = float(low + int(window_S.argmax())) if len(window_S) else at
        marks.append(int(at))
        periods.append(period)
        at = max(at + period, marks[-1] + 1.0)
    return np.array(marks), np.array(periods)


def _overlap_added(samples_S: F32, rate_hz: int, marks_M: NDArray[np.intp], periods_M: F64, ratio_F: F64) -> F32:
    """Grains of two periods around the marks, set anew at the wanted distances."""
    margin = int(periods_M.max()) + 2
    source_S = np.pad(samples_S.astype(np.float64), margin)
    out_S = np.zeros(len(source_S) + margin)
    middles_M = (marks_M[1:] + marks_M[:-1]) / 2
    at = float(marks_M[0])
    while at < len(samples_S):
        index = int(np.searchsorted(middles_M, at))
        period = max(int(periods_M[index]), 2)
        ratio = float(ratio_F[min(int(at / rate_hz * FRAME_RATE_HZ), len(ratio_F) - 1)])
        grain_S = source_S[margin + marks_M[index] - period : margin + marks_M[index] + period]
        window_S = 0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * period) + 0.5) / period)
        start = margin + round(at) - period
        out_S[start : start + 2 * period] += grain_S * window_S / np.sqrt(ratio)
        at += periods_M[index] / ratio
    return out_S[margin : margin + len(samples_S)].astype(np.float32)
