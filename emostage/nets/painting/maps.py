"""Where lips, lids and brows are, drawn as masks: what landmarks say, at the places that a convolution looks at.

N frames, L = 468 landmarks, P corners of a ring, G cells along a side of the features, R = 2 G along that of a map.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import pixel_unshuffle

from emostage.nets.painting.copying import fetched
from emostage.nets.painting.given import Given

_FINER = 2
"""Cells of a map along a cell of the features."""

MOUTH: tuple[tuple[int, ...], ...] = (
    (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95),
    (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146),
)  # fmt: skip
"""Rings of landmarks around what lies between the lips, and around the lips."""
UPPER: tuple[tuple[int, ...], ...] = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
    (70, 63, 105, 66, 107, 55, 65, 52, 53, 46),
    (300, 293, 334, 296, 336, 285, 295, 282, 283, 276),
)  # fmt: skip
"""Rings around the open eyes and around the brows."""

FACE = (*MOUTH, *UPPER)


def channels(rings: tuple[tuple[int, ...], ...]) -> int:
    """Channels of `shown`."""
    return 2 * len(rings) * _FINER * _FINER


def shown(given: Given, flow_N2XX: Tensor, rings: tuple[tuple[int, ...], ...], cells: int) -> Tensor:
    """What lies inside some rings in each frame, and what lay inside them in the photo where a flow fetches it: (N, C, G, G)."""
    size = _FINER * cells
    now_NCRR = torch.cat([inside(given.flat("landmarks_BFL2")[:, list(ring)], size) for ring in rings], 1)
    own_BCRR = torch.cat([inside(given.own_landmarks_BL2[:, list(ring)], size) for ring in rings], 1)
    was_NCRR = fetched(own_BCRR.repeat_interleave(given.frames, 0), flow_N2XX)
    return pixel_unshuffle(torch.cat([now_NCRR, was_NCRR], 1), _FINER)


def inside(ring_NP2: Tensor, size: int) -> Tensor:
    """1 at the cells (N, 1, R, R) whose middle lies inside a ring (shares of the side), else 0, by the even-odd rule."""
    line_R = (torch.arange(size, device=ring_NP2.device, dtype=ring_NP2.dtype) + 0.5) / size
    ax_NP1, ay_NP1 = ring_NP2.unsqueeze(2).unbind(-1)
    bx_NP1, by_NP1 = ring_NP2.roll(-1, 1).unsqueeze(2).unbind(-1)
    crossed_NPR = (ay_NP1 > line_R) != (by_NP1 > line_R)
    rise_NP1 = by_NP1 - ay_NP1
    slope_NP1 = (bx_NP1 - ax_NP1) / torch.where(rise_NP1 == 0, torch.ones_like(rise_NP1), rise_NP1)
    at_NPR = torch.where(crossed_NPR, ax_NP1 + slope_NP1 * (line_R - ay_NP1), torch.full_like(slope_NP1, -1.0))
    return ((at_NPR[..., None] > line_R).sum(1) % 2).to(ring_NP2.dtype)[:, None]
