"""`train expression`: the expression generator of the engine `emodiffhead`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands.recorded import told
from emostage.apps.streams import data_json


def expression(
    corpus: Annotated[Path, typer.Argument(help="The folder of a corpus ('emostage train corpus').")],
    out: Annotated[Path, typer.Argument(help="Where the checkpoint goes.")],
    *,
    work: Annotated[Path | None, typer.Option("--work", help="Where the runs are kept, so that they can go on.")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0.1, help="Most minutes for each of both runs.")] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of 16 windows.")] = 700,
    accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
    devices: Annotated[int | None, typer.Option("--devices", min=1, help="How many; all of them unless said.")] = None,
    strategy: Annotated[str, typer.Option("--strategy", help="auto, ddp, as Lightning has them.")] = "auto",
    precision: Annotated[str, typer.Option("--precision", help="32-true, bf16-mixed, as Lightning has them.")] = "32-true",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, another generator.")] = 0,
) -> None:
    """Train the expression generator of EMOdiffhead against its critics, once more without them, and measure both.

    A run that was stopped goes on where it was.
    """
    from emostage.training.expression import ExpressionPlan, train_expression

    command = f"emostage train expression {corpus.name} {out.name} --steps {steps} --seed {seed}"
    chosen = {"devices": devices, "strategy": strategy, "precision": precision, "minutes": minutes}
    command = told(command, chosen)
    plan = ExpressionPlan(
        corpus=corpus,
        out=out,
        work=work or out.with_name(f"{out.name}-run"),
        steps=steps,
        seed=seed,
        accelerator=accelerator,
        devices=devices or "auto",
        strategy=strategy,
        precision=precision,
        minutes=minutes,
    )
    if figures := train_expression(plan, command):
        data_json(figures)
