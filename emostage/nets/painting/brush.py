"""From features to a frame: a residual flow, what to keep of the reference, and the paint for the rest (see `copying`).

N frames, C features on G = 32 rows and columns, H pixels, K = 64 cells of the flow.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle

from emostage.nets.painting.copying import Painted, joined
from emostage.nets.painting.layers import silent

_FLOW = 2
"""Cells of the flow along a cell of the features."""
_REACH = 0.1
"""Unit of the residual flow, in shares of the picture's side."""
_KEEP = 2.0
"""A new brush keeps most of the reference."""


class Brush(nn.Module):
    """Draws frames of `factor` pixels along a cell of its features."""

    def __init__(self, channels: int, factor: int) -> None:
        super().__init__()
        self.factor = factor
        self.flow = nn.Conv2d(channels, 2 * _FLOW * _FLOW, 3, padding=1)
        self.paint = nn.Conv2d(channels, 4 * factor * factor, 3, padding=1)
        silent(self.flow)

    def forward(self, features_NCGG: Tensor, reference_N3HH: Tensor, base_N2XX: Tensor) -> Painted:
        """Frames that start from the reference seen along a flow of any size."""
        with torch.autocast(features_NCGG.device.type, enabled=False):
            features_NCGG = features_NCGG.float()
            residual_N2KK = _REACH * pixel_shuffle(self.flow(features_NCGG), _FLOW)
            base_N2KK = interpolate(base_N2XX, residual_N2KK.shape[2:], mode="bilinear", align_corners=False)
            flow_N2KK = base_N2KK + residual_N2KK
            paint_N4HH = pixel_shuffle(self.paint(features_NCGG), self.factor)
            keep_N1HH = torch.sigmoid(paint_N4HH[:, 3:] + _KEEP)
            return joined(reference_N3HH, flow_N2KK, keep_N1HH, torch.tanh(paint_N4HH[:, :3]))
