"""The 478 points of MediaPipe's face mesh: what they are, how they are joined, which mirrors which. Pure data.

Points 0-467 lie on the face, 468-472 on the person's right iris and 473-477 on the left one (centre first). `Right` and
`left` are the person's own: the right eye is on the left of the picture. L = 478 points, F = 852 triangles.

Source: MediaPipe `solutions/face_mesh_connections.py` (Apache-2.0). The triangles are the 3-cliques of its FACEMESH_TESSELATION
without the two whose edges all belong to three or more of them, wound so that (b-a) x (c-a) > 0 in pixels (y down).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Chain = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Eye:
    """An eye: upper and lower lid margin from the outer to the inner corner (both share the corners; 9 points each, pairwise
    opposite), iris centre, and the four points of the iris ring (right, top, left, bottom as seen in the picture)."""

    side: Literal["Right", "Left"]
    upper: Chain
    lower: Chain
    iris: int
    ring: Chain


OVAL: Chain = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The outline of the face from the middle of the forehead over the person's left cheek and the chin; a closed ring."""

LIP_U: Chain = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
"""Inner edge of the upper lip from the person's right corner to the left; opposite to `LIP_L`, sharing the corners."""
LIP_L: Chain = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
"""Inner edge of the lower lip."""
OUTER_LIP_U: Chain = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
"""Upper lip border towards the skin, from the person's right corner to the left."""
OUTER_LIP_L: Chain = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)
"""Lower lip border towards the skin."""

EYES: tuple[Eye, Eye] = (
    Eye(
        side="Right",
        upper=(33, 246, 161, 160, 159, 158, 157, 173, 133),
        lower=(33, 7, 163, 144, 145, 153, 154, 155, 133),
        iris=468,
        ring=(469, 470, 471, 472),
    ),
    Eye(
        side="Left",
        upper=(263, 466, 388, 387, 386, 385, 384, 398, 362),
        lower=(263, 249, 390, 373, 374, 380, 381, 382, 362),
        iris=473,
        ring=(474, 475, 476, 477),
    ),
)
"""The person's right eye (left in the picture), then the left one."""

BROWS: tuple[tuple[Chain, Chain], tuple[Chain, Chain]] = (
    ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55)),
    ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285)),
)
"""Upper and lower edge of the right and the left brow, from the outer to the inner end."""

NOSTRILS: Chain = (48, 64, 98, 97, 2, 326, 327, 294, 278)
"""Lower edge of the nose from the right wing to the left one."""
CHIN = 152
FOREHEAD = 10
NOSE_TIP = 1

_DATA = json.loads(Path(__file__).with_name("topology.json").read_text(encoding="ascii"))

TRIANGLES_F3: NDArray[np.int32] = np.array(_DATA["triangles_F3"], np.int32)
"""The 852 triangles of the face surface; eyes and mouth are holes."""
MIRROR_L: NDArray[np.int32] = np.array([*_DATA["mirror_L"], 473, 476, 475, 474, 477, 468, 471, 470, 469, 472], np.int32)
"""The point opposite to each of the 478 points: `landmarks_L2[MIRROR_L]` with x negated is the mirrored face."""
TRIANGLES_F3.setflags(write=False)
MIRROR_L.setflags(write=False)

LIPS: Chain = tuple(dict.fromkeys(LIP_U + LIP_L))
"""All inner lip points."""
LIDS: Chain = tuple(dict.fromkeys(p for eye in EYES for p in eye.upper + eye.lower))
"""All lid margin points."""
