"""What ETHD learns: clean windows of frames out of noisy ones by flow matching (`diffusion.flow`).

In training the movement of the face is withheld from some takes in part: cheeks, brows and corners of the mouth stay somewhere
between where the picture has them and where they should be, and only the expression tokens of EDI say how far they are to go. A
picture that smiles is thus one whose smile the net itself has to take out. B takes, F frames, H pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from emostage.diffusion.module import Batch
from emostage.nets.emotivetalk.ethd import Ethd
from emostage.nets.painting.learning import answer, frame_losses

WITHHELD = 0.5
"""Share of takes whose face is not moved all the way."""


@dataclass(frozen=True, kw_only=True)
class EthdObjective:
    """Batches have the arrays of `Given` by name, `clean_BF3HH` and `parts_BFGG`."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """`loss` and its parts, as `nets.painting.learning`."""
        assert isinstance(net, Ethd)
        shown = withheld(batch, WITHHELD, generator) if net.training else batch
        return frame_losses(net, net.codec, shown, generator)

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Frames painted in one step from noise (B, F, 3, H, H)."""
        assert isinstance(net, Ethd)
        return answer(net, net.codec, batch)


def withheld(batch: Batch, share: float, generator: torch.Generator | None) -> Batch:
    """The batch with the face's own movement taken out of a share of its takes, by a random part of it that is the same for all
    frames of a take. How the head turns stays known, and so does where the lips are."""
    moved_BF3KK = batch["moved_BF3KK"]
    takes, cells = len(moved_BF3KK), moved_BF3KK.shape[-1]
    among_B, part_B = torch.rand((2, takes), generator=generator).to(moved_BF3KK)
    still_N3KK = interpolate(batch["back_BF3GG"].flatten(0, 1), (cells, cells), mode="bilinear", align_corners=False)
    out_B = torch.where(among_B < share, part_B, torch.zeros_like(part_B)).view(-1, 1, 1, 1, 1)
    return {**batch, "moved_BF3KK": torch.lerp(moved_BF3KK, still_N3KK.view_as(moved_BF3KK), out_B)}
