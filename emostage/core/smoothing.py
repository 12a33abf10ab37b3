"""Curves smoothed over time. T frames, K channels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def smoothed(values_TK: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Columns under a Hann window of about `length` frames, three at least; ends are held."""
    half = max(1, round(length / 2))
    kernel = np.hanning(2 * half + 3)[1:-1]
    kernel /= kernel.sum()
    return np.stack([np.convolve(np.pad(column_T, half, "edge"), kernel, "valid") for column_T in values_TK.T], 1)
