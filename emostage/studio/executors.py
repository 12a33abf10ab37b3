"""Who does the work. `LocalExecutor` makes one clip after the other in this process, so memory stays flat; others may spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from emostage.core.errors import EmostageError
from emostage.studio.plan import LineJob


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a job: its clip, or why there is none."""

    job: LineJob
    clip: Path | None = None
    error: EmostageError | None = None


class Executor(Protocol):
    """Runs jobs in any order and anywhere; every job has exactly one outcome."""

    def run(self, jobs: Sequence[LineJob], make: Callable[[LineJob], Path]) -> Iterator[Outcome]:
        """Outcomes as they come; `make` gives the clip of a job or raises EmostageError."""


class LocalExecutor:
    """In this process, in order, one at a time."""

    def run(self, jobs: Sequence[LineJob], make: Callable[[LineJob], Path]) -> Iterator[Outcome]:
        """Outcomes in the order of the jobs."""
        for job in jobs:
            try:
                yield Outcome(job=job, clip=make(job))
            except EmostageError as error:
                yield Outcome(job=job, error=error)
