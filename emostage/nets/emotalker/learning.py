"""What the Emotion Intensity Block learns. N prompts."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from emostage.diffusion.module import Batch
from emostage.nets.emotalker.eib import EmotionIntensityBlock

_EDGE = 1e-5


@dataclass(frozen=True, kw_only=True)
class EIBObjective:
    """Strengths as asked, an embedding that tells them, and whether a prompt speaks of a feeling.

    Batch: the tensors of a wording, `felt_N7`, `says_N`. Strengths are held against the asked ones as probabilities
    (Kullback-Leibler, which does not fade where a share is still near 0) and as numbers (`beta`: below it errors count squared).
    """

    beta: float = 0.02
    echo: float = 0.5
    says: float = 0.3

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:  # noqa: ARG002
        """Losses of a batch."""
        assert isinstance(net, EmotionIntensityBlock)
        felt_N7, embedding_ND, logit_N = net(batch)
        asked_N7 = batch["felt_N7"]
        close = functional.smooth_l1_loss(felt_N7, asked_N7, beta=self.beta, reduction="none").sum(1).mean()
        likely = _divergence(felt_N7, asked_N7).sum(1).mean()
        echo = _divergence(net.echo(embedding_ND).sigmoid(), asked_N7).sum(1).mean()
        says = functional.binary_cross_entropy_with_logits(logit_N, batch["says_N"])
        error = (felt_N7 - asked_N7).abs().mean()
        total = likely + close + self.echo * echo + self.says * says
        return {"loss": total, "likely": likely, "close": close, "echo": echo, "says": says, "error": error}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """The strengths (N, 7)."""
        felt_N7: Tensor = net(batch)[0]
        return felt_N7


def _divergence(said: Tensor, asked: Tensor) -> Tensor:
    """Kullback-Leibler divergence of Bernoulli probabilities, element by element."""
    said, asked = said.clamp(_EDGE, 1 - _EDGE), asked.clamp(_EDGE, 1 - _EDGE)
    return asked * (asked / said).log() + (1 - asked) * ((1 - asked) / (1 - said)).log()
