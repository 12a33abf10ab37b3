"""What trembles in painted frames and not in true ones. T frames, L landmarks, H, W rows and columns; colours 0..255."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from emostage.core.tracks import F64, U8
from emostage.evaluate.measures import level
from emostage.evaluate.similarity import Mask

_STILL = 8
"""Colours of a place that keeps still differ by no more than this in a clip; JPEG files alone make them differ by half of it."""
_INSIDE_PX = 5


def still_places(true_THW3: Sequence[U8]) -> Mask:
    """The pixels (H, W) that keep still through a clip, with all their neighbours."""
    spread_HW = np.ptp(np.stack(true_THW3).astype(np.int16), axis=0).max(-1)
    kernel = np.ones((_INSIDE_PX, _INSIDE_PX), np.uint8)
    places_HW: Mask = cv2.erode((spread_HW <= _STILL).astype(np.uint8), kernel) > 0
    return places_HW


def boiling(painted_THW3: Sequence[U8], true_THW3: Sequence[U8], inside_HW: Mask) -> float:
    """Rms of the second differences in time of painted minus true colours over the pixels inside: errors that change from frame to
    frame, not errors that stay or grow steadily. NaN for fewer than three frames or no pixels."""
    if len(true_THW3) < 3 or not inside_HW.any():
        return float("nan")
    off_TX3 = np.stack([p[inside_HW].astype(np.float64) - t[inside_HW] for p, t in zip(painted_THW3, true_THW3, strict=True)])
    return float(np.sqrt((np.diff(off_TX3, 2, axis=0) ** 2).mean()))


def tremor(landmarks_TL2: F64) -> float:
    """Rms of the second differences in time of levelled landmarks, in percent of the outer-eye distance. Faces accelerate too, so
    it is told beside that of the true frames. NaN where no three successive frames show a face."""
    change_TL2 = np.diff(level(landmarks_TL2[:, :468]), 2, axis=0)
    seen_TL2 = change_TL2[np.isfinite(change_TL2).all((1, 2))]
    return 100 * float(np.sqrt((seen_TL2**2).sum(2).mean())) if len(seen_TL2) else float("nan")
