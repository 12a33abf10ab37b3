"""Glasses in the photo: whether the person wears any, and which points of the face lie under their rims.

Letters: L the 468 landmarks, S samples down the nose, N parallel lines.
"""

from __future__ import annotations

import cv2
import numpy as np

from emostage.core.tracks import F64
from emostage.face.contour import smooth
from emostage.face.topology import EYES
from emostage.portrait.plate import Plate

_BRIDGE = (9, 5)
"""From between the brows to the middle of the nose: skin here has no sharp edges, a bridge has two."""
_EDGE = (6.5, 10.0)
"""Sharpest step of the bridge in percent of the skin's lightness per drawing unit: none, surely glasses."""
_LENS_MM, _RIM_MM, _ABOVE_MM, _BELOW_MM, _FADE_MM = (19.0, 10.0), 34.0, 22.0, 30.0, 9.0


def worn(plate: Plate) -> float:
    """How surely the person wears glasses with visible rims: 0 to 1."""
    unit = plate.unit_px
    lightness_HW = cv2.cvtColor(plate.photo_HW3, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    lightness_HW = cv2.GaussianBlur(lightness_HW, (0, 0), 0.8 * unit)
    start_2, end_2 = plate.landmarks_L2[list(_BRIDGE)]
    way_2 = end_2 - start_2
    across_2 = np.array([-way_2[1], way_2[0]]) / np.linalg.norm(way_2)
    share_S1 = np.linspace(0, 1, 60)[:, None]
    lines_NS2 = start_2 + way_2 * share_S1 + np.linspace(-4, 4, 7)[:, None, None] * unit * across_2
    column, row = (lines_NS2[..., k].astype(np.float32) - 0.5 for k in range(2))
    profile_NS = cv2.remap(lightness_HW, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    step_units = float(np.linalg.norm(way_2)) / 59 / unit
    steps_S = np.median(np.abs(np.diff(profile_NS, axis=1)), 0) / step_units / max(float(np.median(profile_NS)), 40.0)
    return float(smooth(*_EDGE, 100 * steps_S.max()))


def under_rims(neutral_L3: F64, mm: float) -> F64:
    """How much a landmark lies under the rims of glasses of common size: (L,) in [0, 1], 0 inside the lenses."""
    rims_L, lenses_L = np.zeros(len(neutral_L3)), np.full(len(neutral_L3), np.inf)
    for eye in EYES:
        centre_3 = neutral_L3[[eye.upper[0], eye.upper[-1]]].mean(0)
        across_L, below_L = ((neutral_L3[:, k] - centre_3[k]) / mm for k in range(2))
        beyond_L = np.maximum.reduce([np.abs(across_L) - _RIM_MM, -below_L - _ABOVE_MM, below_L - _BELOW_MM])
        rims_L = np.maximum(rims_L, 1 - smooth(0, _FADE_MM, beyond_L))
        lenses_L = np.minimum(lenses_L, np.hypot(across_L / _LENS_MM[0], below_L / _LENS_MM[1]))
    return rims_L * smooth(0.8, 1.4, lenses_L)
