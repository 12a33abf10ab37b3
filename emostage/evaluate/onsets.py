"""Are feelings there when they are asked for? The half of each asked rise beside the half of the rise that is seen. T frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.ndimage import median_filter

from emostage.core.tracks import F64

LEAST_RISE = 0.4
"""Asked weights that rise by less are no onset."""
LONGEST = 25
"""Rises that take more frames have no moment."""
_AROUND, _SMOOTH = 8, 5
_CLEAR = 2.0
"""A rise is seen when it is so many times the noise about it."""


@dataclass(frozen=True, kw_only=True)
class Onset:
    """One rise of an emotion in a clip: the frame in which it is half there as `asked`, and as `seen` (NaN when it is not)."""

    emotion: str
    asked: float
    seen: float

    @property
    def error(self) -> float:
        """Frames the feeling comes late."""
        return self.seen - self.asked


def onsets(emotion: str, asked_T: F64, measured_T: F64) -> Iterator[Onset]:
    """Every quick rise of an emotion's asked weight, and where its measured action (NaN where unknown) makes it.

    Both are looked at from eight frames before the rise to eight after it; the measured one after a median over five frames,
    its low and high level being the medians at the two ends.
    """
    for first, last in rises(asked_T):
        begin, end = max(0, first - _AROUND), min(len(asked_T), last + _AROUND + 1)
        asked = begin + _half(asked_T[begin:end], asked_T[first], asked_T[last])
        yield Onset(emotion=emotion, asked=asked, seen=begin + _seen(measured_T[begin:end], first - begin, last - begin))


def rises(asked_T: F64) -> Iterator[tuple[int, int]]:
    """First and last frame of each stretch over which a weight rises, by `LEAST_RISE` in at most `LONGEST` frames."""
    up_T = np.concatenate([[False], np.diff(asked_T) > 1e-6, [False]])
    edges = np.flatnonzero(up_T[1:] != up_T[:-1])
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if asked_T[last] - asked_T[first] >= LEAST_RISE and last - first <= LONGEST:
            yield first, last


def median_error(found: Iterable[Onset]) -> float:
    """Median of the frames by which onsets that are seen miss their moment, early or late; NaN when there are none."""
    errors = [abs(onset.error) for onset in found if np.isfinite(onset.error)]
    return float(np.median(errors)) if errors else float("nan")


def _seen(measured_T: F64, first: int, last: int) -> float:
    known_T = np.isfinite(measured_T)
    if not known_T[: first + 1].any() or not known_T[last:].any():
        return float("nan")
    frames_T = np.arange(len(measured_T))
    smooth_T = median_filter(np.interp(frames_T, frames_T[known_T], measured_T[known_T]), _SMOOTH, mode="nearest")
    before_T, after_T = smooth_T[: first + 1], smooth_T[last:]
    low, high = float(np.median(before_T)), float(np.median(after_T[len(after_T) // 2 :]))
    noise = max(float(before_T.std()), float(after_T[len(after_T) // 2 :].std()))
    if high - low <= max(_CLEAR * noise, 1e-4):
        return float("nan")
    return _half(smooth_T, low, high)


def _half(curve_T: F64, low: float, high: float) -> float:
    """Where a curve passes the middle of two levels on its way up for the last time, between frames."""
    over_T = curve_T >= (low + high) / 2
    ups = [t for t, (before, after) in enumerate(pairwise(over_T.tolist())) if after and not before]
    if not ups:
        return float("nan")
    t = ups[-1]
    return t + ((low + high) / 2 - float(curve_T[t])) / float(curve_T[t + 1] - curve_T[t])
