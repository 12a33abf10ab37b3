"""Loudness of a sound as people hear it, in one pass and flat memory.

Source: ITU-R BS.1770-4, Annex 1: K-weighting (filters from pyloudnorm), mean square over 400 ms blocks that overlap by 75 %,
an absolute gate at -70 LUFS and a relative gate 10 LU below. Letters: S samples, B blocks, Q quarters of blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf, log10

import numpy as np

from emostage.core.tracks import F32, F64

QUARTER_S = 0.1
"""The hop of the measuring blocks; four make a block."""
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
_OFFSET_LUFS = -0.691


def pieces(samples_S: F32, length: int) -> Iterator[F32]:
    """The sound in views of at most `length` samples."""
    return (samples_S[begin : begin + length] for begin in range(0, len(samples_S), length))


def integrated_lufs(parts: Iterable[F32], rate_hz: int) -> float:
    """Integrated loudness in LUFS of a mono sound given in parts; -inf for silence.

    A sound shorter than a block (400 ms) is measured as a single block of its own length.
    """
    energy_Q, rest_S = _quarters(parts, rate_hz)
    if len(energy_Q) >= 4:
        energy_B = np.convolve(energy_Q, np.full(4, 0.25), "valid")
    else:
        length = round(QUARTER_S * rate_hz)
        energy_B = (energy_Q.sum() * length + rest_S.sum(keepdims=True)) / max(len(energy_Q) * length + len(rest_S), 1)
    loud_B = energy_B[energy_B > _energy(ABSOLUTE_GATE_LUFS)]
    if not len(loud_B):
        return -inf
    gate = loud_B.mean() * 10 ** (RELATIVE_GATE_LU / 10)
    return _OFFSET_LUFS + 10 * log10(float(loud_B[loud_B > gate].mean()))


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LUFS) / 10))


def _quarters(parts: Iterable[F32], rate_hz: int) -> tuple[F64, F64]:
    """Mean square of each whole quarter of the weighted sound, and the squares that are left at the end."""
    length = round(QUARTER_S * rate_hz)
    means, left_S = [], np.zeros(0)
    for part_S in _weighted(parts, rate_hz):
        squares_S = np.concatenate([left_S, part_S**2])
        whole = len(squares_S) // length * length
        means.append(squares_S[:whole].reshape(-1, length).mean(1))
        left_S = squares_S[whole:]
    return np.concatenate([np.zeros(0), *means]), left_S


def _weighted(parts: Iterable[F32], rate_hz: int) -> Iterator[F64]:
    """The parts, K-weighted: a high shelf for the head, then a high pass."""
    from pyloudnorm import IIRfilter
    from scipy.signal import lfilter

    stages = (IIRfilter(4.0, 1 / np.sqrt(2), 1500.0, rate_hz, "high_shelf"), IIRfilter(0.0, 0.5, 38.0, rate_hz, "high_pass"))
    states = [np.zeros(2), np.zeros(2)]
    for part_S in parts:
        out_S = part_S.astype(np.float64)
        for i, stage in enumerate(stages):
            out_S, states[i] = lfilter(stage.b, stage.a, out_S, zi=states[i])
            out_S = out_S * stage.passband_gain
        yield out_S
