"""Layers over time that V-AID and Di-CTE share. B batch, T frames, H channels."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Convolutions(nn.Module):
    """Residual dilated convolutions that look ahead as far as back: (B, T, I) to (B, T, H)."""

    def __init__(self, inputs: int, width: int, dilations: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.enter = nn.Linear(inputs, width)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in dilations)
        self.layers = nn.ModuleList(nn.Conv1d(width, width, 3, padding=d, dilation=d) for d in dilations)

    def forward(self, x_BTI: Tensor) -> Tensor:
        """Each frame with what lies around it."""
        x_BTH: Tensor = self.enter(self.drop(x_BTI))
        for norm, layer in zip(self.norms, self.layers, strict=True):
            x_BTH = x_BTH + functional.gelu(layer(norm(x_BTH).transpose(1, 2))).transpose(1, 2)
        return x_BTH


def frame_net(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    """Two layers that look at one frame alone."""
    return nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Linear(hidden, outputs))


def rotary(frames: int, size: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines (T, size) of rotary position embedding (Su et al., RoFormer, arXiv 2104.09864, equation 15)."""
    rate_S = 1e4 ** (-torch.arange(0, size, 2, device=device) / size)
    angle_TS = torch.arange(frames, device=device)[:, None] * rate_S
    angle_TS = torch.cat([angle_TS, angle_TS], 1)
    return angle_TS.cos(), angle_TS.sin()


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Queries or keys (…, T, size) turned by their position."""
    cos_TS, sin_TS = turn
    first, second = x.chunk(2, -1)
    return x * cos_TS + torch.cat([-second, first], -1) * sin_TS
