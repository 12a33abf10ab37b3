"""What training commands have in common: the options that say where and for how long, and the command as cards tell it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from emostage.training.fit import Terms

Work = Annotated[Path | None, typer.Option("--work", help="Where the run is kept, so that it can go on.")]
Works = Annotated[Path | None, typer.Option("--work", help="Where the runs are kept, so that they can go on.")]
Accelerator = Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")]
Devices = Annotated[int | None, typer.Option("--devices", min=1, help="How many; all of them unless said.")]
Strategy = Annotated[str, typer.Option("--strategy", help="auto, ddp, as Lightning has them.")]
Precision = Annotated[str, typer.Option("--precision", help="32-true, bf16-mixed, as Lightning has them.")]

USUAL: Mapping[str, Any] = MappingProxyType({"strategy": "auto", "precision": "32-true"})
"""Options of Lightning that need no telling."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def steps(what: str) -> Any:
    """The option of the steps, and what a step is."""
    return typer.Option("--steps", min=1, help=what)


def minutes(what: str) -> Any:
    """The option of the most minutes, and of what."""
    return typer.Option("--minutes", min=0.1, help=f"Most minutes {what}.")


def seed(what: str) -> Any:
    """The option of the seed, and what another one makes another."""
    return typer.Option("--seed", min=0, help=f"Another seed, {what}.")


def kept(work: Path | None, out: Path) -> Path:
    """Where a run is kept: beside its checkpoint unless said."""
    return work or out.with_name(f"{out.name}-run")


def lightning(terms: Terms) -> dict[str, Any]:
    """The options of Lightning that change what is trained."""
    return {"devices": terms.devices, "strategy": terms.strategy, "precision": terms.precision}


def told(what: str, count: int, terms: Terms, chosen: Mapping[str, Any] = _NOTHING, usual: Mapping[str, Any] = USUAL) -> str:
    """The command that trains `what` in so many steps, with those of the options that were `chosen` which are set and not as
    usual."""
    command = f"emostage train {what} --steps {count} --seed {terms.seed}"
    return command + "".join(f" --{name} {value}" for name, value in chosen.items() if value and value != usual.get(name))
