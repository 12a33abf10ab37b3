"""The expression a single picture shows, of a person never seen before.

Identity and expression are fitted together, the actions as the face mesh shows them (`sitter.SEEN`). What faces at rest are usually
fitted with is taken off, and the rest is strengthened, for priors keep it small. The constants were set on drawings of the two
sample portraits with known feelings; a brow that was born low still looks like an angry one. N = 468 landmarks, K identity shapes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from emostage.core.arkit import ARKIT_COUNT, ARKIT_NAMES, indices
from emostage.core.tracks import F64, Portrait
from emostage.face.actions import photo_actions
from emostage.face.fit import REFERENCE_PX, SPREAD, WEIGHT_N, Basis, prior, spread_px
from emostage.face.head import Head
from emostage.face.sitter import READ_Q, SEEN_52, prior_of_actions
from emostage.face.solve import solved

_PRIOR_SHAPES = 3.0
"""Identities count as so much less usual than in `fit`: a strange face is rather taken for an expression."""
_STRONGER, _STRONGER_BROWS = 1.8, 1.3
_USUAL: Mapping[str, float] = MappingProxyType({
    "browInnerUp": 0.50, "browOuterUp": 0.28, "eyeSquint": 0.12, "cheekSquint": 0.06, "mouthPress": 0.10, "mouthPucker": 0.06,
})  # fmt: skip
"""What is fitted to faces at rest."""


def expression_shown(portrait: Portrait, head: Head) -> F64:
    """The expression (52,) of a portrait, absolute from the neutral face."""
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    shapes_KN3 = head.at_landmarks(head.shapes_KV3).astype(np.float64)
    seen_AN3 = (photo_actions(head, neutral_N3) * SEEN_52[:, None, None])[READ_Q]
    count = len(shapes_KN3)
    prior_QQ = np.zeros((count + len(READ_Q),) * 2)
    prior_QQ[:count, :count] = _PRIOR_SHAPES * prior(list(head.shape_names))
    prior_QQ[count:, count:] = prior_of_actions()
    field_QN3 = np.concatenate([shapes_KN3, seen_AN3])
    basis = Basis(neutral_N3=neutral_N3, field_QN3=field_QN3, prior_QQ=prior_QQ, weight_N=WEIGHT_N)
    points_N2 = portrait.landmarks_L2[:468]
    scale = spread_px(points_N2) / (SPREAD * REFERENCE_PX)
    weights_TQ, _, _ = solved(basis, (points_N2[None] - portrait.crop.size_px / 2) / scale, free=count)
    expression_52 = np.zeros(ARKIT_COUNT)
    expression_52[READ_Q] = weights_TQ[0, count:]
    for name, usual in _USUAL.items():
        expression_52[list(indices(name))] -= usual
    stronger_52 = np.array([_STRONGER_BROWS if name.startswith("brow") else _STRONGER for name in ARKIT_NAMES])
    shown_52: F64 = np.clip(stronger_52 * expression_52, 0.0, 1.0)
    return shown_52
