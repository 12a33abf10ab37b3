"""What a run says while it trains: a line at every check, on the logger `emostage.training`; what Lightning says of itself is kept
back."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import isfinite
from time import monotonic
from typing import Any, Protocol

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback

from emostage.training.best import MONITOR

LOG = logging.getLogger("emostage.training")
_LIGHTNING = ("lightning.pytorch", "lightning.fabric")
_KNOWN = (
    r".*does not have many workers.*", r".*Checkpoint directory.*exists and is not empty.*", r".*treespec, LeafSpec.*",
    r".*when using `ckpt_path`, callbacks used to create the checkpoint.*",
)  # fmt: skip
"""Warnings about what is meant to be so: batches come from this process, a run goes on in its folder, checked as often as asked."""


class Best(Protocol):
    """The best so far."""

    loss: float
    step: int


class Heard(Callback):
    """Lets somebody hear of every step (done, of), and in words of every look at what is held out."""

    def __init__(self, goes_on: Callable[[int, int], None], finds: Callable[[str], None]) -> None:
        self._goes_on, self._finds = goes_on, finds
        self._before: float | None = None

    def on_train_batch_end(self, trainer: Trainer, pl_module: LightningModule, *rest: Any) -> None:  # noqa: ARG002
        """Tell of a step."""
        if trainer.is_global_zero:
            self._goes_on(trainer.global_step, trainer.max_steps)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Tell of a look."""
        if not trainer.is_global_zero:
            return
        loss = float(trainer.callback_metrics[MONITOR])
        if trainer.sanity_checking:
            self._before = loss
            return
        before = "" if self._before is None else f", {self._before:.4f} before the first"
        self._finds(f"held-out loss {loss:.4f} after {trainer.global_step} steps of {trainer.max_steps}{before}")


class Telling(Callback):
    """Tells the held-out loss, and how long the rest will take at the pace of this call."""

    def __init__(self, best: Best) -> None:
        self._best, self._begin_s, self._first = best, 0.0, 0

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Tell where the run goes on."""
        self._begin_s, self._first = monotonic(), trainer.global_step
        numbers = sum(p.numel() for p in pl_module.parameters() if p.requires_grad)
        if trainer.is_global_zero:
            LOG.info("%.1f million weights; steps %d to %d", numbers / 1e6, self._first + 1, trainer.max_steps)
            if self._best.step == 0 and isfinite(self._best.loss):
                LOG.info("held-out loss %.4f before the first step", self._best.loss)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Tell of a check."""
        step = trainer.global_step
        if not trainer.is_global_zero or step <= self._first:
            return
        loss = float(trainer.callback_metrics[MONITOR])
        beside = "best so far" if step == self._best.step else f"best {self._best.loss:.4f} at step {self._best.step}"
        left_s = (monotonic() - self._begin_s) / (step - self._first) * (trainer.max_steps - step)
        LOG.info("step %d of %d: held-out loss %.4f, %s; %s to go", step, trainer.max_steps, loss, beside, _span(left_s))


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


@contextmanager
def quiet() -> Iterator[None]:
    """A block in which Lightning tells of errors and of what is not known here."""
    loggers = [logging.getLogger(name) for name in _LIGHTNING]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            for known in _KNOWN:
                warnings.filterwarnings("ignore", known)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
