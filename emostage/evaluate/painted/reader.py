"""Landmarks of small frames, all read in the same way. L = 478 landmarks."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, U8
from emostage.face.refine import VIEWS, refine
from emostage.face.track import Tracker

_ENLARGED = 3
"""Frames are enlarged so many times; the mesh net looks at 192 pixels."""
_LOOKS = VIEWS[1:3]
_LEAST_SEEN = 0.5
_IRISES = (33, 263)
"""Points near which the irises, which footage does not know, are expected."""
_HIDDEN_L2 = np.full((478, 2), np.nan)


def read(tracker: Tracker, frames: Iterable[U8], expected_TN2: F32 | F64) -> F64:
    """Landmarks (T, 478, 2) in shares of the frame's side; NaN where less than half of four views shows a face near where it is
    expected (468 landmarks, in shares too)."""
    found = [_reading(tracker, frame_HW3, expected_N2) for frame_HW3, expected_N2 in zip(frames, expected_TN2, strict=True)]
    return np.stack(found)


def _reading(tracker: Tracker, frame_HW3: U8, expected_N2: F32 | F64) -> F64:
    size = frame_HW3.shape[0] * _ENLARGED
    large_HW3 = cv2.resize(np.array(frame_HW3), (size, size), interpolation=cv2.INTER_CUBIC)
    near_N2 = np.asarray(expected_N2, np.float64)[:468] * size
    expected_L2 = np.concatenate([near_N2, *(np.repeat(near_N2[[point]], 5, 0) for point in _IRISES)])
    reading = refine(tracker, large_HW3, expected_L2, _LOOKS)
    return reading.landmarks_L2 / size if reading.seen >= _LEAST_SEEN else _HIDDEN_L2
