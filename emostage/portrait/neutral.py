"""The neutral face behind the photo: lips sealed, the traces of a smile levelled.

What closes the photo's mouth is kept as a displacement that belongs to the photo's own expression (personalised blendshapes in the
sense of H. Li et al., "Example-based facial rigging", 2010), so that the expression brings the photo back.
Letters: L the 468 landmarks, P the 11 pairs of the inner lips; head coordinates (x right, y down, z away).
"""

from __future__ import annotations

import numpy as np

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52, indices
from emostage.core.tracks import F64
from emostage.face.contour import lip_weights
from emostage.face.topology import LIP_L, LIP_U

_SEAM_BELOW_EDGE_MM = 2.8
_FROM_UPPER = 0.45
"""Share of an open mouth's gap that the upper lip closes when no teeth tell where the lips meet."""
_REST_MM, _HANGING_MM, _MOST_LEVEL_MM = 0.6, -0.6, 5.0
"""How far the corners of a mouth at rest lie above its middle, the height under which they hang lower than at rest, and the
furthest they are moved (seen on neutral portraits)."""
_LEAST_SMILE, _SURE_SMILE = 0.1, 0.35
"""Fitted smiles from which lifted corners begin to count as expression, and count wholly."""
_MOST_COMPLETED = 0.3
_LEAST_MOUTH = 0.08
"""Norm of the mouth actions under which a fit is noise."""
_USUAL_BROWS = {"browInnerUp": 0.22, "browOuterUp": 0.12, "browDown": 0.05}
_BROW_GAIN = 1.8
"""What a fit makes of brows at rest, and by how much it falls short of brows that are not: high brows look like raised ones, so
only what is beyond the usual is taken for expression (seen on neutral portraits and on renderings of known expressions)."""


def seal(open_L3: F64, landmarks_L2: F64, mm: float, tooth_edge_y: float | None) -> F64:
    """Displacement (L, 3) that closes the lips of `open_L3` exactly, spread over the skin around them.

    With the teeth's biting edge known the lips meet 2.8 mm above it, where they lie at rest; otherwise the upper lip
    takes 45 % of the gap.
    """
    upper, lower = list(LIP_U), list(LIP_L)
    gap_P3 = open_L3[lower] - open_L3[upper]
    share, shift_P3 = _FROM_UPPER, np.zeros((len(upper), 3))
    if tooth_edge_y is not None:
        seam = tooth_edge_y - _SEAM_BELOW_EDGE_MM * mm
        if gap_P3[5, 1] > 0.5 * mm:
            share = float(np.clip((seam - open_L3[13, 1]) / gap_P3[5, 1], 0.2, 1.0))
        left_over = float(np.clip(seam - (open_L3[13, 1] + share * gap_P3[5, 1]), -4 * mm, 4 * mm))
        shift_P3[:, 1] = left_over * np.sin(np.pi * np.linspace(0, 1, len(upper)))
    upper_LP, lower_LP = lip_weights(landmarks_L2[:468], landmarks_L2)
    down_P3, up_P3 = gap_P3 * share + shift_P3, shift_P3 - gap_P3 * (1 - share)
    moved_L3: F64 = upper_LP @ down_P3 + lower_LP @ up_P3
    moved_L3[upper[1:-1]], moved_L3[lower[1:-1]] = down_P3[1:-1], up_P3[1:-1]
    return moved_L3


def _off_rest_mm(sealed_L3: F64, source_52: F64, mm: float) -> float:
    """How much too high (positive) or too low the corners of a sealed mouth lie, in millimetres, for the corners of a mouth at
    rest: too high where the photo smiles, too low where they hang lower than faces at rest let them."""
    smiles = [source_52[i] for i in indices("mouthSmile")]
    smile = float(np.clip((np.mean(smiles) - _LEAST_SMILE) / (_SURE_SMILE - _LEAST_SMILE), 0, 1))
    lift_mm = float(sealed_L3[[13, 14], 1].mean() - sealed_L3[[78, 308], 1].mean()) / mm
    return max(lift_mm - _REST_MM, 0.0) * smile + min(lift_mm - _HANGING_MM, 0.0)


def completed(source_52: F64, deltas_52L3: F64, sealed_L3: F64, mm: float) -> F64:
    """The photo's expression with as much more smile or frown as the corners of its sealed mouth still show, since fits fall short;
    a mouth in which the fit saw nothing stays as it is."""
    if not source_52[MOUTH_MASK_52].any():
        return source_52
    off_mm = _off_rest_mm(sealed_L3, source_52, mm)
    columns = list(indices("mouthSmile" if off_mm > 0 else "mouthFrown"))
    moved_L3 = deltas_52L3[columns].sum(0)
    rise_mm = float(moved_L3[[13, 14], 1].mean() - moved_L3[[78, 308], 1].mean()) / mm
    fuller_52 = source_52.copy()
    if off_mm * rise_mm > 0:
        fuller_52[columns] = np.minimum(fuller_52[columns] + min(off_mm / rise_mm, _MOST_COMPLETED), 1.0)
    return fuller_52


def level(sealed_L3: F64, source_52: F64, mm: float) -> F64:
    """Displacement (L, 3) that takes the corners of the mouth to where they rest: down where the photo smiles, up where they hang.
    It is what the fit left of the photo's expression."""
    down_mm = float(np.clip(_off_rest_mm(sealed_L3, source_52, mm), -_MOST_LEVEL_MM, _MOST_LEVEL_MM))
    centre_3 = sealed_L3[[13, 14]].mean(0)
    half = float(np.linalg.norm(sealed_L3[78] - sealed_L3[308])) / 2
    across_L, below_L = np.abs(sealed_L3[:, 0] - centre_3[0]) / half, (sealed_L3[:, 1] - centre_3[1]) / half
    fade_L = np.exp(-((np.maximum(across_L - 1, 0) / 0.45) ** 2) - (below_L / 0.75) ** 2)
    moved_L3 = np.zeros_like(sealed_L3)
    moved_L3[:, 1] = down_mm * mm * np.minimum(across_L, 1) ** 1.7 * fade_L
    return moved_L3


def understood(source_52: F64, deltas_52L3: F64, gap: float) -> F64:
    """The photo's expression as the sheet takes it: without blinks, which are drawn on the picture; with brows as far as they are
    surely not at rest; without traces of mouth actions where the lips are shut (`gap` 0, head units); and with some jaw where
    they are apart and the fit saw nothing."""
    known_52 = source_52.copy()
    for action, usual in _USUAL_BROWS.items():
        columns = list(indices(action))
        known_52[columns] = np.clip(_BROW_GAIN * (source_52[columns] - usual), 0, 1)
    known_52[[ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]] = 0.0
    if np.linalg.norm(known_52[MOUTH_MASK_52]) >= _LEAST_MOUTH:
        return known_52
    jaw = ARKIT_INDEX["jawOpen"]
    opening = max(float(deltas_52L3[jaw, 14, 1] - deltas_52L3[jaw, 13, 1]), 1e-6)
    known_52[MOUTH_MASK_52] = 0.0
    known_52[jaw] = 0.0 if gap <= 0 else float(np.clip(gap / opening, 0.03, 1.0))
    return known_52


def projector(source_52: F64) -> F64:
    """Weights phi (52,) over mouth actions with phi @ source = 1 (0 for a neutral mouth): how much of the photo's own mouth an
    expression contains."""
    mouth_52 = source_52 * MOUTH_MASK_52
    norm = float(mouth_52 @ mouth_52)
    return mouth_52 / norm if norm > 0 else np.zeros(52)
