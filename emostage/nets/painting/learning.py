"""What painters learn from: frames and their likeness, in which mouth and eyes count more.

N = B F frames, H pixels, G cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

WEIGHTS = (0.6, 1.0, 4.0, 4.0, 0.8, 0.6)
"""Of background, face, mouth, eyes, hair and body (`training.footage.store.PARTS`)."""

_EDGES = 1.5
"""Weight of differences between neighbouring pixels: a blurred frame has the right colours and the wrong edges."""
_SMOOTH = 1e-3


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Mean absolute errors of colours in [-1, 1] and of edges at two sizes, weighted by part."""

    colour: Tensor
    edges: Tensor

    @property
    def loss(self) -> Tensor:
        """What is minimised."""
        return self.colour + _EDGES * self.edges


def part_weights(parts_NGG: Tensor, size: int) -> Tensor:
    """Weights (N, 1, H, H) of what is seen in each cell; unknown parts (255) count 1."""
    table = torch.ones(256, device=parts_NGG.device)
    table[: len(WEIGHTS)] = torch.tensor(WEIGHTS, device=parts_NGG.device)
    weights_N1GG = table[parts_NGG.long()][:, None]
    spread_N1GG = torch.maximum(weights_N1GG, avg_pool2d(weights_N1GG, 3, 1, 1, count_include_pad=False))
    return interpolate(spread_N1GG, (size, size), mode="bilinear", align_corners=False)


def likeness(made_N3HH: Tensor, true_N3HH: Tensor, weight_N1HH: Tensor) -> Likeness:
    """How unlike two batches of frames are."""
    off_N3HH = made_N3HH - true_N3HH
    colour = (weight_N1HH * _soft(off_N3HH)).mean()
    half_N3hh, half_N1hh = avg_pool2d(off_N3HH, 2), avg_pool2d(weight_N1HH, 2)
    return Likeness(colour=colour, edges=_edges(off_N3HH, weight_N1HH) + _edges(half_N3hh, half_N1hh))


def _edges(off_N3HH: Tensor, weight_N1HH: Tensor) -> Tensor:
    across = weight_N1HH[..., 1:] * _soft(off_N3HH[..., 1:] - off_N3HH[..., :-1])
    down = weight_N1HH[..., 1:, :] * _soft(off_N3HH[..., 1:, :] - off_N3HH[..., :-1, :])
    return across.mean() + down.mean()


def _soft(off: Tensor) -> Tensor:
    """The absolute value, round at 0."""
    return torch.sqrt(off * off + _SMOOTH * _SMOOTH)


def mixed_noise(shape: tuple[int, ...], shared: Tensor, generator: torch.Generator | None) -> Tensor:
    """Noise (B, F, ...) for takes whose frames share it where `shared` (B,) says so: films are sampled with one noise for all
    frames of a shot, so that what the noise decides does not flicker."""
    own = torch.randn(shape, generator=generator)
    common = torch.randn((shape[0], 1, *shape[2:]), generator=generator).expand(shape)
    return torch.where(shared.view(-1, *[1] * (len(shape) - 1)), common, own)
