"""What all parts are tuned with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emostage.core.identity import WORK
from emostage.tuning.clock import Clock
from emostage.tuning.exam import Exam
from emostage.tuning.order import Listener, Order
from emostage.tuning.studied import Studied


@dataclass(frozen=True, kw_only=True, eq=False)
class Bench:
    """What was asked for, the footage, the exam of what is held out (None where nothing that moves is), who listens, and how much
    time is left."""

    order: Order
    studied: Studied
    exam: Exam | None
    listen: Listener
    clock: Clock

    @property
    def folder(self) -> Path:
        """Where parts are written. They take their place in the identity when all are done, together with its card."""
        return self.work / "learnt"

    @property
    def work(self) -> Path:
        """Where what can be gone on with is kept."""
        return self.order.folder / WORK
