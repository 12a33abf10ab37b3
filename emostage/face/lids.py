"""How far a person's lids are closed in a film, from the tracked lid margins. T frames, E the (right, left) eye, N landmarks."""

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
    return np.stack(
        [
            np.linalg.norm(points_TN2[:, eye.upper[_MIDDLE]] - points_TN2[:, eye.lower[_MIDDLE]], axis=-1).mean(1)
            for eye in EYES
        ],
        1,
    )


def closures(seen_TN2: F64, open_TN2: F64) -> F64:
    """Closure (T, E) in [0, 1], 0 as open as in the first frame, 1 shut.

    `open_TN2` is where the lids of the tracked head would be seen in each frame if it did not blink, so that pose, squint and
    widened eyes do not count as blinks.
    """
    ratio_TE = openings(seen_TN2) / np.maximum(openings(open_TN2), 1e-6)
    ratio_TE = ratio_TE / np.maximum(ratio_TE[0], 1e-6)
    closed_TE = np.clip((1 - ratio_TE) / (1 - _SHUT_SHARE), 0, 1)
    return closed_TE * np.clip(closed_TE / _REST - 1, 0, 1)
