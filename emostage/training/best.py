"""Smoothed weights (exponential moving average), and the best of them by the held-out loss."""

from __future__ import annotations

from pathlib import Path

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import EMAWeightAveraging
from safetensors import safe_open
from safetensors.torch import load_file, save
from torch import nn

from emostage.core.whole import write_whole
from emostage.diffusion.module import NetModule

MONITOR = "held/loss"


class Best(EMAWeightAveraging):
    """Averages the weights over the steps, validates the average, and writes the best average to a file."""

    def __init__(self, path: Path, *, decay: float) -> None:
        super().__init__(decay=decay, use_buffers=False)
        self._path = path
        self.loss, self.step = _kept(path)

    def on_validation_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Leave the average in place until its loss is known."""

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Keep the average when it is the best so far, and go back to the weights that are trained."""
        assert isinstance(pl_module, NetModule)
        loss = float(trainer.callback_metrics[MONITOR])
        if loss < self.loss:
            self.loss, self.step = loss, trainer.global_step
            if trainer.is_global_zero:
                weights = {name: t.detach().cpu().contiguous() for name, t in pl_module.net.state_dict().items()}
                write_whole(self._path, save(weights, metadata={"loss": repr(loss), "step": str(self.step)}))
            trainer.strategy.barrier("the best net is written")
        super().on_validation_epoch_end(trainer, pl_module)

    def restore(self, net: nn.Module) -> bool:
        """Load the best average into `net`; False when there is none."""
        if not self._path.exists():
            return False
        net.load_state_dict(load_file(self._path))
        net.eval()
        return True


def _kept(path: Path) -> tuple[float, int]:
    """Loss and step of the best so far; infinity when there is none."""
    if not path.exists():
        return float("inf"), 0
    with safe_open(path, "pt") as file:
        about = file.metadata()
    return float(about["loss"]), int(about["step"])
