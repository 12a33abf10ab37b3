"""Fundamental frequency of speech, 100 times a second. S samples, F frames, L lags, C candidates.

The difference function and its cumulative-mean normalisation are eqs. 6 and 8 of A. de Cheveigné, H. Kawahara, YIN, JASA 111
(2002); the path through several candidates per frame, with costs for octave jumps and for turning voice on and off, follows P.
Boersma, IFA Proceedings 17 (1993).
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64

FRAME_RATE_HZ = 100
_RATE_HZ = 8000
_LOW_HZ, _HIGH_HZ = 60.0, 600.0
_WINDOW = 240
_CHUNK = 2048
_CANDIDATES = 4
_UNVOICED = 0.42
_JUMP, _TURN = 0.7, 0.12
_LONG_LAG = 0.04
_GATE_DB = 45.0
_SHORTEST = 3


def frame_count(samples: int, rate_hz: int) -> int:
    """Frames that cover so many samples; frame f is centred at (f + 0.5) / 100 s."""
    return -(-samples * FRAME_RATE_HZ // rate_hz)


def track(samples_S: F32, rate_hz: int) -> F32:
    """F0 in Hz for every frame (60-600 Hz), 0 where unvoiced or silent."""
    frames = frame_count(len(samples_S), rate_hz)
    if not frames:
        return np.zeros(0, np.float32)
    low_S = _resampled(samples_S, rate_hz)
    parts = [_candidates(low_S, first, min(first + _CHUNK, frames)) for first in range(0, frames, _CHUNK)]
    hertz_FC, cost_FC, level_F = (np.concatenate(column) for column in zip(*parts, strict=True))
    quiet_F = level_F < max(float(level_F.max()) * 10 ** (-_GATE_DB / 20), 1e-4)
    cost_FC[quiet_F] = np.inf
    return _without_islands(_best_path(hertz_FC, cost_FC))


def _without_islands(pitch_F: F32) -> F32:
    """Voiced stretches of less than 30 ms are taken for noise."""
    voiced_F = np.concatenate(([False], pitch_F > 0, [False]))
    edges = np.flatnonzero(np.diff(voiced_F.astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if end - start < _SHORTEST:
            pitch_F[start:end] = 0.0
    return pitch_F


def _resampled(samples_S: F32, rate_hz: int) -> F32:
    from scipy.signal import resample_poly

    if rate_hz == _RATE_HZ:
        return samples_S
    common = gcd(rate_hz, _RATE_HZ)
    low_S: F32 = resample_poly(samples_S, _RATE_HZ // common, rate_hz // common).astype(np.float32)
    return low_S


def _candidates(low_S: F32, first: int, last: int) -> tuple[F64, F64, F64]:
    """Frequencies (F, C) and costs of the best lags of frames `first` to `last`, and their RMS (F,)."""
    longest = int(_RATE_HZ / _LOW_HZ) + 2
    span = _WINDOW + longest
    centres_F = ((np.arange(first, last) + 0.5) * _RATE_HZ / FRAME_RATE_HZ).astype(np.intp)
    begin = int(centres_F[0]) - span // 2
    stop = int(centres_F[-1]) - span // 2 + span
    local_S = np.zeros(stop - begin)
    piece_S = low_S[max(begin, 0) : max(stop, 0)]
    local_S[max(-begin, 0) : max(-begin, 0) + len(piece_S)] = piece_S
    x_FS = np.lib.stride_tricks.sliding_window_view(local_S, span)[centres_F - centres_F[0]]
    x_FS = x_FS - x_FS.mean(1, keepdims=True)
    dprime_FL = _normalised_difference(x_FS, longest)
    shortest = int(_RATE_HZ / _HIGH_HZ)
    inner_FL = dprime_FL[:, shortest:-1]
    minimum_FL = (inner_FL <= dprime_FL[:, shortest - 1 : -2]) & (inner_FL < dprime_FL[:, shortest + 1 :])
    lags_L = np.arange(shortest, longest - 1)
    cost_FL = np.where(minimum_FL, inner_FL + _LONG_LAG * np.log2(lags_L / shortest), np.inf)
    pick_FC = np.argpartition(cost_FL, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    rows_F1 = np.arange(len(x_FS))[:, None]
    lag_FC = lags_L[pick_FC]
    before, at, after = (dprime_FL[rows_F1, lag_FC + step] for step in (-1, 0, 1))
    bend = before - 2 * at + after
    shift = np.where(np.abs(bend) > 1e-12, 0.5 * (before - after) / np.where(np.abs(bend) > 1e-12, bend, 1.0), 0.0)
    return _RATE_HZ / (lag_FC + np.clip(shift, -0.5, 0.5)), cost_FL[rows_F1, pick_FC], np.sqrt((x_FS**2).mean(1))


def _normalised_difference(x_FS: F64, longest: int) -> F64:
    """d'(lag) of YIN for lags 0 to `longest` - 1."""
    size = 1 << int(np.ceil(np.log2(x_FS.shape[1] + _WINDOW)))
    spectrum = np.fft.rfft(x_FS, size)
    cross_FL = np.fft.irfft(spectrum * np.conj(np.fft.rfft(x_FS[:, :_WINDOW], size)), size)[:, :longest]
    energy_FS = np.cumsum(np.pad(x_FS**2, ((0, 0), (1, 0))), axis=1)
    power_FL = energy_FS[:, _WINDOW : _WINDOW + longest] - energy_FS[:, :longest]
    difference_FL = np.maximum(power_FL[:, :1] + power_FL - 2 * cross_FL, 0.0)
    running_FL = np.cumsum(difference_FL[:, 1:], axis=1)
    normalised_FL: F64 = np.ones_like(difference_FL)
    normalised_FL[:, 1:] = difference_FL[:, 1:] * np.arange(1, longest) / np.maximum(running_FL, 1e-12)
    return normalised_FL


def _best_path(hertz_FC: F64, cost_FC: F64) -> F32:
    """The cheapest path through the candidates and silence (the last state)."""
    frames, count = hertz_FC.shape
    local_FC = np.concatenate((cost_FC, np.full((frames, 1), _UNVOICED)), axis=1)
    octave_FC = np.log2(hertz_FC)
    move_CC = np.full((count + 1, count + 1), _TURN)
    move_CC[-1, -1] = 0.0
    back_FC = np.zeros((frames, count + 1), np.intp)
    total_C = local_FC[0]
    states_C = np.arange(count + 1)
    for frame in range(1, frames):
        move_CC[:-1, :-1] = np.minimum(_JUMP * np.abs(octave_FC[frame - 1][:, None] - octave_FC[frame]), _JUMP)
        sum_CC = total_C[:, None] + move_CC
        back_FC[frame] = sum_CC.argmin(0)
        total_C = sum_CC[back_FC[frame], states_C] + local_FC[frame]
    path_F: NDArray[np.intp] = np.empty(frames, np.intp)
    path_F[-1] = total_C.argmin()
    for frame in range(frames - 1, 0, -1):
        path_F[frame - 1] = back_FC[frame, path_F[frame]]
    with_silence_FC = np.concatenate((hertz_FC, np.zeros((frames, 1))), axis=1)
    pitch_F: F32 = with_silence_FC[np.arange(frames), path_F].astype(np.float32)
    return pitch_F
