"""What must not move: what is beside the person while only the face moves, and a face that holds its expression.

H, W picture rows and columns.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from emostage.core.tracks import U8
from emostage.evaluate.similarity import Mask


def largest_difference(frames: Iterable[U8], still_HW3: U8, inside_HW: Mask) -> int:
    """Largest difference of any colour of the pixels inside from a still picture, in units of 1/255."""
    still_N3 = still_HW3[inside_HW].astype(np.int16)
    return max((int(np.abs(frame_HW3[inside_HW] - still_N3).max(initial=0)) for frame_HW3 in frames), default=0)


def flicker(frames: Iterable[U8], inside_HW: Mask) -> float:
    """Rms difference of successive frames over the pixels inside, in units of 1/255; 0 for a single frame."""
    squares = [
        float(((after_HW3[inside_HW].astype(np.float64) - before_HW3[inside_HW]) ** 2).mean())
        for before_HW3, after_HW3 in pairwise(frames)
    ]
    return float(np.sqrt(np.mean(squares))) if squares else 0.0
