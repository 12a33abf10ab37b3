"""One training run: any net, any objective, any accelerator. It can be stopped at any time and goes on where it was."""

from __future__ import annotations

import csv
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.fabric.utilities.rank_zero import rank_zero_only
from lightning.pytorch import Trainer, seed_everything
from lightning.pytorch.callbacks import Callback, ModelCheckpoint, Timer
from lightning.pytorch.loggers import CSVLogger, TensorBoardLogger
from torch import nn
from torch.utils.data import DataLoader

from emostage.core.errors import DeviceError, EmostageError
from emostage.diffusion.module import Batch, NetModule, Objective, Optimisation
from emostage.training.best import MONITOR, Best
from emostage.training.part import BestPart, Patience, Repeatable
from emostage.training.telling import Telling, quiet

BEST = "best.safetensors"
"""The file of a run with the weights that did best so far."""

LAST = "last.ckpt"
"""The file of a run with the trainer's state."""

CURVE = 30
"""Points of a curve of losses."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms nets are trained, whatever they are. `minutes` stops each run early; accelerator, devices (None: all of them),
    strategy and precision are Lightning's."""

    seed: int = 0
    minutes: float | None = None
    accelerator: str = "auto"
    devices: int | str | None = None
    strategy: str = "auto"
    precision: Any = "32-true"


@dataclass(frozen=True, kw_only=True)
class Run:
    """How one net is trained. `folder` keeps the trainer's state, the best net and the logs (CSV, and TensorBoard where it is
    installed); the held-out batches are looked at after every `check_every` steps, and at the end of a run that is shorter.

    `patience` ends a run after so many checks without a better one. With `part`, what does not learn is neither smoothed nor kept,
    the net is looked at before it has learnt anything, and a run that was killed ends as if it had not been (`part.BestPart`).
    """

    folder: Path
    optimisation: Optimisation
    terms: Terms = Terms()
    check_every: int = 100
    smoothing: float = 0.995
    patience: int | None = None
    part: bool = False

    @property
    def every(self) -> int:
        """Steps between two checks."""
        return min(self.check_every, self.optimisation.steps)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`best` is the lowest held-out loss and `step` when it was reached; `seconds` of this call; `curve` the held-out loss by step,
    at no more than `CURVE` points. `before` is the held-out
    loss of a net of which a `part` learnt, before it had."""

    best: float
    step: int
    seconds: float
    curve: tuple[tuple[int, float], ...] = ()
    before: float | None = None

    def told(self) -> dict[str, Any]:
        """What a card says of it."""
        return {"best_step": self.step, "held_out_loss": round(self.best, 5), "held_out_curve": self.curve}


def fit(
    net: nn.Module,
    objective: Objective,
    examples: Iterable[Batch],
    held: Iterable[Batch],
    run: Run,
    *,
    beside: Sequence[Callback] = (),
) -> Outcome:
    """Train `net`, and leave in it the smoothed weights that did best on the held-out batches.

    Both kinds of examples come as batches already. A run whose folder holds a trainer's state goes on from there. Callbacks
    `beside` those of the run are asked first, with the smoothed weights in the net while these are looked at. Raises EmostageError
    E132 when there is no result: too little time, or a loss that is no number.
    """
    begin_s = monotonic()
    run.folder.mkdir(parents=True, exist_ok=True)
    seed_everything(run.terms.seed, workers=True, verbose=False)
    best = (BestPart if run.part else Best)(run.folder / BEST, decay=run.smoothing)
    last = run.folder / LAST
    module = NetModule(net, objective, run.optimisation)
    with quiet():
        trainer = _trainer(run, [*beside, best, *_drawing(run), *_ends(run), _state(run), Telling(best)])
        trainer.fit(module, _loader(examples), _loader(held), ckpt_path=last if last.exists() else None, weights_only=True)
    if not best.restore(net):
        raise EmostageError.of("E132", "the training has no result", "train longer, or with a lower rate")
    before = best.before if isinstance(best, BestPart) else None
    curve = held_out_curve(run.folder)
    return Outcome(best=best.loss, step=best.step, seconds=monotonic() - begin_s, curve=curve, before=before)


def _state(run: Run) -> Callback:
    """Keeps the trainer's state: after each check where it must be known how the check went."""
    when: dict[str, Any] = (
        {"every_n_epochs": 1, "save_on_train_epoch_end": False} if run.part else {"every_n_train_steps": run.every}
    )
    return ModelCheckpoint(dirpath=run.folder, filename="trainer", save_last=True, save_top_k=1, **when)


def _drawing(run: Run) -> list[Callback]:
    return [Repeatable(run.terms.seed)] if run.part else []


def _ends(run: Run) -> list[Callback]:
    """What may end a run before its last step."""
    minutes = run.terms.minutes
    ends: list[Callback] = []
    if minutes is not None:
        ends.append(Timer(duration={"seconds": round(60 * minutes)}, verbose=False))
    if run.patience is not None:
        ends.append(Patience(run.patience))
    return ends


def _loader(batches: Any) -> DataLoader[Any]:
    """A loader of batches that are batches already."""
    return DataLoader(batches, batch_size=None)


def require_trainable(terms: Terms) -> None:
    """Raise DeviceError E110 for a device, strategy or precision that is not there."""
    with quiet():
        _on_terms(terms, logger=False, enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False)


def _on_terms(terms: Terms, **more: Any) -> Trainer:
    """A trainer. Raises DeviceError E110 where Lightning cannot train on such terms."""
    try:
        return Trainer(
            accelerator=terms.accelerator,
            devices=terms.devices or "auto",
            strategy=terms.strategy,
            precision=terms.precision,
            **more,
        )
    except (MisconfigurationException, ValueError) as error:
        hint = "leave --accelerator, --devices, --strategy and --precision out, or see 'emostage doctor'"
        raise DeviceError.of("E110", f"nothing can be trained so: {str(error).splitlines()[0]}", hint) from error


def _trainer(run: Run, callbacks: list[Callback]) -> Trainer:
    return _on_terms(
        run.terms,
        max_steps=run.optimisation.steps,
        logger=_loggers(run.folder),
        callbacks=callbacks,
        val_check_interval=run.every,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=-1 if run.part else 0,
        log_every_n_steps=10,
        gradient_clip_val=1.0,
        enable_progress_bar=False,
        enable_model_summary=False,
    )


def held_out_curve(folder: Path) -> tuple[tuple[int, float], ...]:
    """Steps and held-out losses of all calls of a run, from its logs; every so many of them where there are more than `CURVE`."""
    losses: dict[int, float] = {}
    logs = sorted((folder / "logs").glob("version_*/metrics.csv"), key=lambda path: int(path.parent.name.split("_")[1]))
    for path in logs:
        with path.open(newline="", encoding="utf-8") as file:
            losses.update({int(row["step"]) + 1: float(row[MONITOR]) for row in csv.DictReader(file) if row.get(MONITOR)})
    points = sorted(losses.items())
    every = -(-len(points) // CURVE) or 1
    return tuple((step, round(loss, 4)) for step, loss in points[::-1][::every][::-1])


def trained_with(**more: str) -> dict[str, str]:
    """What a card says of the machine."""
    return {"torch": torch.__version__, "machine": platform.machine(), **more}


def leads() -> bool:
    """Whether this process is the one that writes, where several train one net."""
    return int(getattr(rank_zero_only, "rank", None) or 0) == 0


def _loggers(folder: Path) -> list[Any]:
    loggers: list[Any] = [CSVLogger(folder, name="logs")]
    if find_spec("tensorboard") or find_spec("tensorboardX"):
        loggers.append(TensorBoardLogger(folder, name="tensorboard"))
    return loggers
