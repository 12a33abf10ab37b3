"""What the diffusion finish learns: true frames out of what the photo renderer drew of them.

A sample lies on the straight line from the true frame to the noised latent of the drawn one, and the clean sample is predicted
(Liu et al., Rectified Flow, arXiv 2209.03003, between two distributions of which neither is noise): x_s = x_0 + s / S (z - x_0)
with z = (1 - S) drawn + S noise, S = `net.START`. N = B F frames, H pixels, G cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.diffusion.flow import drawn_levels, noised
from emostage.diffusion.module import Batch
from emostage.nets.finish.net import START, Finish
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.learning import SHARED, given_of, likeness, mixed_noise, part_weights

_OPEN = 0.01
"""Weight of how far the gate is open: it opens where something is gained."""


@dataclass(frozen=True, kw_only=True)
class FinishObjective:
    """Batches have the arrays of `Given` by name, `drawn_BF3HH`, `clean_BF3HH` and `parts_BFGG`."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """`loss` and its parts, as `nets.painting.learning` with the mean `gate` added; `photo`, what its likeness would be if
        nothing was repaired."""
        assert isinstance(net, Finish)
        takes, frames = batch["clean_BF3HH"].shape[:2]
        clean_N3HH, drawn_N3HH = (batch[name].flatten(0, 1) for name in ("clean_BF3HH", "drawn_BF3HH"))
        latent_NCGG = net.codec.encode(clean_N3HH)
        shared_B = torch.rand(takes, generator=generator) < SHARED
        noise = mixed_noise((takes, frames, *latent_NCGG.shape[1:]), shared_B, generator).flatten(0, 1).to(latent_NCGG)
        share_N = drawn_levels(takes, generator).repeat_interleave(frames).to(latent_NCGG)
        noisy = noised(latent_NCGG, begun(net.codec.encode(drawn_N3HH), noise), share_N.view(-1, 1, 1, 1))
        answer = net.answer(noisy, START * share_N, drawn_N3HH, given_of(batch))
        weight_N1HH = part_weights(batch["parts_BFGG"].flatten(0, 1), clean_N3HH.shape[-1])
        found = likeness(answer.painted.clean_N3HH, clean_N3HH, weight_N1HH)
        gate, photo = answer.open_N1HH.mean(), likeness(drawn_N3HH, clean_N3HH, weight_N1HH).loss
        return {"loss": found.loss + _OPEN * gate, "colour": found.colour, "edges": found.edges, "gate": gate, "photo": photo}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Frames finished in one step (B, F, 3, H, H)."""
        assert isinstance(net, Finish)
        drawn_N3HH = batch["drawn_BF3HH"].flatten(0, 1)
        latent_NCGG = net.codec.encode(drawn_N3HH)
        noise = torch.randn(latent_NCGG.shape, generator=torch.Generator().manual_seed(0)).to(latent_NCGG)
        level_N = latent_NCGG.new_full((len(latent_NCGG),), START)
        painted: Painted = net(begun(latent_NCGG, noise), level_N, drawn_N3HH, given_of(batch))
        return painted.clean_N3HH.view_as(batch["clean_BF3HH"])


def begun(latent_NCGG: Tensor, noise_NCGG: Tensor) -> Tensor:
    """Where a sample begins: the latent of what was drawn, noised to the level `START`."""
    return noised(latent_NCGG, noise_NCGG, latent_NCGG.new_full((1, 1, 1, 1), START))
