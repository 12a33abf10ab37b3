"""What a mouth does, in three curves: how far it is open, how wide and how round it is.

They are lengths between points in space, which no pose of the head changes (moving each frame rigidly onto the first by its upper
face leaves them as they are); the unit is the distance of the outer eye corners in the same frame. T frames, L landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64, Frozen
from emostage.evaluate.measures import INNER_LIPS, MOUTH_CORNERS, OUTER_EYES

CHANNELS = ("opening", "width", "rounding")
_UPPER_LIP, _LOWER_LIP = (0, 13), (14, 17)


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


def _median(curve_T: F64) -> float:
    return float(np.nanmedian(curve_T)) if np.isfinite(curve_T).any() else float("nan")
