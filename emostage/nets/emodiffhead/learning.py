"""What the painter of EMOdiffhead learns: clean frames out of noisy ones by flow matching (`diffusion.flow`).

B takes, F frames, M frames before, H pixels, G cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from emostage.diffusion.module import Batch
from emostage.nets.emodiffhead.net import EmoDiffHead
from emostage.nets.painting.learning import answer, frame_losses

_ALONE = 0.4
"""Share of takes that have no frames before."""
_WORN = 0.15
"""Most noise on the frames before: those of a film are painted too, and not perfect."""


@dataclass(frozen=True, kw_only=True)
class EmoDiffHeadObjective:
    """Batches have the arrays of `Given` by name, `clean_BF3HH`, `before_BM3HH` with `seen_B`, and `parts_BFGG`."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """`loss` and its parts, as `nets.painting.learning`."""
        assert isinstance(net, EmoDiffHead)
        takes, frames = batch["clean_BF3HH"].shape[:2]
        seen_B = batch["seen_B"] * (torch.rand(takes, generator=generator) >= _ALONE).to(batch["seen_B"])
        before_BM3HH = batch["before_BM3HH"]
        worn = torch.rand(takes, 1, 1, 1, 1, generator=generator) * _WORN
        before_BM3HH = before_BM3HH + (worn * torch.randn(before_BM3HH.shape, generator=generator)).to(before_BM3HH)
        before = before_BM3HH.repeat_interleave(frames, 0), seen_B.repeat_interleave(frames)
        return frame_losses(lambda noisy, level, given: net(noisy, level, given, *before), net.codec, batch, generator)

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Frames painted in one step from noise (B, F, 3, H, H)."""
        assert isinstance(net, EmoDiffHead)
        frames = batch["clean_BF3HH"].shape[1]
        before = batch["before_BM3HH"].repeat_interleave(frames, 0), batch["seen_B"].repeat_interleave(frames)
        return answer(lambda noisy, level, given: net(noisy, level, given, *before), net.codec, batch)
