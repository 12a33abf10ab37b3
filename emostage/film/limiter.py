"""A look-ahead limiter that keeps the true peak of a sound under a ceiling: the peak of the wave between the samples.

Source: ITU-R BS.1770-4, Annex 2 (true peak by fourfold oversampling). The gain is the least that each neighbourhood allows,
averaged over the same reach (twice over half of it): smooth, and never above what a peak allows. Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from emostage.core.tracks import F32

OVERSAMPLING = 4
REACH_S = 0.02
"""How long before a peak the gain begins to fall, and after it to rise."""
MARGIN_DB = 0.3
"""Aimed below the ceiling, for the peaks that the moving gain itself may raise between samples."""
BLOCK_S = 10.0
SETTLING = 16
"""Samples that the interpolation filter reaches to each side, rounded up."""
OVERSHOOT = 3.0
"""Upper bound of true peak over sample peak: the sum of magnitudes of the interpolation filter, rounded up."""


def true_peak(samples_S: F32) -> float:
    """The largest magnitude of the oversampled wave (1 is full scale)."""
    return max((float(_peaks(block_S).max()) for block_S, _ in _windows(samples_S, 48_000, SETTLING)), default=0.0)


def limited(samples_S: F32, rate_hz: int, gain: float, ceiling: float) -> Iterator[F32]:
    """The sound times `gain` in blocks, its true peak at most `ceiling` (1 is full scale).

    A block may be written over its place in `samples_S` as soon as it is given.
    """
    reach = round(REACH_S * rate_hz)
    aim = ceiling * 10 ** (-MARGIN_DB / 20)
    for window_S, inner in _windows(samples_S, round(BLOCK_S * rate_hz), 2 * reach + SETTLING):
        loud_S = window_S * np.float32(gain)
        if np.abs(loud_S).max() * OVERSHOOT > aim:
            loud_S *= _gains(_peaks(loud_S), aim, reach)
        yield loud_S[inner]


def _windows(samples_S: F32, length: int, halo: int) -> Iterator[tuple[F32, slice]]:
    """Copies of consecutive stretches with `halo` samples around them (fewer at the ends), and where each stretch lies in its copy.

    The next copy is taken before a window is given.
    """
    ready = None
    for begin in range(0, len(samples_S), length):
        first, end = max(0, begin - halo), min(begin + length, len(samples_S))
        following = samples_S[first : end + halo].copy(), slice(begin - first, end - first)
        if ready is not None:
            yield ready
        ready = following
    if ready is not None:
        yield ready


def _peaks(samples_S: F32) -> F32:
    """The largest magnitude of the wave near each sample."""
    from scipy.signal import resample_poly

    fine_S = np.abs(resample_poly(samples_S, OVERSAMPLING, 1)).reshape(-1, OVERSAMPLING)
    peaks_S: F32 = np.maximum(fine_S.max(1), np.abs(samples_S)).astype(np.float32)
    return peaks_S


def _gains(peaks_S: F32, aim: float, reach: int) -> F32:
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    allowed_S = np.minimum(1.0, aim / np.maximum(peaks_S, 1e-9))
    gains_S: F32 = minimum_filter1d(allowed_S, 2 * reach + 1, mode="nearest")
    for _ in range(2):
        gains_S = uniform_filter1d(gains_S, reach | 1, mode="nearest")
    return gains_S
