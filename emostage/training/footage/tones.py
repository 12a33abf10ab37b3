"""Other light and colours for footage: each take, portrait and frames alike, is changed at random, because photos differ more than
what is drawn. B takes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from emostage.diffusion.module import Batch

PICTURES = ("reference_B3HH", "clean_BF3HH", "before_BM3HH", "drawn_BF3HH")
_UNCHANGED, _GREY = 0.25, 0.06


Tones = tuple[Tensor, Tensor, Tensor, Tensor]
"""Gains of the channels (B, 3), gamma, colour and lift (B,)."""


def toned(batch: Batch, rng: np.random.Generator) -> Batch:
    """A batch whose pictures have other colours and contrast, some of them soft or without colour."""
    tones = drawn_tones(len(batch[PICTURES[0]]), rng)
    return {name: _changed(value, *tones) if name in PICTURES else value for name, value in batch.items()}


def drawn_tones(count: int, rng: np.random.Generator) -> Tones:
    """The tones of so many takes."""

    def drawn(spread: float, *shape: int) -> Tensor:
        values = rng.normal(0.0, spread, (count, *shape)) * (rng.random((count, *[1] * len(shape))) >= _UNCHANGED)
        return torch.from_numpy(values.astype(np.float32))

    gain_B3, gamma_B = torch.exp(drawn(0.10, 3) + drawn(0.12, 1)), torch.exp(drawn(0.22))
    colour_B = torch.exp(drawn(0.25)) * torch.from_numpy((rng.random(count) >= _GREY).astype(np.float32))
    return gain_B3, gamma_B, colour_B, drawn(0.04)


def _changed(pictures: Tensor, gain_B3: Tensor, gamma_B: Tensor, colour_B: Tensor, lift_B: Tensor) -> Tensor:
    """Pictures (B, ..., 3, H, H) in [-1, 1] with a gamma, channel gains, more or less colour, and a lift of the blacks."""
    ones = [1] * (pictures.ndim - 1)
    light = pictures.mul(0.5).add_(0.5).clamp_(1e-4, 1).pow_(gamma_B.view(-1, *ones))
    light.mul_(gain_B3.view(-1, *ones[:-3], 3, 1, 1))
    grey = light.mean(-3, keepdim=True)
    return torch.lerp(grey, light, colour_B.view(-1, *ones)).add_(lift_B.view(-1, *ones)).clamp_(0, 1).mul_(2.0).sub_(1.0)
