"""What painters learn from: frames and their likeness, in which mouth and eyes count more.

N = B F frames, H pixels, G cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from emostage.diffusion.flow import drawn_levels, noised
from emostage.diffusion.module import Batch
from emostage.nets.painting.codec import Codec
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given

Predict = Callable[[Tensor, Tensor, Given], Painted]

WEIGHTS = (0.15, 1.5, 40.0, 40.0, 0.25, 0.15)
"""Of background, face, mouth, eyes, hair and body (`training.footage.store.PARTS`)."""

_COLOUR, _EDGES = 4.0, 0.15
"""Weights of squared errors of colours, in which a wrong mouth outweighs the grain that nobody can foretell, and of errors of
differences between neighbouring pixels: a blurred frame has the right colours and the wrong edges."""
_COARSER = (2, 4)
"""Pixels along the squares over which colours are compared too: what is somewhat out of place should become better by little."""
_SMOOTH = 0.03

SHARED = 0.6
"""Share of takes whose frames share their noise."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Mean squared errors of colours in [-1, 1] at three sizes and absolute ones of edges at two, weighted by part."""

    colour: Tensor
    edges: Tensor

    @property
    def loss(self) -> Tensor:
        """What is minimised."""
        return _COLOUR * self.colour + _EDGES * self.edges


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
    coarser = [(avg_pool2d(off_N3HH, k), avg_pool2d(weight_N1HH, k)) for k in _COARSER]
    colour = torch.stack([(weight * off * off).mean() for off, weight in ((off_N3HH, weight_N1HH), *coarser)]).sum()
    return Likeness(colour=colour, edges=_edges(off_N3HH, weight_N1HH) + _edges(*coarser[0]))


def _edges(off_N3HH: Tensor, weight_N1HH: Tensor) -> Tensor:
    across = weight_N1HH[..., 1:] * _soft(off_N3HH[..., 1:] - off_N3HH[..., :-1])
    down = weight_N1HH[..., 1:, :] * _soft(off_N3HH[..., 1:, :] - off_N3HH[..., :-1, :])
    return across.mean() + down.mean()


def _soft(off: Tensor) -> Tensor:
    """The absolute value, round at 0."""
    return torch.sqrt(off * off + _SMOOTH * _SMOOTH) - _SMOOTH


def mixed_noise(shape: tuple[int, ...], shared: Tensor, generator: torch.Generator | None) -> Tensor:
    """Noise (B, F, ...) for takes whose frames share it where `shared` (B,) says so: films are sampled with one noise for all
    frames of a shot, so that what the noise decides does not flicker."""
    own = torch.randn(shape, generator=generator)
    common = torch.randn((shape[0], 1, *shape[2:]), generator=generator).expand(shape)
    return torch.where(shared.view(-1, *[1] * (len(shape) - 1)), common, own)


def frame_losses(predict: Predict, codec: Codec, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
    """`loss` and its parts of a net that is asked for clean frames of noisy latents (N, C, G, G) at levels (N,)."""
    clean_BF3HH = batch["clean_BF3HH"]
    takes, frames, size = clean_BF3HH.shape[0], clean_BF3HH.shape[1], clean_BF3HH.shape[-1]
    latents_NCGG = codec.encode(clean_BF3HH.flatten(0, 1))
    shared_B = torch.rand(takes, generator=generator) < SHARED
    noise = mixed_noise((takes, frames, *latents_NCGG.shape[1:]), shared_B, generator).flatten(0, 1).to(latents_NCGG)
    level_N = drawn_levels(takes, generator).repeat_interleave(frames).to(latents_NCGG)
    painted = predict(noised(latents_NCGG, noise, level_N.view(-1, 1, 1, 1)), level_N, given_of(batch))
    weight_N1HH = part_weights(batch["parts_BFGG"].flatten(0, 1), size)
    found = likeness(painted.clean_N3HH, clean_BF3HH.flatten(0, 1), weight_N1HH)
    return {"loss": found.loss, "colour": found.colour, "edges": found.edges}


def answer(predict: Predict, codec: Codec, batch: Batch) -> Tensor:
    """Frames (B, F, 3, H, H) painted in one step from noise."""
    clean_BF3HH = batch["clean_BF3HH"]
    like_NCGG = codec.encode(clean_BF3HH.flatten(0, 1))
    noise = torch.randn(like_NCGG.shape, generator=torch.Generator().manual_seed(0)).to(like_NCGG)
    painted = predict(noise, torch.ones(len(noise), device=noise.device), given_of(batch))
    return painted.clean_N3HH.view_as(clean_BF3HH)


def given_of(batch: Batch) -> Given:
    """The conditions in a batch."""
    return Given(**{name: batch[name] for name in Given.__dataclass_fields__})
