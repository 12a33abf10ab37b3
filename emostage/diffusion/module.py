"""The one LightningModule: a net and what it is to learn. Device, precision and number of processes are Lightning's business."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi
from typing import Any, Protocol

import torch
from lightning.pytorch import LightningModule
from torch import Tensor, nn

Batch = dict[str, Tensor]


class Objective(Protocol):
    """What a net is to learn, and what it is asked when it predicts."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        """Scalar losses by name; `loss` is the one that is minimised."""

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        """The net's answer to a batch."""


@dataclass(frozen=True, kw_only=True)
class Optimisation:
    """AdamW with a linear warm-up and a cosine to zero over `steps`."""

    steps: int
    rate: float = 1e-3
    warmup: int = 100
    decay: float = 0.01

    def share(self, step: int) -> float:
        """The learning rate at a step as a share of `rate`."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        done = min((step - self.warmup) / max(self.steps - self.warmup, 1), 1.0)
        return 0.5 + 0.5 * cos(pi * done)


class NetModule(LightningModule):
    """Trains a net by an objective. Validation draws the same noise every time, so that its losses can be compared."""

    def __init__(self, net: nn.Module, objective: Objective, optimisation: Optimisation) -> None:
        super().__init__()
        self.net = net
        self.objective = objective
        self.optimisation = optimisation

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:  # noqa: ARG002
        """The loss of a batch."""
        losses = self.objective.losses(self.net, batch, None)
        self.log_dict({f"train/{name}": value.detach() for name, value in losses.items()})
        return losses["loss"]

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """The losses of a held-out batch."""
        generator = torch.Generator().manual_seed(batch_idx)
        losses = self.objective.losses(self.net, batch, generator)
        shown = {f"held/{name}": value for name, value in losses.items()}
        self.log_dict(shown, batch_size=len(next(iter(batch.values()))), sync_dist=True)

    def predict_step(self, batch: Batch, batch_idx: int) -> Tensor:  # noqa: ARG002
        """The net's answer to a batch."""
        return self.objective.predict(self.net, batch)

    def configure_optimizers(self) -> Any:
        """AdamW; weights decay, biases and norms do not."""
        weights = [p for p in self.net.parameters() if p.requires_grad and p.ndim > 1]
        others = [p for p in self.net.parameters() if p.requires_grad and p.ndim <= 1]
        groups = [{"params": weights, "weight_decay": self.optimisation.decay}, {"params": others, "weight_decay": 0.0}]
        optimiser = torch.optim.AdamW(groups, lr=self.optimisation.rate)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, self._share)
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

    def _share(self, step: int) -> float:
        """As the optimisation has it, which may be another while a run goes on."""
        return self.optimisation.share(step)
