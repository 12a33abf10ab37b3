"""The diffusion finish: a small denoiser that starts from a frame of the photo renderer and repairs what the photo could not know,
the inside of the mouth, lids, folds, a cheek that the photo did not show.

As EmoTalker keeps an identity (arXiv 2401.08049, section 2.3), the latent that is denoised begins as a noised latent of the frame
as it was drawn. The answer is a residual flow on that frame and a painted change, both behind a gate that a trained net opens where
it knows better. The gate is shut outside of the face, where nothing ever changes.
N = B F frames, C channels and G cells of a latent, H pixels, K cells of the flow, E numbers of an embedding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pixel_shuffle

from emostage.core.arkit import ARKIT_COUNT
from emostage.nets.painting import maps
from emostage.nets.painting.codec import Shuffle
from emostage.nets.painting.copying import Painted, fetched, overpainted, sized
from emostage.nets.painting.given import CELLS, Given, face_mask
from emostage.nets.painting.layers import LOUD, mlp, silent, sizes, waves
from emostage.nets.painting.unet import UNet

START = 0.6
"""Noise level of the latent that is denoised first."""
_REACH = 0.05
"""Unit of the residual flow, in shares of the picture's side."""
_FAR = 10.0
"""Ways back are made larger by this: most of them are small."""
_FINER = 2
"""Cells of the flow along a cell of the features."""


@dataclass(frozen=True, kw_only=True)
class FinishConfig:
    """Sizes. `factor` pixels along a cell of the latents; `enter` features of each cell are taken from all that is seen there."""

    factor: int = 4
    enter: int = 32
    widths: tuple[int, ...] = (48, 80, 128)
    blocks: int = 1
    embed: int = 128


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """Frames, and how far the gate `open_N1HH` is open, in [0, 1]."""

    painted: Painted
    open_N1HH: Tensor


class Finish(nn.Module):
    """Predicts clean frames of noisy latents, each frame by itself. A new one gives back what was drawn."""

    def __init__(self, config: FinishConfig) -> None:
        super().__init__()
        self.config = config
        self.codec = Shuffle(config.factor)
        embed, width = config.embed, config.widths[0]
        self.level = mlp(64, embed, embed)
        self.expression = mlp(2 * ARKIT_COUNT, embed, embed)
        self.enter = nn.Conv2d(3 * self.codec.channels + 4 + maps.channels(maps.FACE), config.enter, 1)
        self.unet = UNet(config.enter, config.widths, config.blocks, embed, lambda size, width, block: None)  # noqa: ARG005
        self.gate = nn.Conv2d(width, config.factor**2, 3, padding=1)
        self.flow = nn.Conv2d(width, 2 * _FINER**2, 3, padding=1)
        self.paint = nn.Conv2d(width, 3 * config.factor**2, 3, padding=1)
        for answer in (self.gate, self.flow, self.paint):
            silent(answer)

    def forward(self, noisy_NCGG: Tensor, level_N: Tensor, drawn_N3HH: Tensor, given: Given) -> Painted:
        """Clean frames. `level_N` in (0, `START`]."""
        return self.answer(noisy_NCGG, level_N, drawn_N3HH, given).painted

    def answer(self, noisy_NCGG: Tensor, level_N: Tensor, drawn_N3HH: Tensor, given: Given) -> Answer:
        """The same with the gate."""
        mask_N1GG = face_mask(given.flat("landmarks_BFL2"), CELLS)
        faces_N104 = LOUD * torch.cat([given.flat("expression_BF52"), given.each("own_B52")], 1)
        embed_NE = self.level(waves(level_N, 64)) + self.expression(faces_N104)
        features = self.unet(self.enter(self._seen(noisy_NCGG, drawn_N3HH, mask_N1GG, given)), embed_NE, None)
        with torch.autocast(features.device.type, enabled=False):
            return self._repaired(features.float(), drawn_N3HH, inside(mask_N1GG, drawn_N3HH.shape[-1]))

    def _seen(self, noisy_NCGG: Tensor, drawn_N3HH: Tensor, mask_N1GG: Tensor, given: Given) -> Tensor:
        """What is known of each cell."""
        moved_N3KK, cells = given.flat("moved_BF3KK"), noisy_NCGG.shape[-1]
        portrait_N3HH = fetched(given.each("reference_B3HH"), moved_N3KK[:, :2])
        louder_131 = moved_N3KK.new_tensor([_FAR, _FAR, 1.0]).view(1, 3, 1, 1)
        return torch.cat(
            [
                noisy_NCGG,
                self.codec.encode(drawn_N3HH),
                self.codec.encode(portrait_N3HH),
                sized(moved_N3KK, cells) * louder_131,
                inside(mask_N1GG, cells),
                maps.shown(maps.masks(given, moved_N3KK[:, :2]), maps.FACE, cells),
            ],
            1,
        )

    def _repaired(self, features_NCGG: Tensor, drawn_N3HH: Tensor, mask_N1HH: Tensor) -> Answer:
        factor, size = self.config.factor, drawn_N3HH.shape[-1]
        open_N1HH = mask_N1HH * pixel_shuffle(self.gate(features_NCGG), factor).sigmoid()
        residual_N2KK = _REACH * pixel_shuffle(self.flow(features_NCGG), _FINER)
        flow_N2HH = open_N1HH * interpolate(residual_N2KK, (size, size), mode="bilinear", align_corners=False)
        change_N3HH = open_N1HH * (2.0 * pixel_shuffle(self.paint(features_NCGG), factor).tanh())
        painted = overpainted(drawn_N3HH, flow_N2HH, change_N3HH)
        clean_N3HH = torch.where(mask_N1HH > 0, painted.clean_N3HH, drawn_N3HH)
        return Answer(painted=Painted(clean_N3HH=clean_N3HH, flow_N2KK=flow_N2HH, keep_N1HH=painted.keep_N1HH), open_N1HH=open_N1HH)


def inside(mask_N1GG: Tensor, size: int) -> Tensor:
    """A mask of the face at another size, 0 outside of it."""
    return interpolate(mask_N1GG, (size, size), mode="bilinear", align_corners=False)


def build(config: Mapping[str, Any]) -> Finish:
    """The net of a checkpoint's configuration."""
    return Finish(FinishConfig(**sizes(config)))
