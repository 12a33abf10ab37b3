"""How fast a net learns on this machine, so that its schedule ends with the time it is given.

A cosine that is cut off leaves a net that learnt at a high rate until the end. So a few steps and a look at what is held out are
timed beforehand, and the schedule gets as many steps as there is time for. They are kept in the run's folder: a run that is gone on
with has the steps it was begun with, however fast the machine is then. At looks at what is held out they become fewer where the
machine has become so slow that they would take too long, and more, in the first half of a run, where it has become faster.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import monotonic

from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback, Timer

from emostage.core.errors import AssetError
from emostage.diffusion.module import Batch, NetModule
from emostage.training.sharding import write_json

STEPS = "steps.json"
"""The file of a run that says how many steps it was begun with."""
LEAST = 4
"""Steps that a run has, however short the time."""
_UNTIMED, _TIMED = 1, 3
"""Steps before those that are timed, in which memory is taken, and those that are: the turns of clips and stills."""
_SPARE = 0.03
"""Share of the time that is left unplanned."""
_WORTH = 1.1
"""Steps become more when there is time for so many times as many."""


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Seconds of a step, and of a look at what is held out."""

    step_s: float
    check_s: float

    def steps(self, seconds: float, *, every: int, most: int) -> int:
        """Steps for which there is time, with a look before all and after `every` of them, so that the last one is looked at."""
        left_s = (1.0 - _SPARE) * seconds - 2 * self.check_s
        count = min(most, max(LEAST, int(left_s / (self.step_s + self.check_s / every))))
        return count if count == most else count // every * every or count


def paced(step: Callable[[Batch], None], look: Callable[[Batch], None], examples: Iterable[Batch], held: Iterable[Batch]) -> Pace:
    """The pace of a run that draws from `examples` and looks at all batches of `held`; drawing counts too."""
    drawn = iter(examples)
    for batch in islice(drawn, _UNTIMED):
        step(batch)
    begin_s = monotonic()
    for batch in islice(drawn, _TIMED):
        step(batch)
    stepped_s = monotonic()
    checks = list(held)
    for batch in checks[:_TIMED]:
        look(batch)
    share = len(checks) / max(1, len(checks[:_TIMED]))
    return Pace(step_s=(stepped_s - begin_s) / _TIMED, check_s=share * (monotonic() - stepped_s))


def kept_steps(folder: Path, most: int) -> int | None:
    """Steps with which a run was begun; None where it is new, or was asked for another number at most. Raises AssetError E131."""
    path = folder / STEPS
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text("utf-8"))
        steps, asked = int(told["steps"]), int(told["most"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"the run in '{folder}' cannot be gone on with: '{path.name}' cannot be read"
        raise AssetError.of("E131", message, "remove the folder") from error
    return steps if asked == most and 0 < steps <= most else None


def keep_steps(folder: Path, steps: int, most: int) -> None:
    """Keep with how many steps a run begins, of those that it was asked for at most. Raises EmostageError E100 to E102."""
    write_json(folder / STEPS, {"steps": steps, "most": most})


class Replanning(Callback):
    """Lets a run that a Timer would cut off, or that would end long before, have as many steps as its own pace has time for, and
    keeps them in its folder. `most` are those that it was asked for."""

    def __init__(self, folder: Path, *, every: int, most: int) -> None:
        self._folder, self._every, self._most = folder, every, most
        self._begin_s, self._first = 0.0, 0

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:  # noqa: ARG002
        """Begin to measure."""
        self._begin_s, self._first = monotonic(), trainer.global_step

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Plan anew where time is too short or too long."""
        left_s, done = _time_left_s(trainer), trainer.global_step
        if left_s is None or trainer.sanity_checking or done <= self._first:
            return
        step_s = (monotonic() - self._begin_s) / (done - self._first)
        more = int((1.0 - _SPARE) * left_s / step_s) // self._every * self._every
        steps = int(trainer.strategy.broadcast(min(self._most, done + max(0, more))))
        longer = steps > _WORTH * trainer.max_steps and done < trainer.max_steps / 2
        if not (steps < trainer.max_steps or longer):
            return
        assert isinstance(pl_module, NetModule)
        pl_module.optimisation = replace(pl_module.optimisation, steps=steps)
        trainer.fit_loop.epoch_loop.max_steps = steps
        if trainer.is_global_zero:
            keep_steps(self._folder, steps, self._most)


def _time_left_s(trainer: Trainer) -> float | None:
    """Seconds until a Timer ends a run; None without one."""
    timers = [each for each in trainer.callbacks if isinstance(each, Timer)]  # type: ignore[attr-defined]
    return timers[0].time_remaining() if timers else None
