"""How far lids are open in a film, from the tracked lid margins. T frames, E the (right, left) eye, N landmarks."""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import F64
from emostage.face.topology import EYES

_SHUT_SHARE = 0.2
"""The face mesh still sees this share of the opening when an eye is shut (measured on blinks: 0.1 to 0.25)."""
_REST = 0.08
"""Closures below this are noise and small changes of the opening that the other lid actions carry."""
_MIDDLE = slice(2, 7)


def openings(points_TN2: F64) -> F64:
    """Mean distance (T, E) of the lids over the middle of each eye."""

    def opening(upper: tuple[int, ...], lower: tuple[int, ...]) -> F64:
        gap_T: F64 = np.linalg.norm(points_TN2[:, upper[_MIDDLE]] - points_TN2[:, lower[_MIDDLE]], axis=-1).mean(1)
        return gap_T

    return np.stack([opening(eye.upper, eye.lower) for eye in EYES], 1)


def closures(seen_TN2: F64, unblinking_TN2: F64) -> F64:
    """Closure (T, E) in [0, 1]: 0 as open as in the first frame or wider, 1 shut.

    `unblinking_TN2` is where the lids of the tracked head would be seen if it did not blink, so that pose, squint and widened eyes
    do not count.
    """
    share_TE = openings(seen_TN2) / np.maximum(openings(unblinking_TN2), 1e-6)
    closed_TE: F64 = np.clip((1 - share_TE / np.maximum(share_TE[0], 1e-6)) / (1 - _SHUT_SHARE), 0, 1)
    closed_TE *= np.clip(closed_TE / _REST - 1, 0, 1)
    return closed_TE


def widenings(seen_TN2: F64, unblinking_TN2: F64, wide_TN2: F64) -> F64:
    """How much more (T, E), in weights of eyeWide, the eyes are open than the tracked head shows.

    `wide_TN2` is where the lids would be seen with one weight more of eyeWide. The first frame counts as it was fitted.
    """
    expected_TE = openings(unblinking_TN2)
    share_TE = openings(seen_TN2) / np.maximum(expected_TE, 1e-6)
    missing_TE = (share_TE / np.maximum(share_TE[0], 1e-6) - 1) * expected_TE
    wider_TE: F64 = np.clip(missing_TE / np.maximum(openings(wide_TN2) - expected_TE, 1e-6), 0, 1)
    return wider_TE
