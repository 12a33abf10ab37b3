"""How alike two curves are when one may come late, and what that likeness is worth. T frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64

MOST_LAG = 4
"""Frames by which a curve may come earlier or later."""
SLOW_HZ = 0.5
"""Slower than this are posture, feeling and silence, which no phone explains."""
_LEAST_FRAMES = 8
_NO_CHANGE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """`r`, the correlation at the best `lag` (frames by which the curve comes after the real one), and `r_at_0`, without a lag."""

    r: float
    lag: int
    r_at_0: float


def likeness(curve_T: F64, real_T: F64, most: int = MOST_LAG) -> Likeness:
    """Compare two curves of one length within +-`most` frames.

    Frames that are NaN in either are left out; NaN when they are few or one curve never changes.
    """
    found = {lag: at_lag(curve_T, real_T, lag) for lag in range(-most, most + 1)}
    known = {lag: r for lag, r in found.items() if np.isfinite(r)}
    if not known:
        return Likeness(r=float("nan"), lag=0, r_at_0=float("nan"))
    best = max(known, key=lambda lag: (known[lag], -abs(lag)))
    return Likeness(r=known[best], lag=best, r_at_0=found[0])


def at_lag(curve_T: F64, real_T: F64, lag: int) -> float:
    """Pearson's correlation of `curve_T[t + lag]` with `real_T[t]`, where both are known."""
    late_T, early_T = (curve_T[lag:], real_T[: len(real_T) - lag]) if lag >= 0 else (curve_T[:lag], real_T[-lag:])
    return correlation(late_T, early_T)


def correlation(one_T: F64, other_T: F64) -> float:
    """Pearson's correlation over the frames that are known in both; NaN when they are few or one never changes."""
    both_T = np.isfinite(one_T) & np.isfinite(other_T)
    if both_T.sum() < _LEAST_FRAMES or min(np.ptp(one_T[both_T]), np.ptp(other_T[both_T])) < _NO_CHANGE:
        return float("nan")
    return float(np.corrcoef(one_T[both_T], other_T[both_T])[0, 1])


def half_turn(curve_T: F64) -> F64:
    """The curve begun in its middle: as lively as itself, and no longer in step with anything."""
    return np.roll(curve_T, len(curve_T) // 2)


def quick_part(curve_T: F64, fps: float) -> F64:
    """The curve without what is slower than `SLOW_HZ` (Butterworth, second order, forwards and backwards); gaps stay gaps."""
    from scipy.signal import butter, sosfiltfilt

    known_T = np.isfinite(curve_T)
    if known_T.sum() < _LEAST_FRAMES:
        return np.full(len(curve_T), np.nan)
    frames_T = np.arange(len(curve_T))
    filled_T = np.interp(frames_T, frames_T[known_T], curve_T[known_T])
    sections = butter(2, SLOW_HZ, "highpass", fs=fps, output="sos")
    quick_T: F64 = sosfiltfilt(sections, filled_T, padlen=min(len(filled_T) - 1, round(fps)))
    quick_T[~known_T] = np.nan
    return quick_T


def amplitude(curve_T: F64, real_T: F64) -> float:
    """Ratio of the standard deviations of a curve and the real one; NaN when the real one never changes or either is not seen."""
    known = [each_T[np.isfinite(each_T)] for each_T in (curve_T, real_T)]
    if not all(map(len, known)) or np.ptp(known[1]) < _NO_CHANGE:
        return float("nan")
    return float(known[0].std() / known[1].std())
