"""What a net learns that tells people apart: large-margin cosine loss (CosFace, Wang et al., arXiv 1801.09414, equation 4).

N faces, P people, D numbers of an embedding.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear, normalize, one_hot

from emostage.diffusion.module import Batch
from emostage.nets.identity.net import IdentityNet


class People(nn.Module):
    """The net while it learns, and a direction for each person it learns from."""

    def __init__(self, net: IdentityNet, people: int) -> None:
        super().__init__()
        self.net = net
        self.centres_PD = nn.Parameter(0.1 * torch.randn(people, net.config.embed))

    def forward(self, faces_N3FF: Tensor) -> Tensor:
        """Cosines (N, P)."""
        return linear(self.net(faces_N3FF), normalize(self.centres_PD))


@dataclass(frozen=True, kw_only=True)
class IdentityObjective:
    """Batches have `faces_N3FF` and `person_N`. `scale` and `margin` are s and m of the paper, which takes 64 and 0.35 for a
    hundred times as many people."""

    scale: float = 24.0
    margin: float = 0.2

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:  # noqa: ARG002
        """`loss`, and the share of faces whose person is `known`."""
        cosine_NP, person_N = net(batch["faces_N3FF"]), batch["person_N"]
        apart_NP = cosine_NP - self.margin * one_hot(person_N, cosine_NP.shape[1])
        known = (cosine_NP.argmax(1) == person_N).float().mean()
        return {"loss": cross_entropy(self.scale * apart_NP, person_N), "known": known}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """Cosines (N, P) with the people learnt from."""
        cosine_NP: Tensor = net(batch["faces_N3FF"])
        return cosine_NP
