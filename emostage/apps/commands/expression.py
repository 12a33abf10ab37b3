"""`train expression`: the expression generator of the engine `emodiffhead`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands import training
from emostage.apps.streams import data_json


def expression(
    corpus: Annotated[Path, typer.Argument(help="The folder of a corpus ('emostage train corpus').")],
    out: Annotated[Path, typer.Argument(help="Where the checkpoint goes.")],
    *,
    work: training.Works = None,
    minutes: Annotated[float | None, training.minutes("for each of both runs")] = None,
    steps: Annotated[int, training.steps("Steps of 16 windows.")] = 700,
    accelerator: training.Accelerator = "auto",
    devices: training.Devices = None,
    strategy: training.Strategy = "auto",
    precision: training.Precision = "32-true",
    seed: Annotated[int, training.seed("another generator")] = 0,
) -> None:
    """Train the expression generator of EMOdiffhead against its critics, once more without them, and measure both.

    A run that was stopped goes on where it was.
    """
    from emostage.training.expression import ExpressionPlan, train_expression
    from emostage.training.fit import Terms

    terms = Terms(seed=seed, minutes=minutes, accelerator=accelerator, devices=devices, strategy=strategy, precision=precision)
    plan = ExpressionPlan(corpus=corpus, out=out, work=training.kept(work, out), steps=steps, terms=terms)
    said = {**training.lightning(terms), "minutes": minutes}
    if figures := train_expression(plan, training.told(f"expression {corpus.name} {out.name}", steps, terms, said)):
        data_json(figures)
