"""Curves of a tracked film without their tremor. T frames, K channels.

A bilateral filter (Tomasi & Manduchi, "Bilateral filtering for gray and color images", ICCV 1998) over time: neighbours count as
much as they are near and alike, so that what moves further than the tremor (a blink, lips that close for a frame) stays as it is.
"""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import F64

_REACH_S = 0.12
_ALIKE = 2.5
"""Differences of so many standard deviations of the tremor count little."""
_TO_SIGMA = 1 / (0.6745 * np.sqrt(6.0))
"""From the median size of second differences to the standard deviation of white noise."""


def steadied(values_TK: F64, fps: float, *, most: float) -> F64:
    """The curves with their tremor smoothed; its standard deviation is measured, and is `most` where more is measured."""
    count = len(values_TK)
    reach = min(round(_REACH_S * fps), count - 1)
    if reach < 1 or count < 3:
        return values_TK.copy()
    noise_K = np.clip(np.median(np.abs(np.diff(values_TK, 2, axis=0)), 0) * _TO_SIGMA, 1e-9, most)
    total_TK, weight_TK = values_TK.copy(), np.ones_like(values_TK)
    for lag in range(1, reach + 1):
        nearness = float(np.exp(-0.5 * (2.0 * lag / reach) ** 2))
        apart_UK = values_TK[lag:] - values_TK[:-lag]
        alike_UK = nearness * np.exp(-0.5 * (apart_UK / (_ALIKE * noise_K)) ** 2)
        total_TK[lag:] += alike_UK * values_TK[:-lag]
        total_TK[:-lag] += alike_UK * values_TK[lag:]
        weight_TK[lag:] += alike_UK
        weight_TK[:-lag] += alike_UK
    smooth_TK: F64 = total_TK / weight_TK
    return smooth_TK
