"""From features to a frame: a residual flow along which the reference is fetched, and what is painted over it and over the sketch.

See `copying` and `sketch`. N frames, C features on G = 32 rows and columns, H pixels, K = 64 cells of the flow.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle

from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given
from emostage.nets.painting.layers import silent
from emostage.nets.painting.sketch import Sketch

_FLOW = 2
"""Cells of the flow along a cell of the features."""
_REACH = 0.1
"""Unit of the residual flow, in shares of the picture's side."""


class Brush(nn.Module):
    """Draws frames of `factor` pixels along a cell of its features; a new one only fetches and sketches."""

    def __init__(self, channels: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.flow = nn.Conv2d(channels, 2 * _FLOW * _FLOW, 3, padding=1)
        self.paint = nn.Conv2d(channels, 3 * factor * factor, 3, padding=1)
        silent(self.flow)
        silent(self.paint)

    def forward(self, features_NCGG: Tensor, given: Given, drawn: Sketch) -> Painted:
        """Frames that start from the reference as the linear head moves it, and the sketch."""
        with torch.autocast(features_NCGG.device.type, enabled=False):
            features_NCGG = features_NCGG.float()
            residual_N2KK = _REACH * pixel_shuffle(self.flow(features_NCGG), _FLOW)
            base_N2KK = interpolate(given.flat("moved_BF3KK")[:, :2], residual_N2KK.shape[2:], mode="bilinear", align_corners=False)
            change_N3HH = pixel_shuffle(self.paint(features_NCGG), self.factor)
            return drawn.painted(given.each("reference_B3HH"), base_N2KK + residual_N2KK, change_N3HH)
