"""The head's actions made fit for a photo: creases smoothed, lips and brows replaced or sharpened by analytic fields.

The fields are Gaussians in mouth half-widths or millimetres around landmarks; their sizes were set by eye on photographs.
Letters: L the 468 landmarks, axes are head coordinates (x right, y down, z away).
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import F64
from emostage.face.contour import lip_weights
from emostage.face.head import Head
from emostage.face.masses import bump, full_cheeks, stiff_brows
from emostage.face.topology import TRIANGLES_F3

_SHARE = 0.45
_GAIN = 1.06
"""Share of the neighbours' mean in smoothing, and the gain that makes up for the height it costs."""


CANTHUS_MM = 90.0
"""Distance of the outer eye corners that tells how large a millimetre is."""


def millimetre(neutral_L3: F64) -> float:
    """Head units in a millimetre."""
    return float(np.linalg.norm(neutral_L3[33] - neutral_L3[263])) / CANTHUS_MM


def photo_actions(head: Head, neutral_L3: F64) -> F64:
    """The actions (52, L, 3) of a person whose neutral landmarks are given, as they are fitted to pictures and drawn."""
    return _with_fields(_smoothed(np.asarray(head.at_landmarks(head.actions_52V3), np.float64)), neutral_L3)


def _smoothed(deltas_52L3: F64) -> F64:
    """Actions smoothed once over the face mesh, which is cut at lips and lids."""
    count = deltas_52L3.shape[1]
    rows = np.concatenate([TRIANGLES_F3[:, i] for i in (0, 1, 2, 1, 2, 0)])
    columns = np.concatenate([TRIANGLES_F3[:, i] for i in (1, 2, 0, 0, 1, 2)])
    joined = sp.coo_matrix((np.ones(len(rows)), (rows, columns)), (count, count)).tocsr()
    joined.data[:] = 1.0
    flat = deltas_52L3.transpose(1, 0, 2).reshape(count, -1)
    mean = (joined @ flat) / np.maximum(np.asarray(joined.sum(1)), 1.0)
    eased: F64 = _GAIN * ((1 - _SHARE) * flat + _SHARE * mean)
    return eased.reshape(count, 52, 3).transpose(1, 0, 2).copy()


def _with_fields(deltas_52L3: F64, neutral_L3: F64) -> F64:
    """Actions with smooth rounding of the lips and brows that draw together."""
    deltas, mm = deltas_52L3.copy(), millimetre(neutral_L3)
    centre_3 = neutral_L3[[13, 14]].mean(0)
    half = float(np.linalg.norm(neutral_L3[78] - neutral_L3[308])) / 2
    across_L, below_L = (neutral_L3[:, 0] - centre_3[0]) / half, (neutral_L3[:, 1] - centre_3[1]) / half
    wide_L = np.exp(-((across_L / 1.45) ** 2) - below_L**2)
    near_L = np.exp(-((across_L / 0.9) ** 2) - (below_L / 0.62) ** 2)
    full_L = (0.10 + 0.34 * np.minimum(across_L**2, 1)) * np.exp(-((across_L / 1.15) ** 4) - (below_L / 0.62) ** 2)
    upper_LP, lower_LP = lip_weights(neutral_L3[:, :2], neutral_L3[:, :2], reach=0.85)
    dome_L = np.sqrt(1 - np.minimum(np.abs(across_L), 1) ** 2)
    rising_L, sinking_L = upper_LP.sum(1) * dome_L * mm, lower_LP.sum(1) * dome_L * mm
    narrow_L = across_L * half * wide_L
    deltas[ARKIT_INDEX["mouthPucker"]] = np.stack(
        [-0.45 * narrow_L, below_L * half * full_L - 1.4 * rising_L - 0.5 * sinking_L, -5 * mm * near_L], 1
    )
    deltas[ARKIT_INDEX["mouthFunnel"]] = np.stack([-0.30 * narrow_L, 3.4 * sinking_L - 3.6 * rising_L, -6 * mm * near_L], 1)
    for corner, inwards in ((308, -1), (78, 1)):
        deltas[ARKIT_INDEX["jawOpen"]] += bump(neutral_L3, corner, (15, 13, 40), mm) * np.array([inwards * 6.0, 6.0, 0]) * mm
    _thin_lips(deltas, below_L * half, across_L, mm)
    for side, inner, inwards in (("Left", 285, -1), ("Right", 55, 1)):
        bump_L1 = bump(neutral_L3, inner, (11, 9, 30), mm)
        deltas[ARKIT_INDEX[f"browDown{side}"]] += bump_L1 * np.array([inwards * 2.4, 2.4, 0]) * mm
        deltas[ARKIT_INDEX["browInnerUp"]] += bump_L1 * np.array([inwards * 0.8, -3.0, 0]) * mm
    for side in ("Left", "Right"):  # the smile's muscle ends in the corners: the middle of the lips hardly rises
        deltas[ARKIT_INDEX[f"mouthSmile{side}"]] += bump(neutral_L3, 13, (22, 16, 40), mm) * np.array([0, 2.4, 0]) * mm
    for side, lip in (("Left", 267), ("Right", 37)):  # the sneer's muscle ends in wing of the nose and upper lip
        deltas[ARKIT_INDEX[f"noseSneer{side}"]] += bump(neutral_L3, lip, (11, 6.5, 30), mm) * np.array([0, -2.5, 0]) * mm
    stiff_brows(deltas, neutral_L3, mm)
    full_cheeks(deltas, neutral_L3, mm)
    return deltas


def _thin_lips(deltas_52L3: F64, below_L: F64, across_L: F64, mm: float) -> None:
    """Lips that thin when pressed or rolled (AU 23, 24), in place: their red borders come to the seam.

    `below_L` is the height under the seam in head units, `across_L` the place along it in mouth half-widths.
    """
    lips_L = np.exp(-((across_L / 1.0) ** 4)) * (below_L / mm) * np.exp(-((below_L / (9.5 * mm)) ** 2))
    for action, share, side in (
        ("mouthRollUpper", 0.45, -1),
        ("mouthRollLower", 0.45, 1),
        ("mouthPressLeft", 0.20, 0),
        ("mouthPressRight", 0.20, 0),
    ):
        of_side_L = lips_L if side == 0 else np.where(side * below_L > 0, lips_L, 0.0)
        deltas_52L3[ARKIT_INDEX[action], :, 1] -= share * of_side_L * mm
