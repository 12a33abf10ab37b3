"""`train codec`: the autoencoder through which painters may see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands import training
from emostage.apps.streams import data_json


def codec(
    footage: Annotated[Path, typer.Argument(help="The folder of footage ('emostage train corpus --frames').")],
    out: Annotated[Path, typer.Argument(help="Where the codec goes; with --measure the folder of the one to be measured.")],
    *,
    measure: Annotated[bool, typer.Option("--measure", help="Only measure an autoencoder of diffusers in a folder.")] = False,
    work: training.Work = None,
    steps: Annotated[int, training.steps("Steps of 16 squares out of frames.")] = 3000,
    minutes: Annotated[float | None, training.minutes("of this call")] = None,
    channels: Annotated[int, typer.Option("--channels", min=1, max=64, help="Channels of a cell; space to depth has 48.")] = 16,
    width: Annotated[int, typer.Option("--width", min=4, max=256, help="Channels of the layers.")] = 32,
    accelerator: training.Accelerator = "auto",
    devices: training.Devices = None,
    strategy: training.Strategy = "auto",
    precision: training.Precision = "32-true",
    seed: Annotated[int, training.seed("another codec")] = 0,
) -> None:
    """Train a picture codec for painters ('--codec') on footage, and measure it beside space to depth on people held out.

    A run that was stopped goes on where it was.
    """
    from emostage.training.codec import CodecPlan, measure_codec, train_codec
    from emostage.training.fit import Terms

    if measure:
        data_json(measure_codec(footage, out))
        return
    terms = Terms(seed=seed, minutes=minutes, accelerator=accelerator, devices=devices, strategy=strategy, precision=precision)
    work = training.kept(work, out)
    plan = CodecPlan(footage=footage, out=out, work=work, steps=steps, channels=channels, width=width, terms=terms)
    said = {"channels": channels, "width": width, **training.lightning(terms)}
    if figures := train_codec(plan, training.told(f"codec {footage.name} {out.name}", steps, terms, said, USUAL)):
        data_json(figures)


USUAL = {**training.USUAL, "channels": 16, "width": 32}
"""Options that need no telling."""
