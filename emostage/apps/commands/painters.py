"""`train emodiffhead | emotivetalk | emotalker`: the nets that paint."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from emostage.apps.commands.recorded import told
from emostage.apps.streams import data_json

NAMES = ("emodiffhead", "emotivetalk", "emotalker")
"""The painters by the name of their engine, in the order of `training.recipes.RECIPES`."""

USUAL: Mapping[str, Any] = MappingProxyType({"size": "small", "strategy": "auto", "precision": "bf16-mixed"})
"""Options that need no telling."""


def register(app: typer.Typer) -> None:
    """Add one command for each painter."""
    for name in NAMES:
        app.command(name)(_command(name))


def _command(name: str) -> Callable[..., None]:
    def train(
        footage: Annotated[Path, typer.Argument(help="The folder of footage ('emostage train corpus --frames').")],
        out: Annotated[Path, typer.Argument(help="Where the checkpoint goes.")],
        *,
        work: Annotated[Path | None, typer.Option("--work", help="Where the run is kept, so that it can go on.")] = None,
        steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of the optimiser.")] = 4000,
        minutes: Annotated[float | None, typer.Option("--minutes", min=0.1, help="Most minutes of this call.")] = None,
        size: Annotated[str, typer.Option("--size", help="small for two cores, large for one large GPU.")] = "small",
        begin: Annotated[Path | None, typer.Option("--begin", help="A checkpoint's folder whose weights it begins with.")] = None,
        codec: Annotated[Path | None, typer.Option("--codec", help="A folder of 'train codec', to see through.")] = None,
        accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
        devices: Annotated[int | None, typer.Option("--devices", min=1, help="How many; all of them unless said.")] = None,
        strategy: Annotated[str, typer.Option("--strategy", help="auto, ddp, as Lightning has them.")] = "auto",
        precision: Annotated[str, typer.Option("--precision", help="32-true, bf16-mixed, as Lightning has them.")] = "bf16-mixed",
        seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, another net.")] = 0,
    ) -> None:
        from emostage.core.errors import UsageError
        from emostage.training.painters import Plan, coded, train_from
        from emostage.training.recipes import SIZES, recipe

        chosen = next((known for known in SIZES if known == size), None)
        if chosen is None:
            raise UsageError.of("E018", f"there is no size '{size}'", f"one of: {', '.join(SIZES)}")
        plan = Plan(
            out=out,
            work=work or out.with_name(f"{out.name}-run"),
            steps=steps,
            seed=seed,
            accelerator=accelerator,
            devices=devices or "auto",
            strategy=strategy,
            precision=precision,
            minutes=minutes,
            begin=begin,
        )
        said = {"size": size, "devices": devices, "strategy": strategy, "precision": precision, "begin": begin and begin.name}
        said["codec"] = codec and codec.name
        command = told(f"emostage train {name} {footage.name} {out.name} --steps {steps} --seed {seed}", said, USUAL)
        made = recipe(name, chosen)
        if figures := train_from(footage, made if codec is None else coded(made, codec), plan, command):
            data_json(figures)

    train.__doc__ = f"""Train the net with which the engine '{name}' paints.

    A run that was stopped goes on where it was; the net that did best on held-out people is kept.
    """
    return train
