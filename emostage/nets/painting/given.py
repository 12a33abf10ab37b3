"""What a painter is given: one picture of a person, and frame by frame what the person does.

B takes, F frames of each, H picture rows and columns, G = 32 and K = 64 cells of square grids along each side, L = 468 landmarks,
M marks, W frames of sound around a frame, X numbers of sound a frame. Colours are in [-1, 1]; places are shares of the picture's
side.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Protocol

import torch
from torch import Tensor

CELLS, FINE_CELLS = 32, 64
"""Cells of the grids on which heads, and faces, are known to have moved."""

REACH = 4
"""Frames of sound on either side of each frame."""

RATE_HZ = 25
"""Frames of sound a second, whatever the rate of the pictures."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """`reference_B3HH` the person's picture, `own_B52` its expression, `own_landmarks_BL2` and `own_marks_BM2` its points.

    For each frame: `back_BF3GG`, the way back to where a cell lay in the picture when only the head turns, and how surely it is
    head (`face.turning.displacement`); `moved_BF3KK`, the same when the face of the linear head moves too; `expression_BF52` ARKit
    weights; `landmarks_BFL2`; `marks_BFM2`, irises and teeth (`core.marks`), also where lids and lips hide them; `sound_BFWX` mel
    levels in standard deviations; `weights_BF8` of the emotions, rows sum to 1.
    """

    reference_B3HH: Tensor
    own_B52: Tensor
    own_landmarks_BL2: Tensor
    own_marks_BM2: Tensor
    back_BF3GG: Tensor
    moved_BF3KK: Tensor
    expression_BF52: Tensor
    landmarks_BFL2: Tensor
    marks_BFM2: Tensor
    sound_BFWX: Tensor
    weights_BF8: Tensor

    @property
    def frames(self) -> int:
        """Frames of each take."""
        return self.expression_BF52.shape[1]

    def part(self, first: int, last: int) -> Given:
        """Frames `first` to `last` of all takes."""
        return replace(self, **{f.name: getattr(self, f.name)[:, first:last] for f in fields(self) if "_BF" in f.name})

    def to(self, device: torch.device | str) -> Given:
        """The same on a device."""
        return Given(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def flat(self, name: str) -> Tensor:
        """An array of frames, all takes' frames one after the other: (B F, ...)."""
        array: Tensor = getattr(self, name)
        return array.flatten(0, 1)

    def each(self, name: str) -> Tensor:
        """An array of takes, repeated for each of their frames: (B F, ...)."""
        array: Tensor = getattr(self, name)
        return array.repeat_interleave(self.frames, 0)


class Take(Protocol):
    """A take of any length, of which some frames after the other are looked at. `Given` is one that is held as a whole."""

    @property
    def own_B52(self) -> Tensor:  # noqa: N802
        """As in `Given`."""

    @property
    def frames(self) -> int:
        """Frames of the take."""

    def part(self, first: int, last: int) -> Given:
        """Frames `first` to `last`."""


def face_mask(landmarks_NL2: Tensor, cells: int) -> Tensor:
    """Where the face is (N, 1, G, G), in [0, 1]: the cells its landmarks lie in and those beside them, softly."""
    at_NL2 = (landmarks_NL2 * cells).floor().long().clamp(0, cells - 1)
    mask_NX = landmarks_NL2.new_zeros(len(landmarks_NL2), cells * cells)
    mask_NX.scatter_(1, at_NL2[..., 1] * cells + at_NL2[..., 0], 1.0)
    mask_N1GG = torch.nn.functional.max_pool2d(mask_NX.view(-1, 1, cells, cells), 3, 1, 1)
    return torch.nn.functional.avg_pool2d(mask_N1GG, 3, 1, 1, count_include_pad=False)
