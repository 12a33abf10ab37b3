"""What a mouth does, in three curves: how far it is open, how wide and how round it is.

They are lengths between points in space, which no pose of the head changes (moving each frame rigidly onto the first by its upper
face leaves them as they are); the unit is the distance of the outer eye corners in the same frame. T frames, L landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64, Frozen
from emostage.evaluate.measures import CLOSED_GAP, INNER_LIPS, MOUTH_CORNERS, OUTER_EYES

CHANNELS = ("opening", "width", "rounding")
_UPPER_LIP, _LOWER_LIP = (0, 13), (14, 17)
_PROMINENCE = 0.2
"""A peak of the opening that rises by this share of its 95th percentile is an opening of its own."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Mouth(Frozen):
    """`opening_T` between the inner lips, `width_T` between the corners, and `rounding_T`: how much thicker the lips are than
    usual, less how much wider the mouth is, both relative to their medians. NaN where no face is seen."""

    opening_T: F64
    width_T: F64
    rounding_T: F64

    def __len__(self) -> int:
        return len(self.opening_T)

    def curves(self) -> dict[str, F64]:
        """The curves by name."""
        return {name: getattr(self, f"{name}_T") for name in CHANNELS}


@dataclass(frozen=True, kw_only=True)
class Articulation:
    """How often a mouth opens and closes a second, and the share of the time it is closed."""

    openings_hz: float
    closures_hz: float
    closed: float


def mouth(mesh_TL3: F64) -> Mouth:
    """The curves of landmarks in space (T, L, 3), in any unit; L is 468 or more."""

    def apart(pair: tuple[int, int]) -> F64:
        length_T: F64 = np.linalg.norm(mesh_TL3[:, pair[0]] - mesh_TL3[:, pair[1]], axis=1)
        relative_T: F64 = length_T / eyes_T
        return relative_T

    eyes_T: F64 = np.linalg.norm(mesh_TL3[:, OUTER_EYES[0]] - mesh_TL3[:, OUTER_EYES[1]], axis=1)
    width_T, thick_T = apart(MOUTH_CORNERS), apart(_UPPER_LIP) + apart(_LOWER_LIP)
    rounding_T = thick_T / _median(thick_T) - width_T / _median(width_T)
    return Mouth(opening_T=apart(INNER_LIPS), width_T=width_T, rounding_T=rounding_T)


def articulation(opening_T: F64, fps: float) -> Articulation:
    """Counts openings (peaks that stand out) and closures (runs in which the lips are nearer than `CLOSED_GAP`)."""
    from scipy.signal import find_peaks

    known_T = opening_T[np.isfinite(opening_T)]
    if not len(known_T):
        return Articulation(openings_hz=np.nan, closures_hz=np.nan, closed=np.nan)
    seconds = len(known_T) / fps
    peaks, _ = find_peaks(known_T, prominence=max(_PROMINENCE * float(np.percentile(known_T, 95)), 1e-6))
    shut_T = known_T < CLOSED_GAP
    begins = int((shut_T[1:] & ~shut_T[:-1]).sum())
    return Articulation(openings_hz=len(peaks) / seconds, closures_hz=begins / seconds, closed=float(shut_T.mean()))


def _median(curve_T: F64) -> float:
    return float(np.nanmedian(curve_T)) if np.isfinite(curve_T).any() else float("nan")
