"""The latent denoiser of EmoTalker (arXiv 2401.08049, section 2.1), after DiffTalk (Shen et al., arXiv 2301.03786).

The reference latent is concatenated with the noise; sound, landmarks and the emotion embedding enter by cross-attention. The
emotion embedding is made of the strengths that the Emotion Intensity Block reads out of a prompt.
N = B F frames, C channels and G cells of a latent, H pixels, P chosen landmarks, K tokens of width D.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import grid_sample

from emostage.core.emotion import EMOTIONS
from emostage.nets.painting import entering, maps
from emostage.nets.painting.brush import Brush
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given, face_mask
from emostage.nets.painting.layers import CrossAttention, mlp, sizes, waves
from emostage.nets.painting.pretrained import codec_of
from emostage.nets.painting.sketch import Sketch, sketch
from emostage.nets.painting.unet import UNet

POINTS: tuple[tuple[int, ...], ...] = (
    (61, 185, 40, 39, 37, 0, 267, 269), (270, 409, 291, 375, 321, 405, 314, 17), (84, 181, 91, 146, 78, 191, 80, 81),
    (82, 13, 312, 311, 310, 415, 308, 324), (318, 402, 317, 14, 87, 178, 88, 95), (33, 246, 161, 160, 159, 158, 157, 173),
    (133, 7, 163, 144, 145, 153, 154, 155), (263, 466, 388, 387, 386, 385, 384, 398), (362, 249, 390, 373, 374, 380, 381, 382),
    (70, 63, 105, 66, 107, 55, 65, 52), (300, 293, 334, 296, 336, 285, 295, 282), (152, 148, 377, 176, 400, 172, 397, 199),
    (205, 425, 50, 280, 203, 423, 216, 436), (1, 2, 98, 327, 48, 278, 4, 168),
)  # fmt: skip
"""Landmarks of the face mesh by group: lips, lids, brows, chin, cheeks, nose. Each group makes one token."""


@dataclass(frozen=True, kw_only=True)
class DenoiserConfig:
    """Sizes. `factor` pixels along a cell of the latents; `sound` frames and numbers a frame; `codec` as `pretrained.codec_of`."""

    factor: int = 4
    widths: tuple[int, ...] = (48, 96, 144)
    blocks: int = 2
    embed: int = 256
    token: int = 96
    sound: tuple[int, int] = (9, 160)
    codec: Mapping[str, Any] | None = None


class EmoTalker(nn.Module):
    """Predicts clean frames of noisy latents, each frame by itself."""

    def __init__(self, config: DenoiserConfig) -> None:
        super().__init__()
        self.config = config
        self.codec = codec_of(config.factor, config.codec)
        frames, numbers = config.sound
        self.level = mlp(64, config.embed, config.embed)
        self.emotion = mlp(len(EMOTIONS), config.embed, config.embed)
        self.emotion_token = nn.Linear(config.embed, config.token)
        self.sound = mlp(numbers, config.token, config.token)
        self.sound_place = nn.Parameter(0.02 * torch.randn(frames, config.token))
        self.points = nn.ModuleList(mlp(4 * len(group), config.token, config.token) for group in POINTS)
        seen = entering.channels(self.codec, maps.FACE) + 1
        self.unet = UNet(seen, config.widths, config.blocks, config.embed, self._mixer)
        self.brush = Brush(config.widths[0], config.factor)

    def _mixer(self, size: int, width: int, block: int) -> nn.Module | None:  # noqa: ARG002
        return _Attending(width, self.config.token) if size > 0 else None

    def forward(self, noisy_NCGG: Tensor, level_N: Tensor, given: Given, drawn: Sketch | None = None) -> Painted:
        """Clean frames. `level_N` in (0, 1]; `drawn` is the sketch of what is given, where it is known already."""
        drawn, mask_N1GG = drawn or sketch(given), face_mask(given.flat("landmarks_BFL2"), noisy_NCGG.shape[-1])
        seen_NCGG = torch.cat([entering.entering(noisy_NCGG, given, drawn, self.codec, maps.FACE), mask_N1GG], 1)
        felt_NE = self.emotion(given.flat("weights_BF8"))
        heard_NKD = self.sound(given.flat("sound_BFWX")) + self.sound_place
        tokens_NKD = torch.cat([heard_NKD, self.emotion_token(felt_NE)[:, None], self._landmarks(given)], 1)
        features = self.unet(seen_NCGG, self.level(waves(level_N, 64)) + felt_NE, tokens_NKD)
        painted: Painted = self.brush(features, given, drawn)
        return painted

    def _landmarks(self, given: Given) -> Tensor:
        """Tokens (N, K, D): where landmarks are, and how far they lie from where they would be if only the head had turned."""
        driven_NL2, own_NL2 = given.flat("landmarks_BFL2"), given.each("own_landmarks_BL2")
        back_N2GG = given.flat("back_BF3GG")[:, :2]
        back_NL2 = grid_sample(back_N2GG, 2 * driven_NL2[:, :, None] - 1, padding_mode="border", align_corners=False)[..., 0]
        moved_NL2 = driven_NL2 + back_NL2.transpose(1, 2) - own_NL2
        seen_NL4 = torch.cat([4.0 * (driven_NL2 - 0.5), 60.0 * moved_NL2], -1)
        tokens = [net(seen_NL4[:, list(group)].flatten(1)) for net, group in zip(self.points, POINTS, strict=True)]
        return torch.stack(tokens, 1)


class _Attending(nn.Module):
    """Cross-attention to all conditions."""

    def __init__(self, width: int, token: int) -> None:
        super().__init__()
        self.attention = CrossAttention(width, token)

    def forward(self, x_NCGG: Tensor, tokens_NKD: Any) -> Tensor:
        attended: Tensor = x_NCGG + self.attention(x_NCGG, tokens_NKD)
        return attended


def build(config: Mapping[str, Any]) -> EmoTalker:
    """The net of a checkpoint's configuration."""
    return EmoTalker(DenoiserConfig(**sizes(config)))
