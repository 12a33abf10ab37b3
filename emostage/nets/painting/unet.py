"""The trunk that the painters share: a UNet over three sizes (Ronneberger et al., arXiv 1505.04597) with room for each engine's own
way to take in its conditions.

An engine gives a `mixer` for each size at which it attends; a mixer is called after a residual block there with the features and
whatever the engine hands to `forward`. N frames, C channels, G = 32 rows and columns at the finest size, E numbers of the
embedding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import silu

from emostage.nets.painting.layers import Down, ResBlock, Up

Mixer = Callable[[int, int, int], nn.Module | None]
"""Size number (0 the finest), channels and number of the block to a module `(features, context) -> features`, or None."""


class UNet(nn.Module):
    """`enter` channels at the finest size in, `widths[0]` features out."""

    def __init__(self, enter: int, widths: tuple[int, ...], blocks: int, embed: int, mixer: Mixer) -> None:
        super().__init__()
        self.enter = nn.Conv2d(enter, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for size, width in enumerate(widths):
            coarser = Down(widths[size - 1], width) if size else nn.Identity()
            self.down.append(_row(coarser, [_Step(width, width, embed, mixer(size, width, k)) for k in range(blocks)]))
        self.middle = _Step(widths[-1], widths[-1], embed, mixer(len(widths) - 1, widths[-1], blocks - 1))
        for size, width in reversed(list(enumerate(widths))):
            finer = nn.Identity() if size == len(widths) - 1 else Up(widths[size + 1], width)
            self.up.append(_row(finer, [_Step(2 * width, width, embed, mixer(size, width, k)) for k in range(blocks)]))
        self.norm = nn.GroupNorm(16, widths[0])

    def forward(self, x_NCGG: Tensor, embed_NE: Tensor, context: Any) -> Tensor:
        """Features (N, widths[0], G, G)."""
        embed_NE = silu(embed_NE)
        h: Tensor = self.enter(x_NCGG)
        kept: list[Tensor] = []
        for row in self.down:
            resize, *steps = cast(nn.ModuleList, row)
            h = resize(h)
            for step in steps:
                h = step(h, embed_NE, context)
                kept.append(h)
        h = self.middle(h, embed_NE, context)
        for row in self.up:
            resize, *steps = cast(nn.ModuleList, row)
            h = resize(h)
            for step in steps:
                h = step(torch.cat([h, kept.pop()], 1), embed_NE, context)
        features: Tensor = silu(self.norm(h))
        return features


def _row(resize: nn.Module, steps: list[_Step]) -> nn.ModuleList:
    """What changes the size, and the steps at the new size."""
    return nn.ModuleList([resize, *steps])


class _Step(nn.Module):
    """A residual block and the mixer after it."""

    def __init__(self, enter: int, leave: int, embed: int, mixer: nn.Module | None) -> None:
        super().__init__()
        self.block, self.mixer = ResBlock(enter, leave, embed), mixer

    def forward(self, x_NCGG: Tensor, embed_NE: Tensor, context: Any) -> Tensor:
        h: Tensor = self.block(x_NCGG, embed_NE)
        return h if self.mixer is None else self.mixer(h, context)
