"""Film time. Boundaries are rounded, never durations, so nothing drifts; sound is sampled at 48 kHz. T frames."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 48_000
"""Rate of every film's sound."""

FRAME_RATES: dict[float, Fraction] = {
    23.976: Fraction(24000, 1001),
    24.0: Fraction(24),
    25.0: Fraction(25),
    29.97: Fraction(30000, 1001),
    30.0: Fraction(30),
    50.0: Fraction(50),
    60.0: Fraction(60),
}
"""The frame rates a film may have, by the number people write."""


def frame_rate(value: float) -> Fraction:
    """The exact rate for what was written (23.976, 25, 29.97 ...). Raises ValueError for a rate that is not supported."""
    try:
        return FRAME_RATES[float(value)]
    except KeyError:
        raise ValueError(f"{value} is not one of {', '.join(f'{r:g}' for r in FRAME_RATES)}") from None


def frame_at(seconds: float | Fraction, fps: Fraction) -> int:
    """The frame boundary nearest to a time; halves go up."""
    over, under = seconds.as_integer_ratio()
    over, under = over * fps.numerator, under * fps.denominator  # whole numbers: exact as fractions are, and ten times as fast
    return (2 * over + under) // (2 * under)


def frames_covering(seconds: float | Fraction, fps: Fraction) -> int:
    """The smallest number of whole frames that lasts at least `seconds` (less a microsecond of float noise)."""
    over, under = seconds.as_integer_ratio()
    over, under = (over * 1_000_000 - under) * fps.numerator, under * 1_000_000 * fps.denominator
    return -(-over // under)


def seconds_at(frame: int, fps: Fraction) -> float:
    """The time of a frame boundary in seconds."""
    return int(frame) * fps.denominator / fps.numerator


def frame_times(count: int, fps: Fraction) -> NDArray[np.float64]:
    """The moments (T,) in seconds that `count` frames show, counted from the start of their clip: the middle of each."""
    return (np.arange(count) + 0.5) * float(1 / fps)


def sample_at(frame: int, fps: Fraction, rate_hz: int = SAMPLE_RATE_HZ) -> int:
    """The sound sample nearest to a frame boundary; halves go up."""
    return floor(frame * rate_hz / fps + Fraction(1, 2))
