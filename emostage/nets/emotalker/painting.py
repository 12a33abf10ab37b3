"""What the denoiser of EmoTalker learns: clean frames out of noisy ones by flow matching (`diffusion.flow`)."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.diffusion.module import Batch
from emostage.nets.emotalker.net import EmoTalker
from emostage.nets.painting.learning import answer, frame_losses


@dataclass(frozen=True, kw_only=True)
class EmoTalkerObjective:
    """Batches have the arrays of `Given` by name, `clean_BF3HH` and `parts_BFGG`."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """`loss` and its parts, as `nets.painting.learning`."""
        assert isinstance(net, EmoTalker)
        return frame_losses(net, net.codec, batch, generator)

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Frames painted in one step from noise (B, F, 3, H, H)."""
        assert isinstance(net, EmoTalker)
        return answer(net, net.codec, batch)
