"""Layers that painters are built of. N frames, C channels, G rows and columns, E numbers of the embedding, K tokens of width D."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, interpolate, silu

_GROUPS = 16


LOUD = 4.0
"""Weights of actions are made larger by this, so that a net hears them from the start: most of them are small."""


class ResBlock(nn.Module):
    """Two convolutions, the second scaled and shifted by an embedding (Dhariwal & Nichol, arXiv 2105.05233, equation 3 of
    appendix); it begins as the identity."""

    def __init__(self, enter: int, leave: int, embed: int) -> None:
        super().__init__()
        self.norm_in = nn.GroupNorm(_GROUPS, enter)
        self.conv_in = nn.Conv2d(enter, leave, 3, padding=1)
        self.change = nn.Linear(embed, 2 * leave)
        self.norm_out = nn.GroupNorm(_GROUPS, leave, affine=False)
        self.conv_out = nn.Conv2d(leave, leave, 3, padding=1)
        self.skip = nn.Conv2d(enter, leave, 1) if enter != leave else nn.Identity()
        nn.init.zeros_(self.conv_out.weight)

    def forward(self, x_NCGG: Tensor, embed_NE: Tensor) -> Tensor:
        """The features, changed."""
        scale_NC11, shift_NC11 = self.change(embed_NE)[..., None, None].chunk(2, 1)
        h_NCGG = self.conv_in(silu(self.norm_in(x_NCGG)))
        h_NCGG = self.conv_out(silu(self.norm_out(h_NCGG) * (1 + scale_NC11) + shift_NC11))
        changed_NCGG: Tensor = self.skip(x_NCGG) + h_NCGG
        return changed_NCGG


class CrossAttention(nn.Module):
    """What each place takes from tokens. It begins by taking nothing."""

    def __init__(self, channels: int, token: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(_GROUPS, channels)
        self.ask = nn.Conv2d(channels, channels, 1)
        self.tell = nn.Linear(token, 2 * channels)
        self.join = nn.Conv2d(channels, channels, 1)
        silent(self.join)

    def forward(self, x_NCGG: Tensor, tokens_NKD: Tensor, without_NKD: Tensor | None = None) -> Tensor:
        """What is to be added to the features: what they take from the tokens, less what they would take from those `without`."""
        frames, channels, rows, columns = x_NCGG.shape
        ask = self.ask(self.norm(x_NCGG)).reshape(frames, self.heads, channels // self.heads, rows * columns)
        seen = self._seen(ask, tokens_NKD)
        if without_NKD is None:
            taken_NCGG: Tensor = self.join(seen.reshape(frames, channels, rows, columns))
            return taken_NCGG
        apart = (seen - self._seen(ask, without_NKD)).reshape(frames, channels, rows, columns)
        return conv2d(apart, self.join.weight)

    def _seen(self, ask: Tensor, tokens_NKD: Tensor) -> Tensor:
        frames, heads, each, _ = ask.shape
        key, value = self.tell(tokens_NKD).view(frames, -1, 2, heads, each).permute(2, 0, 3, 1, 4)
        seen: Tensor = value.transpose(2, 3) @ torch.softmax(key @ ask * each**-0.5, -2)
        return seen


class Down(nn.Module):
    """Half the rows and columns."""

    def __init__(self, enter: int, leave: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(enter, leave, 3, stride=2, padding=1)

    def forward(self, x_NCGG: Tensor) -> Tensor:
        """The coarser features."""
        coarse: Tensor = self.conv(x_NCGG)
        return coarse


class Up(nn.Module):
    """Twice the rows and columns."""

    def __init__(self, enter: int, leave: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(enter, leave, 3, padding=1)

    def forward(self, x_NCGG: Tensor) -> Tensor:
        """The finer features."""
        fine: Tensor = self.conv(interpolate(x_NCGG, scale_factor=2, mode="nearest"))
        return fine


def silent(conv: nn.Conv2d) -> None:
    """Let a convolution begin by answering nothing."""
    nn.init.zeros_(conv.weight)
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)


def mlp(enter: int, hidden: int, leave: int) -> nn.Sequential:
    """Two linear layers."""
    return nn.Sequential(nn.Linear(enter, hidden), nn.SiLU(), nn.Linear(hidden, leave))


def waves(level_N: Tensor, width: int) -> Tensor:
    """Noise levels in [0, 1] as sines and cosines (N, width)."""
    rate_W = torch.exp(log(1e3) * torch.arange(width // 2, device=level_N.device) / (width // 2 - 1))
    angle_NW = level_N[:, None].float() * rate_W
    return torch.cat([angle_NW.sin(), angle_NW.cos()], 1)


def places(size: int, device: torch.device) -> Tensor:
    """Coordinates (1, 2, size, size) in [-1, 1], x right and y down."""
    line = (torch.arange(size, device=device) + 0.5) * (2.0 / size) - 1.0
    return torch.stack([line.expand(size, size), line[:, None].expand(size, size)])[None]


def sizes(config: Mapping[str, Any]) -> dict[str, Any]:
    """The sizes of a net as its card tells them, lists as the tuples they were."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in config.items()}
