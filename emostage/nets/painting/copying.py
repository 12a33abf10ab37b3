"""The last layer of every painter: what can be seen in the reference is fetched from it, only the rest is painted.

A frame is what is fetched along a flow plus a painted change. Fetching keeps a person's skin, hair and light as they are
photographed, which a small net could not paint, and it can be repeated on a larger picture than the net has seen: `enlarged`.
N frames, H picture rows and columns, P of a larger picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import grid_sample, interpolate

_CHANGED = 0.1
"""A change of this size (of colours in [-1, 1]) leaves a third of what was fetched."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Painted:
    """Frames `clean_N3HH` in [-1, 1]; `flow_N2KK` the way back (x, y; shares of the side) to where a place lay in the reference, on
    a coarser grid; `keep_N1HH` in [0, 1], how far what was fetched from there is still to be seen."""

    clean_N3HH: Tensor
    flow_N2KK: Tensor
    keep_N1HH: Tensor

    def part(self, first: int, last: int) -> Painted:
        """Frames `first` to `last`."""
        some = slice(first, last)
        return Painted(clean_N3HH=self.clean_N3HH[some], flow_N2KK=self.flow_N2KK[some], keep_N1HH=self.keep_N1HH[some])


def fetched(picture_N3HH: Tensor, flow_N2KK: Tensor, mode: str = "bilinear") -> Tensor:
    """A picture seen along a flow, at its own size; beyond its border the border goes on."""
    size = picture_N3HH.shape[-1]
    flow_N2HH = interpolate(flow_N2KK, (size, size), mode="bilinear", align_corners=False)
    line_H = (torch.arange(size, device=flow_N2HH.device, dtype=flow_N2HH.dtype) + 0.5) / size
    at_NHH2 = torch.stack([flow_N2HH[:, 0] + line_H, flow_N2HH[:, 1] + line_H[:, None]], -1)
    return grid_sample(picture_N3HH, 2 * at_NHH2 - 1, mode=mode, padding_mode="border", align_corners=False)


def overpainted(reference_N3HH: Tensor, flow_N2KK: Tensor, change_N3HH: Tensor) -> Painted:
    """Frames fetched along a flow, with a change painted over them; the more is changed, the less counts as kept."""
    much_N1HH = change_N3HH.abs().mean(1, keepdim=True) / _CHANGED
    return Painted(
        clean_N3HH=fetched(reference_N3HH, flow_N2KK) + change_N3HH,
        flow_N2KK=flow_N2KK,
        keep_N1HH=torch.exp(-(much_N1HH**2)),
    )


def enlarged(painted: Painted, picture_13PP: Tensor) -> Tensor:
    """The frames at the size of another picture (1, 3, P, P) of the reference, with its detail where they were fetched from it; or
    of as many pictures as there are frames, where each was fetched from one of its own.

    The reference must be that picture `sized` to the frames: a frame that is fetched everywhere is then the picture fetched.
    """
    size, count = painted.clean_N3HH.shape[-1], len(painted.clean_N3HH)
    large = picture_13PP.shape[-1]
    fine_N3PP = fetched(picture_13PP.expand(count, -1, -1, -1), painted.flow_N2KK, "bicubic")
    seen_N3HH = fetched(sized(picture_13PP, size).expand(count, -1, -1, -1), painted.flow_N2KK)
    keep_N1PP = sized(painted.keep_N1HH, large).clamp(0, 1)
    return sized(painted.clean_N3HH, large) + keep_N1PP * (fine_N3PP - sized(seen_N3HH, large))


def sized(values_NCHH: Tensor, size: int) -> Tensor:
    """Pictures at another size, averaged where they shrink."""
    if values_NCHH.shape[-1] >= size:
        return interpolate(values_NCHH, (size, size), mode="area")
    return interpolate(values_NCHH, (size, size), mode="bicubic", align_corners=False)
