"""Building blocks of motion curves: bumps, seeded noise, rest at both ends. T frame times in seconds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emostage.core.keyframes import smoothstep
from emostage.core.smoothing import smoothed
from emostage.core.tracks import F64


def add_bump(curve_T: F64, times_T: F64, centre_s: float, height: float, flanks_s: tuple[float, float]) -> None:
    """Adds `height` at `centre_s` to a curve in place, with Gaussian flanks of 1/e half-widths `flanks_s` (rise, fall).

    The flanks end after 2.6 half-widths (0.1 %), so the cost does not grow with the curve.
    """
    rise_s, fall_s = flanks_s
    first, last = np.searchsorted(times_T, (centre_s - 2.6 * rise_s, centre_s + 2.6 * fall_s))
    x_T = times_T[first:last] - centre_s
    curve_T[first:last] += height * np.exp(-((x_T / np.where(x_T < 0.0, rise_s, fall_s)) ** 2))


def noise(times_T: F64, rate_hz: float, rng: np.random.Generator) -> F64:
    """Smooth noise of about unit variance that changes direction about `rate_hz` times a second; free of the frame rate."""
    if len(times_T) == 0:
        return np.zeros(0)
    x_T = times_T * rate_hz
    knots_K = rng.standard_normal(int(x_T[-1]) + 4)
    below_T = x_T.astype(np.intp)
    u_T = smoothstep(x_T - below_T)
    value_T = knots_K[below_T] * (1.0 - u_T) + knots_K[below_T + 1] * u_T
    return np.asarray(1.16 * value_T)  # interpolation takes 26 % of the variance


def at_rest(times_T: F64, in_s: float, out_s: float) -> F64:
    """An envelope that is exactly 0 in the first and the last frame and 1 in between, rising over `in_s`, falling over `out_s`.

    Clips too short for both share their length between the two.
    """
    count = len(times_T)
    if count < 3:
        return np.zeros(count)
    length_s = float(times_T[-1] - times_T[0])
    squeeze = min(1.0, length_s / (in_s + out_s))
    rise_T = smoothstep((times_T - times_T[0]) / (in_s * squeeze))
    fall_T = smoothstep((times_T[-1] - times_T) / (out_s * squeeze))
    return np.minimum(rise_T, fall_T)


def held(asked_T: NDArray[np.bool_], times_T: F64, ease_s: float) -> F64:
    """How far a script's wish holds (T,): 1 where asked, eased over `ease_s` outside. Linear time in the frames."""
    if not asked_T.any():
        return np.zeros(len(times_T))
    frames = np.arange(len(times_T))
    before = np.maximum.accumulate(np.where(asked_T, frames, -1))
    after = np.minimum.accumulate(np.where(asked_T, frames, len(frames))[::-1])[::-1]
    since_T = np.where(before >= 0, times_T - times_T[np.maximum(before, 0)], np.inf)
    until_T = np.where(after < len(frames), times_T[np.minimum(after, len(frames) - 1)] - times_T, np.inf)
    return smoothstep(1.0 - np.minimum(since_T, until_T) / ease_s)


def filled(values_TK: F64) -> F64:
    """Rows of NaN replaced by the nearest given row before, else after; zeros when there is none."""
    asked_T = ~np.isnan(values_TK).any(1)
    if not asked_T.any():
        return np.zeros_like(values_TK)
    index = np.maximum.accumulate(np.where(asked_T, np.arange(len(values_TK)), -1))
    index[index < 0] = int(np.argmax(asked_T))
    return np.asarray(values_TK[index])


def soften_frames(values_TK: F64, times_T: F64, length_s: float) -> F64:
    """Columns smoothed by a Hann window of `length_s` seconds over evenly spaced frames; ends are held."""
    if len(times_T) < 2:
        return values_TK
    return smoothed(values_TK, length_s / float(times_T[1] - times_T[0]))
