"""Training a part of a net: what does not learn is neither smoothed, nor kept, nor written.

A net of which little learns is large beside it. Smoothed weights, trainer's states and the best so far hold only what learns; what
a run draws depends on its seed and the step alone, and its state is kept after each check, so that a run that was killed goes on
to the same end.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback, EarlyStopping
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import Tensor, nn

from emostage.core.whole import write_whole
from emostage.diffusion.module import NetModule
from emostage.training.best import MONITOR

_NET = "net."
"""What the names of a net's weights begin with in a module's."""


class BestPart(Callback):
    """Averages what learns over the steps, exponentially with a decay of (1 + n) / (10 + n) after the n-th and at most `decay`;
    validates the average, before the first step too, and writes the best average to a file.

    `loss` and `step` are those of the best, `before` the loss before the first step.
    """

    def __init__(self, path: Path, *, decay: float) -> None:
        self._path, self._decay = path, decay
        self._average: dict[str, Tensor] = {}
        self._updates = 0
        self.before, self.loss, self.step = _kept(path)

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:  # noqa: ARG002
        """Begin the average with what is there."""
        pl_module.strict_loading = False
        self._average = {name: p.detach().clone() for name, p in _learning(pl_module)}

    def on_train_batch_end(self, trainer: Trainer, pl_module: LightningModule, *rest: Any) -> None:  # noqa: ARG002
        """Take a step into the average."""
        if trainer.global_step <= self._updates:
            return
        self._updates = trainer.global_step
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        with torch.no_grad():
            for name, p in _learning(pl_module):
                self._average[name] = torch.lerp(p, self._average[name].to(p), decay)

    def on_validation_epoch_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Put the average in place, until its loss is known."""
        self._swap(pl_module)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Keep the average when it is the best so far, and go back to the weights that are trained."""
        assert isinstance(pl_module, NetModule)
        loss = float(trainer.callback_metrics[MONITOR])
        if trainer.sanity_checking:
            self.before = loss
        if loss < self.loss:
            self.loss, self.step = loss, trainer.global_step
            if trainer.is_global_zero:
                self._write(pl_module)
            trainer.strategy.barrier("the best is written")
        self._swap(pl_module)

    def _swap(self, module: LightningModule) -> None:
        with torch.no_grad():
            for name, p in _learning(module):
                trained = p.detach().clone()
                p.copy_(self._average[name])
                self._average[name] = trained

    def _write(self, module: LightningModule) -> None:
        weights = {name.removeprefix(_NET): p.detach().cpu().contiguous() for name, p in _learning(module)}
        told = {"loss": repr(self.loss), "step": str(self.step), "before": repr(self.before)}
        write_whole(self._path, save(weights, metadata=told))

    def state_dict(self) -> dict[str, Any]:
        """The average, and how many steps it has seen."""
        return {"average": self._average, "updates": self._updates}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on with an average."""
        self._average, self._updates = dict(state_dict["average"]), int(state_dict["updates"])

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:  # noqa: ARG002
        """Keep what learns, and nothing else."""
        learning = {name for name, _ in _learning(pl_module)}
        checkpoint["state_dict"] = {name: value for name, value in checkpoint["state_dict"].items() if name in learning}

    def restore(self, net: nn.Module) -> bool:
        """Load the best average into `net`; False when there is none."""
        if not self._path.exists():
            return False
        net.load_state_dict(load_file(self._path), strict=False)
        net.eval()
        return True


class Repeatable(Callback):
    """Lets what torch draws in a step depend on the seed, the step and the process alone, and on nothing that was drawn before."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int) -> None:  # noqa: ARG002
        """Begin anew."""
        torch.manual_seed(hash((self._seed, trainer.global_step, trainer.global_rank)) % 2**63)


class Patience(EarlyStopping):
    """Ends a run after so many checks that were not better than the best; one that was ended and is begun again stays ended."""

    def __init__(self, checks: int) -> None:
        super().__init__(MONITOR, patience=checks, mode="min", verbose=False)

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Stop where patience is at its end already."""
        trainer.should_stop = trainer.should_stop or self.wait_count >= self.patience


def _learning(module: LightningModule) -> Iterator[tuple[str, nn.Parameter]]:
    return ((name, p) for name, p in module.named_parameters() if p.requires_grad)


def _kept(path: Path) -> tuple[float, float, int]:
    """Loss before the first step, loss and step of the best so far; infinity when there is none."""
    if not path.exists():
        return float("inf"), float("inf"), 0
    with safe_open(path, "pt") as file:
        about = file.metadata()
    return float(about["before"]), float(about["loss"]), int(about["step"])
