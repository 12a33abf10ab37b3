"""What the painter of EMOdiffhead learns: clean frames out of noisy ones by flow matching (`diffusion.flow`).

B takes, F frames, M frames before, H pixels, G cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.diffusion.flow import drawn_levels, noised
from emostage.diffusion.module import Batch
from emostage.nets.emodiffhead.net import EmoDiffHead
from emostage.nets.painting.given import Given
from emostage.nets.painting.learning import likeness, mixed_noise, part_weights

_ALONE, _SHARED = 0.4, 0.6
"""Shares of takes that have no frames before, and whose frames share their noise."""
_WORN = 0.15
"""Most noise on the frames before: those of a film are painted too, and not perfect."""


@dataclass(frozen=True, kw_only=True)
class EmoDiffHeadObjective:
    """Batches have the arrays of `Given` by name, `clean_BF3HH`, `before_BM3HH` with `seen_B`, and `parts_BFGG`."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """`loss` and its parts, as `nets.painting.learning`."""
        assert isinstance(net, EmoDiffHead)
        clean_BF3HH = batch["clean_BF3HH"]
        takes, frames, size = clean_BF3HH.shape[0], clean_BF3HH.shape[1], clean_BF3HH.shape[-1]
        latents_NCGG = net.codec.encode(clean_BF3HH.flatten(0, 1))
        shared_B = torch.rand(takes, generator=generator) < _SHARED
        noise = mixed_noise((takes, frames, *latents_NCGG.shape[1:]), shared_B, generator).flatten(0, 1).to(latents_NCGG)
        level_N = drawn_levels(takes, generator).repeat_interleave(frames).to(latents_NCGG)
        noisy_NCGG = noised(latents_NCGG, noise, level_N.view(-1, 1, 1, 1))
        seen_B = batch["seen_B"] * (torch.rand(takes, generator=generator) >= _ALONE).to(batch["seen_B"])
        worn = torch.rand(takes, 1, 1, 1, 1, generator=generator) * _WORN
        before_BM3HH = batch["before_BM3HH"]
        before_BM3HH = before_BM3HH + (worn * torch.randn(before_BM3HH.shape, generator=generator)).to(before_BM3HH)
        painted = net(
            noisy_NCGG,
            level_N,
            given_of(batch),
            before_BM3HH.repeat_interleave(frames, 0),
            seen_B.repeat_interleave(frames),
        )
        weight_N1HH = part_weights(batch["parts_BFGG"].flatten(0, 1), size)
        found = likeness(painted.clean_N3HH, clean_BF3HH.flatten(0, 1), weight_N1HH)
        return {"loss": found.loss, "colour": found.colour, "edges": found.edges}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Frames painted in one step from noise (B, F, 3, H, H)."""
        clean_BF3HH = batch["clean_BF3HH"]
        latents_NCGG = net.codec.encode(clean_BF3HH.flatten(0, 1))  # type: ignore[operator]
        noise = torch.randn(latents_NCGG.shape, generator=torch.Generator().manual_seed(0)).to(latents_NCGG)
        before_NM3HH = batch["before_BM3HH"].repeat_interleave(clean_BF3HH.shape[1], 0)
        ones_N = torch.ones(len(noise), device=noise.device)
        painted = net(noise, ones_N, given_of(batch), before_NM3HH, batch["seen_B"].repeat_interleave(clean_BF3HH.shape[1]))
        frames: Tensor = painted.clean_N3HH.view_as(clean_BF3HH)
        return frames


def given_of(batch: Batch) -> Given:
    """The conditions in a batch."""
    return Given(**{name: batch[name] for name in Given.__dataclass_fields__})
