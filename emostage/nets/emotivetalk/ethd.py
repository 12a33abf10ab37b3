"""ETHD, the expressive talking-head denoiser (EmotiveTalk, arXiv 2411.16726, section 3.4), with expression-decoupling injection.

The reference latent is concatenated with the noise. At the coarser sizes every residual block is followed by cross-attention to the
lip code, then EDI, `H + mask * (CA(H, driven) - CA(H, reference))`, which takes the photo's own expression out while it puts the
wanted one in, then self-attention over time, then `H + mask * CA(H, driven)`. The mask is the face.
N = B F frames, C channels and G cells of a latent, H pixels, K tokens of width D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, scaled_dot_product_attention

from emostage.core.arkit import ARKIT_COUNT, ARKIT_NAMES
from emostage.nets.emotivetalk.layers import rotary, rotate
from emostage.nets.painting import entering, maps
from emostage.nets.painting.brush import Brush
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given, face_mask
from emostage.nets.painting.layers import LOUD, CrossAttention, mlp, silent, sizes, waves
from emostage.nets.painting.pretrained import codec_of
from emostage.nets.painting.sketch import sketch
from emostage.nets.painting.unet import UNet

_SPOKEN = ("jaw", "tongue", "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthRoll", "mouthShrug",
           "mouthPress", "mouthLowerDown", "mouthUpperUp")  # fmt: skip
LIP_52 = np.array([name.startswith(_SPOKEN) for name in ARKIT_NAMES])
"""The actions of the lip code: those that speech needs. Smiles, frowns and all above the mouth belong to the expression code."""


_TOLD = (*maps.MOUTH, *maps.GAZE)
"""Masks that the net is shown: what the lip code says, and where the eyes look."""


@dataclass(frozen=True, kw_only=True)
class EthdConfig:
    """Sizes. `factor` pixels along a cell of the latents; `sound` frames and numbers a frame; `tokens` of an expression; `codec` as
    `pretrained.codec_of`."""

    factor: int = 4
    widths: tuple[int, ...] = (48, 96, 144)
    blocks: int = 2
    embed: int = 256
    tokens: int = 8
    token: int = 96
    sound: tuple[int, int] = (9, 160)
    codec: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What the mixers are told: `lip_NKD`, `driven_NKD` and `own_NKD` tokens, `mask_N1GG` the face, `frames` of each take, and
    whether EDI is `decoupled` (without it the driven expression is put in and the photo's is not taken out)."""

    lip_NKD: Tensor
    driven_NKD: Tensor
    own_NKD: Tensor
    mask_N1GG: Tensor
    frames: int
    decoupled: bool


class Ethd(nn.Module):
    """Predicts clean frames of noisy latents, all frames of a window together."""

    lip_52: Tensor

    def __init__(self, config: EthdConfig) -> None:
        super().__init__()
        self.config = config
        self.codec = codec_of(config.factor, config.codec)
        self.level = mlp(64, config.embed, config.embed)
        self.lip = LipTokens(config)
        self.expression = mlp(ARKIT_COUNT, config.embed, config.tokens * config.token)
        seen = entering.channels(self.codec, _TOLD) + 1
        self.unet = UNet(seen, config.widths, config.blocks, config.embed, self._mixer)
        self.brush = Brush(config.widths[0], config.factor)
        self.register_buffer("lip_52", torch.from_numpy(LIP_52.astype(np.float32)), persistent=False)

    def _mixer(self, size: int, width: int, block: int) -> nn.Module | None:
        return ExpressionBlock(width, self.config.token) if size > 0 and block == self.config.blocks - 1 else None

    def forward(self, noisy_NCGG: Tensor, level_N: Tensor, given: Given, *, decoupled: bool = True) -> Painted:
        """Clean frames. `level_N` in (0, 1]."""
        drawn, mask_N1GG = sketch(given), face_mask(given.flat("landmarks_BFL2"), noisy_NCGG.shape[-1])
        seen_NCGG = torch.cat([entering.entering(noisy_NCGG, given, drawn, self.codec, _TOLD), mask_N1GG], 1)
        told = Told(
            lip_NKD=self.lip(LOUD * given.flat("expression_BF52") * self.lip_52, given.flat("sound_BFWX")),
            driven_NKD=self._tokens(given.flat("expression_BF52")),
            own_NKD=self._tokens(given.own_B52).repeat_interleave(given.frames, 0),
            mask_N1GG=mask_N1GG,
            frames=given.frames,
            decoupled=decoupled,
        )
        features = self.unet(seen_NCGG, self.level(waves(level_N, 64)), told)
        painted: Painted = self.brush(features, given, drawn)
        return painted

    def _tokens(self, expression_N52: Tensor) -> Tensor:
        """Tokens (N, K, D) of an expression: all but what speech moves."""
        rest_N52 = LOUD * expression_N52 * (1.0 - self.lip_52)
        tokens_NKD: Tensor = self.expression(rest_N52).view(len(rest_N52), -1, self.config.token)
        return tokens_NKD


class LipTokens(nn.Module):
    """The lip code as tokens: what lips and jaw do in this frame, and the sound around it."""

    def __init__(self, config: EthdConfig) -> None:
        super().__init__()
        frames, numbers = config.sound
        self.token = config.token
        self.lips = mlp(ARKIT_COUNT, config.embed, config.tokens * config.token)
        self.sound = mlp(numbers, config.token, config.token)
        self.place = nn.Parameter(0.02 * torch.randn(frames, config.token))

    def forward(self, lips_N52: Tensor, sound_NWX: Tensor) -> Tensor:
        """Tokens (N, K, D)."""
        return torch.cat([self.lips(lips_N52).view(len(lips_N52), -1, self.token), self.sound(sound_NWX) + self.place], 1)


class ExpressionBlock(nn.Module):
    """Lip attention, EDI, time, expression attention, in the paper's order."""

    def __init__(self, width: int, token: int) -> None:
        super().__init__()
        self.lip = CrossAttention(width, token)
        self.injection = CrossAttention(width, token)
        self.time = TemporalAttention(width)
        self.driven = CrossAttention(width, token)

    def forward(self, x_NCGG: Tensor, told: Any) -> Tensor:
        """The features with lips, expression and their neighbours in time."""
        mask_N1GG = interpolate(told.mask_N1GG, x_NCGG.shape[2:], mode="area")
        x_NCGG = x_NCGG + self.lip(x_NCGG, told.lip_NKD)
        x_NCGG = x_NCGG + mask_N1GG * self.injection(x_NCGG, told.driven_NKD, told.own_NKD if told.decoupled else None)
        x_NCGG = x_NCGG + self.time(x_NCGG, told.frames)
        mixed_NCGG: Tensor = x_NCGG + mask_N1GG * self.driven(x_NCGG, told.driven_NKD)
        return mixed_NCGG


class TemporalAttention(nn.Module):
    """Self-attention of each place over the frames of its take, positions rotary. It begins by changing nothing."""

    def __init__(self, channels: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.GroupNorm(16, channels)
        self.ask = nn.Conv2d(channels, 3 * channels, 1)
        self.join = nn.Conv2d(channels, channels, 1)
        silent(self.join)

    def forward(self, x_NCGG: Tensor, frames: int) -> Tensor:
        """What is to be added to the features."""
        count, channels, rows, columns = x_NCGG.shape
        each = channels // self.heads
        parts = self.ask(self.norm(x_NCGG)).view(count // frames, frames, 3, self.heads, each, rows * columns)
        q, k, v = parts.permute(2, 0, 5, 3, 1, 4).flatten(1, 2).unbind(0)
        turn = rotary(frames, each, x_NCGG.device)
        seen = scaled_dot_product_attention(rotate(q, turn).to(v.dtype), rotate(k, turn).to(v.dtype), v)
        seen = seen.view(count // frames, rows * columns, self.heads, frames, each).permute(0, 3, 2, 4, 1)
        mixed_NCGG: Tensor = self.join(seen.reshape(count, channels, rows, columns))
        return mixed_NCGG


def build(config: Mapping[str, Any]) -> Ethd:
    """The net of a checkpoint's configuration."""
    return Ethd(EthdConfig(**sizes(config)))
