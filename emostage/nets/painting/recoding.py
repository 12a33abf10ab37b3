"""What an autoencoder learns that is to be a picture codec: to give pictures back, and latents that noise treats alike.

N pictures of H rows and columns in [-1, 1], C channels on G rows and columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from emostage.diffusion.module import Batch
from emostage.nets.painting.learning import likeness, part_weights
from emostage.nets.painting.pretrained import likely


@dataclass(frozen=True, kw_only=True)
class CodecObjective:
    """Batches have `clean_N3HH` and `parts_NGG`. Pictures are compared as painters are taught, mouth and eyes count more. `even`
    weighs how far each channel of the latents is from no mean and a deviation of 1 over a batch."""

    even: float = 0.02

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:  # noqa: ARG002
        """`loss` and its parts."""
        model, clean_N3HH = cast(Any, net), batch["clean_N3HH"]
        latents_NCGG = likely(model, clean_N3HH)
        back_N3HH = model.decode(latents_NCGG).sample
        found = likeness(back_N3HH, clean_N3HH, part_weights(batch["parts_NGG"], clean_N3HH.shape[-1]))
        uneven = unevenness(latents_NCGG)
        return {"loss": found.loss + self.even * uneven, "colour": found.colour, "edges": found.edges, "uneven": uneven}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """The pictures given back (N, 3, H, H)."""
        model = cast(Any, net)
        back_N3HH: Tensor = model.decode(likely(model, batch["clean_N3HH"])).sample
        return back_N3HH


def unevenness(latents_NCGG: Tensor) -> Tensor:
    """Mean over channels of the square of their mean, and of what their deviation differs from 1."""
    values_CX = latents_NCGG.float().transpose(0, 1).flatten(1)
    return (values_CX.mean(1).square() + (values_CX.std(1) - 1.0).square()).mean()
