"""What ETHD learns: clean windows of frames out of noisy ones by flow matching (`diffusion.flow`).

In training the movement of the face is withheld from some takes in part (`withholding`): a picture that smiles is then one whose
smile the net itself has to take out. B takes, F frames, H pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.diffusion.module import Batch
from emostage.nets.emotivetalk.ethd import Ethd
from emostage.nets.emotivetalk.withholding import withheld
from emostage.nets.painting.learning import answer, frame_losses

WITHHELD = 0.5
"""Share of takes in training from which some of the movement of the face is withheld."""


@dataclass(frozen=True, kw_only=True)
class EthdObjective:
    """Batches have the arrays of `Given` by name, `clean_BF3HH` and `parts_BFGG`. `withheld` is the share of takes whose face is
    not moved all the way."""

    withheld: float = WITHHELD

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """`loss` and its parts, as `nets.painting.learning`."""
        assert isinstance(net, Ethd)
        shown = _partly(batch, self.withheld, generator) if net.training else batch
        return frame_losses(net, net.codec, shown, generator)

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Frames painted in one step from noise (B, F, 3, H, H)."""
        assert isinstance(net, Ethd)
        return answer(net, net.codec, batch)


def _partly(batch: Batch, share: float, generator: torch.Generator | None) -> Batch:
    """The batch with the face's own movement taken out of a share of its takes, by a part that all frames of a take share."""
    takes = len(batch["moved_BF3KK"])
    among_B, part_B = torch.rand((2, takes), generator=generator).to(batch["moved_BF3KK"])
    part_B = torch.where(among_B < share, part_B, torch.zeros_like(part_B))
    return {**batch, "moved_BF3KK": withheld(batch["moved_BF3KK"], batch["back_BF3GG"], part_B)}
