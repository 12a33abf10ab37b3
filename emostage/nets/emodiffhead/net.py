"""The denoising UNet of EMOdiffhead (arXiv 2409.07255, section 3.3).

Noise level, expression vector and sound scale and shift the residual blocks (the paper's conditional residual block); the coarser
sizes also attend to tokens of sound and expression; a reference net carries identity from the one photo, its features moved to
where the linear head, turned and with the wanted expression, shows them; the frames before are motion context.
N = B F frames, M = 2 frames before, C channels and G cells of a latent, H pixels, E numbers of an embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from emostage.core.arkit import ARKIT_COUNT
from emostage.nets.painting import entering, maps
from emostage.nets.painting.brush import Brush
from emostage.nets.painting.copying import Painted, fetched
from emostage.nets.painting.given import Given
from emostage.nets.painting.layers import LOUD, CrossAttention, Down, ResBlock, mlp, sizes, waves
from emostage.nets.painting.pretrained import codec_of
from emostage.nets.painting.sketch import sketch
from emostage.nets.painting.unet import UNet

BEFORE = 2
"""Frames before that are looked at."""


@dataclass(frozen=True, kw_only=True)
class PainterConfig:
    """Sizes. `factor` pixels along a cell of the latents; `sound` frames and numbers a frame; `codec` as `pretrained.codec_of`."""

    factor: int = 4
    widths: tuple[int, ...] = (48, 96, 144)
    blocks: int = 2
    embed: int = 256
    tokens: int = 8
    token: int = 96
    sound: tuple[int, int] = (9, 160)
    codec: Mapping[str, Any] | None = None


class EmoDiffHead(nn.Module):
    """Predicts clean frames of noisy latents."""

    def __init__(self, config: PainterConfig) -> None:
        super().__init__()
        self.config = config
        self.codec = codec_of(config.factor, config.codec)
        channels, widths, embed = self.codec.channels, config.widths, config.embed
        self.level = mlp(64, embed, embed)
        self.expression = mlp(2 * ARKIT_COUNT, embed, embed)
        self.sound = SoundNet(config.sound, config.token)
        self.sound_embed = nn.Linear(config.token, embed)
        self.expression_tokens = mlp(2 * ARKIT_COUNT, embed, config.tokens * config.token)
        self.reference = ReferenceNet(channels, widths, embed)
        seen = entering.channels(self.codec, maps.FACE) + BEFORE * channels + 1
        self.unet = UNet(seen, widths, config.blocks, embed, self._mixer)
        self.brush = Brush(widths[0], config.factor)

    def _mixer(self, size: int, width: int, block: int) -> nn.Module:  # noqa: ARG002
        return Mixing(size, width, self.config.token, attends=size > 0)

    def forward(self, noisy_NCGG: Tensor, level_N: Tensor, given: Given, before_NM3HH: Tensor, seen_N: Tensor) -> Painted:
        """Clean frames. `level_N` in (0, 1]; `before_NM3HH` the frames before the window, where `seen_N` says there are any."""
        drawn = sketch(given)
        faces_N104 = LOUD * torch.cat([given.flat("expression_BF52"), given.each("own_B52")], 1)
        told_NE = self.expression(faces_N104)
        sound_NWD = self.sound(given.flat("sound_BFWX"))
        embed_NE = self.level(waves(level_N, 64)) + told_NE + self.sound_embed(sound_NWD.mean(1))
        shown_NKD = self.expression_tokens(faces_N104).view(len(faces_N104), -1, self.config.token)
        seen_NCGG = torch.cat(
            [
                entering.entering(noisy_NCGG, given, drawn, self.codec, maps.FACE),
                self._context(before_NM3HH, seen_N),
                seen_N.view(-1, 1, 1, 1).expand(-1, 1, *noisy_NCGG.shape[2:]),
            ],
            1,
        )
        moved = self._reference(given, given.flat("moved_BF3KK")[:, :2])
        features = self.unet(seen_NCGG, embed_NE, (shown_NKD, sound_NWD, moved))
        painted: Painted = self.brush(features, given, drawn)
        return painted

    def _reference(self, given: Given, moved_N2KK: Tensor) -> list[Tensor]:
        """Features of the reference, one map a size, where the turned head is."""
        own_BE = self.expression(LOUD * torch.cat([given.own_B52, given.own_B52], 1))
        found = self.reference(self.codec.encode(given.reference_B3HH), own_BE)
        return [fetched(map_BCGG.repeat_interleave(given.frames, 0), moved_N2KK) for map_BCGG in found]

    def _context(self, before_NM3HH: Tensor, seen_N: Tensor) -> Tensor:
        encoded = [self.codec.encode(before_NM3HH[:, m]) for m in range(before_NM3HH.shape[1])]
        latents = torch.cat(encoded, 1)
        context: Tensor = latents * seen_N.view(-1, 1, 1, 1)
        return context


class Mixing(nn.Module):
    """Adds what the reference net knows of the size, and attends to the expression and to the sound, each by itself: the sound's
    tokens would drown the expression's."""

    def __init__(self, size: int, width: int, token: int, *, attends: bool) -> None:
        super().__init__()
        self.size = size
        self.take = nn.Conv2d(width, width, 1)
        self.expression = CrossAttention(width, token) if attends else None
        self.sound = CrossAttention(width, token) if attends else None
        nn.init.zeros_(self.take.weight)

    def forward(self, x_NCGG: Tensor, context: Any) -> Tensor:
        """The features with both."""
        shown_NKD, sound_NWD, moved = context
        x_NCGG = x_NCGG + self.take(moved[self.size])
        if self.expression is None or self.sound is None:
            return x_NCGG
        x_NCGG = x_NCGG + self.expression(x_NCGG, shown_NKD)
        heard: Tensor = x_NCGG + self.sound(x_NCGG, sound_NWD)
        return heard


class ReferenceNet(nn.Module):
    """Features of the photo at every size of the UNet."""

    def __init__(self, channels: int, widths: tuple[int, ...], embed: int) -> None:
        super().__init__()
        self.enter = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.blocks = nn.ModuleList(ResBlock(width, width, embed) for width in widths)
        self.downs = nn.ModuleList(Down(a, b) for a, b in pairwise(widths))

    def forward(self, photo_BCGG: Tensor, embed_BE: Tensor) -> list[Tensor]:
        """One map a size, the finest first."""
        h, maps = self.enter(photo_BCGG), []
        for size, block in enumerate(self.blocks):
            h = block(h if size == 0 else self.downs[size - 1](h), embed_BE)
            maps.append(h)
        return maps


class SoundNet(nn.Module):
    """One token for each frame of sound around a frame."""

    def __init__(self, sound: tuple[int, int], token: int) -> None:
        super().__init__()
        frames, numbers = sound
        self.net = mlp(numbers, token, token)
        self.place = nn.Parameter(0.02 * torch.randn(frames, token))

    def forward(self, sound_NWX: Tensor) -> Tensor:
        """Tokens (N, W, D)."""
        tokens_NWD: Tensor = self.net(sound_NWX) + self.place
        return tokens_NWD


def build(config: Mapping[str, Any]) -> EmoDiffHead:
    """The net of a checkpoint's configuration."""
    return EmoDiffHead(PainterConfig(**sizes(config)))
