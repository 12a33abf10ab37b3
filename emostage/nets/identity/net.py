"""A small net that tells people apart: an aligned face becomes a direction. N faces, D numbers of an embedding."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from emostage.nets.identity.align import FACE_PX, ellipse

_LEAST_CONTRAST = 0.05
"""Keeps the noise of a dark face from being blown up."""


@dataclass(frozen=True, kw_only=True)
class IdentityConfig:
    """Sizes: channels at half, quarter, eighth and sixteenth of the face's size, and of the embedding."""

    widths: tuple[int, int, int, int] = (24, 48, 96, 160)
    embed: int = 96


class IdentityNet(nn.Module):
    """Embeds faces; the cosine of two embeddings says how alike two faces are."""

    def __init__(self, config: IdentityConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        layers: list[nn.Module] = []
        for before, width in zip((3, *widths[:-1]), widths, strict=True):
            layers += [nn.Conv2d(before, width, 3, 2, 1, bias=False), nn.BatchNorm2d(width), nn.SiLU(inplace=True)]
            if width in widths[1:3]:
                layers.append(_Again(width))
        cells = FACE_PX // 2 ** len(widths)
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * cells * cells, config.embed, bias=False))
        self.scale = nn.BatchNorm1d(config.embed, affine=False)

    def forward(self, faces_N3FF: Tensor) -> Tensor:
        """Unit vectors (N, D) of faces in [-1, 1]. Each face is first brought to the same mean and contrast."""
        seen_11FF = ellipse(faces_N3FF.device)
        whole = 3.0 * seen_11FF.sum()
        off_N3FF = faces_N3FF - (faces_N3FF * seen_11FF).sum((1, 2, 3), keepdim=True) / whole
        contrast_N111 = torch.sqrt((off_N3FF**2 * seen_11FF).sum((1, 2, 3), keepdim=True) / whole)
        return normalize(self.scale(self.body(off_N3FF * seen_11FF / (contrast_N111 + _LEAST_CONTRAST))))


class _Again(nn.Module):
    """A residual block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)

    def forward(self, x_NCGG: Tensor) -> Tensor:
        added: Tensor = x_NCGG + torch.nn.functional.silu(self.norm(self.conv(x_NCGG)))
        return added
