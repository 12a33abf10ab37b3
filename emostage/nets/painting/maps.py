"""Where lips, teeth, lids, irises and brows are, drawn as masks: what points say, at the places that a convolution looks at.

N frames, P corners of a ring, G cells along a side of the features, R = 2 G along that of a map, Q points: landmarks, then marks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import pixel_unshuffle

from emostage.core.marks import IRISES, TEETH
from emostage.nets.painting.copying import fetched
from emostage.nets.painting.given import Given

_FINER = 2
"""Cells of a map along a cell of the features."""
_LINES = 2
"""Lines down each column of a map along which it is measured how much lies inside a ring."""
_LANDMARKS = 468


@dataclass(frozen=True, kw_only=True)
class Ring:
    """Numbers of points around something, of which only that counts that lies `within` another ring of points, if any."""

    points: tuple[int, ...]
    within: tuple[int, ...] | None = None


def _marked(marks: range) -> tuple[int, ...]:
    return tuple(_LANDMARKS + mark for mark in marks)


_BETWEEN_LIPS = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_LIDS = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7),
    (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249),
)
_BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))

MOUTH: tuple[Ring, ...] = (
    Ring(points=_BETWEEN_LIPS),
    Ring(points=_LIPS),
    *(Ring(points=_marked(row), within=_BETWEEN_LIPS) for row in TEETH),
)
"""What lies between the lips, the same with the lips, and the upper and the lower teeth as far as lips show them."""
GAZE: tuple[Ring, ...] = tuple(Ring(points=_marked(iris)) for iris in IRISES)
"""The irises, also behind lids."""
MOVING: tuple[Ring, ...] = tuple(Ring(points=points) for points in (_LIPS, *_LIDS, *_BROWS))
"""What speech and feelings move most: the mouth with the lips, the open eyes, the brows."""
UPPER: tuple[Ring, ...] = (
    *(Ring(points=lids) for lids in _LIDS),
    *(Ring(points=brow) for brow in _BROWS),
    *(Ring(points=_marked(iris), within=lids) for iris, lids in zip(IRISES, _LIDS, strict=True)),
)
"""The open eyes, the brows, and the irises as far as lids show them."""

FACE = (*MOUTH, *UPPER)


def channels(rings: tuple[Ring, ...]) -> int:
    """Channels of `shown`."""
    return 2 * len(rings) * _FINER * _FINER


def drawn(points_NQ2: Tensor, rings: Iterable[Ring], size: int) -> Tensor:
    """A mask (N, C, R, R) of each ring: how much of each cell lies inside it. `points_NQ2` are shares of the side."""
    masks = []
    for ring in rings:
        mask_N1RR = inside(points_NQ2[:, list(ring.points)], size)
        masks.append(mask_N1RR if ring.within is None else mask_N1RR * inside(points_NQ2[:, list(ring.within)], size))
    return torch.cat(masks, 1)


def shown(given: Given, flow_N2XX: Tensor, rings: tuple[Ring, ...], cells: int) -> Tensor:
    """What lies inside some rings in each frame, and what lay inside them in the photo where a flow fetches it: (N, C, G, G)."""
    size = _FINER * cells
    now_NQ2 = torch.cat([given.flat("landmarks_BFL2"), given.flat("marks_BFM2")], 1)
    own_BQ2 = torch.cat([given.own_landmarks_BL2, given.own_marks_BM2], 1)
    now_NCRR, own_BCRR = drawn(now_NQ2, rings, size), drawn(own_BQ2, rings, size)
    was_NCRR = fetched(own_BCRR.repeat_interleave(given.frames, 0), flow_N2XX)
    return pixel_unshuffle(torch.cat([now_NCRR, was_NCRR], 1), _FINER)


def inside(ring_NP2: Tensor, size: int) -> Tensor:
    """How much of each cell (N, 1, R, R) lies inside a ring (shares of the side), by the winding rule; rings may run either way.

    Along lines down each column of cells the length below each side that is crossed is summed up, which is exact for edges that run
    across, as those of lips, teeth and lids do.
    """
    frames, lines = len(ring_NP2), _LINES * size
    at_NPX, side_NPX = _crossings(ring_NP2 * size, size)
    cell_NPX = at_NPX.floor()
    share_NPX = at_NPX - cell_NPX
    column_X = torch.arange(lines, device=ring_NP2.device) * (size + 2)
    where_NPX = column_X + cell_NPX.long()
    steps_NS = ring_NP2.new_zeros(frames, lines * (size + 2))
    steps_NS.scatter_add_(1, where_NPX.flatten(1), (side_NPX * (1 - share_NPX)).flatten(1))
    steps_NS.scatter_add_(1, where_NPX.flatten(1) + 1, (side_NPX * share_NPX).flatten(1))
    length_NXR = steps_NS.view(frames, lines, size + 2).cumsum(-1)[..., :size].abs().clamp_max(1.0)
    return length_NXR.view(frames, size, _LINES, size).mean(2).mT[:, None]


def _crossings(ring_NP2: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Where the sides of rings in cells cross lines (N, P, X), no further than the borders; and 1 where they go left, -1 where they
    go right, else 0."""
    line_X = (torch.arange(_LINES * size, device=ring_NP2.device, dtype=ring_NP2.dtype) + 0.5) / _LINES
    ax_NP1, ay_NP1 = ring_NP2.unsqueeze(2).unbind(-1)
    bx_NP1, by_NP1 = ring_NP2.roll(-1, 1).unsqueeze(2).unbind(-1)
    side_NPX = (ax_NP1 > line_X).to(line_X) - (bx_NP1 > line_X).to(line_X)
    run_NP1 = bx_NP1 - ax_NP1
    slope_NP1 = (by_NP1 - ay_NP1) / torch.where(run_NP1 == 0, torch.ones_like(run_NP1), run_NP1)
    at_NPX = ay_NP1 + slope_NP1 * (line_X - ax_NP1)
    return at_NPX.clamp(0.0, float(size)), side_NPX
