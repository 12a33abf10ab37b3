"""Where lips, teeth, lids, irises and brows are, drawn as masks: what points say, at the places that a convolution looks at.

N frames, P corners of a ring, M masks, H pixels along a side, G cells of the features, Q points: landmarks, then marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, pixel_unshuffle

from emostage.core.marks import IRISES, TEETH
from emostage.nets.painting.copying import fetched
from emostage.nets.painting.given import Given

_FINER = 2
"""Cells of a map along a cell of the features."""
_LANDMARKS = 468

Points = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Ring:
    """Numbers of points around something, of which only that counts that lies `within` another ring of points, if any."""

    points: Points
    within: Points | None = None


def _marked(marks: range) -> Points:
    return tuple(_LANDMARKS + mark for mark in marks)


_MOUTH = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_RIGHT_EYE = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
_LEFT_EYE = (263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249)
_RIGHT_BROW, _LEFT_BROW = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)

OVAL: Points = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""Around the face."""

RINGS: Mapping[str, Ring] = MappingProxyType({
    "mouth": Ring(points=_MOUTH),
    "lips": Ring(points=_LIPS),
    "upper teeth": Ring(points=_marked(TEETH[0]), within=_MOUTH),
    "lower teeth": Ring(points=_marked(TEETH[1]), within=_MOUTH),
    "right eye": Ring(points=_RIGHT_EYE),
    "left eye": Ring(points=_LEFT_EYE),
    "right brow": Ring(points=_RIGHT_BROW),
    "left brow": Ring(points=_LEFT_BROW),
    "right iris": Ring(points=_marked(IRISES[0]), within=_RIGHT_EYE),
    "left iris": Ring(points=_marked(IRISES[1]), within=_LEFT_EYE),
})  # fmt: skip
"""What is drawn: what lies between the lips, the same with the lips, teeth as far as lips show them, what lies between the lids,
brows, and irises as far as lids show them."""

Names = tuple[str, ...]

FACE: Names = tuple(RINGS)
MOUTH: Names = ("mouth", "lips", "upper teeth", "lower teeth")
GAZE: Names = ("right iris", "left iris")
MOVING: Names = ("lips", "right eye", "left eye", "right brow", "left brow")
"""What speech and feelings move most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Masks:
    """Masks of all of `FACE`: in each frame (`now_NMHH`), in the photo of each take (`own_BMHH`), and those of the photo fetched to
    where a flow shows them in each frame (`was_NMHH`)."""

    now_NMHH: Tensor
    own_BMHH: Tensor
    was_NMHH: Tensor

    def now(self, name: str) -> Tensor:
        """One of them (N, 1, H, H) in each frame."""
        return _one(self.now_NMHH, name)

    def own(self, name: str) -> Tensor:
        """One of them (B, 1, H, H) in the photo."""
        return _one(self.own_BMHH, name)

    def was(self, name: str) -> Tensor:
        """One of them (N, 1, H, H) in the photo, fetched."""
        return _one(self.was_NMHH, name)


def masks(given: Given, flow_N2XX: Tensor) -> Masks:
    """The masks of what is given, at the size of the photo."""
    size = given.reference_B3HH.shape[-1]
    now_NQ2 = torch.cat([given.flat("landmarks_BFL2"), given.flat("marks_BFM2")], 1)
    own_BQ2 = torch.cat([given.own_landmarks_BL2, given.own_marks_BM2], 1)
    own_BMHH = drawn(own_BQ2, FACE, size)
    was_NMHH = fetched(own_BMHH.repeat_interleave(given.frames, 0), flow_N2XX)
    return Masks(now_NMHH=drawn(now_NQ2, FACE, size), own_BMHH=own_BMHH, was_NMHH=was_NMHH)


def shown(masks: Masks, names: Names, cells: int) -> Tensor:
    """Some masks in each frame, and those of the photo where a flow fetches them, as channels (N, C, G, G)."""
    which = [FACE.index(name) for name in names]
    both_NCHH = torch.cat([masks.now_NMHH[:, which], masks.was_NMHH[:, which]], 1)
    return pixel_unshuffle(avg_pool2d(both_NCHH, both_NCHH.shape[-1] // (_FINER * cells)), _FINER)


def channels(names: Names) -> int:
    """Channels of `shown`."""
    return 2 * len(names) * _FINER * _FINER


def drawn(points_NQ2: Tensor, names: Iterable[str], size: int) -> Tensor:
    """Masks (N, M, H, H): how much of each pixel lies inside each ring. `points_NQ2` are shares of the side."""
    rings = [RINGS[name] for name in names]
    wanted = dict.fromkeys(points for ring in rings for points in (ring.points, ring.within) if points)
    found = _insides(points_NQ2, list(wanted), size)
    masks = [found[ring.points] * (found[ring.within] if ring.within else 1.0) for ring in rings]
    return torch.cat(masks, 1)


def _insides(points_NQ2: Tensor, rings: Sequence[Points], size: int) -> dict[Points, Tensor]:
    """The inside (N, 1, H, H) of each ring; rings of as many points are drawn together."""
    out: dict[Points, Tensor] = {}
    for count in dict.fromkeys(len(ring) for ring in rings):
        alike = [ring for ring in rings if len(ring) == count]
        corners_NSP2 = torch.stack([points_NQ2[:, list(ring)] for ring in alike], 1)
        filled_NSHH = inside(corners_NSP2.flatten(0, 1), size).view(len(points_NQ2), len(alike), size, size)
        out |= {ring: filled_NSHH[:, [number]] for number, ring in enumerate(alike)}
    return out


def inside(ring_NP2: Tensor, size: int) -> Tensor:
    """How much of each pixel (N, 1, H, H) lies inside a ring (shares of the side), by the winding rule; rings run either way.

    Along a line down each column of pixels the length below each side that is crossed is summed up, which is exact for edges that
    run across, as those of lips, teeth and lids do.
    """
    frames = len(ring_NP2)
    at_NPX, side_NPX = _crossings(ring_NP2 * size, size)
    cell_NPX = at_NPX.floor()
    share_NPX = at_NPX - cell_NPX
    where_NPX = torch.arange(size, device=ring_NP2.device) * (size + 2) + cell_NPX.long()
    steps_NS = ring_NP2.new_zeros(frames, size * (size + 2))
    steps_NS.scatter_add_(1, where_NPX.flatten(1), (side_NPX * (1 - share_NPX)).flatten(1))
    steps_NS.scatter_add_(1, where_NPX.flatten(1) + 1, (side_NPX * share_NPX).flatten(1))
    length_NXH = steps_NS.view(frames, size, size + 2).cumsum(-1)[..., :size].abs().clamp_max(1.0)
    return length_NXH.mT[:, None]


def _crossings(ring_NP2: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Where the sides of rings in pixels cross the middles of columns (N, P, X), no further than the borders; and 1 where they go
    left, -1 where they go right, else 0."""
    line_X = torch.arange(size, device=ring_NP2.device, dtype=ring_NP2.dtype) + 0.5
    ax_NP1, ay_NP1 = ring_NP2.unsqueeze(2).unbind(-1)
    bx_NP1, by_NP1 = ring_NP2.roll(-1, 1).unsqueeze(2).unbind(-1)
    side_NPX = (ax_NP1 > line_X).to(line_X) - (bx_NP1 > line_X).to(line_X)
    run_NP1 = bx_NP1 - ax_NP1
    slope_NP1 = (by_NP1 - ay_NP1) / torch.where(run_NP1 == 0, torch.ones_like(run_NP1), run_NP1)
    at_NPX = ay_NP1 + slope_NP1 * (line_X - ax_NP1)
    return at_NPX.clamp(0.0, float(size)), side_NPX


def _one(masks_NMHH: Tensor, name: str) -> Tensor:
    number = FACE.index(name)
    return masks_NMHH[:, number : number + 1]
