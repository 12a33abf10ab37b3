"""`train codec`: the autoencoder through which painters may see."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands.recorded import told
from emostage.apps.streams import data_json


def codec(
    footage: Annotated[Path, typer.Argument(help="The folder of footage ('emostage train corpus --frames').")],
    out: Annotated[Path, typer.Argument(help="Where the codec goes; with --measure the folder of the one to be measured.")],
    *,
    measure: Annotated[bool, typer.Option("--measure", help="Only measure an autoencoder of diffusers in a folder.")] = False,
    work: Annotated[Path | None, typer.Option("--work", help="Where the run is kept, so that it can go on.")] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of 16 squares out of frames.")] = 3000,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0.1, help="Most minutes of this call.")] = None,
    channels: Annotated[int, typer.Option("--channels", min=1, max=64, help="Channels of a cell; space to depth has 48.")] = 16,
    width: Annotated[int, typer.Option("--width", min=4, max=256, help="Channels of the layers.")] = 32,
    accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
    devices: Annotated[int | None, typer.Option("--devices", min=1, help="How many; all of them unless said.")] = None,
    strategy: Annotated[str, typer.Option("--strategy", help="auto, ddp, as Lightning has them.")] = "auto",
    precision: Annotated[str, typer.Option("--precision", help="32-true, bf16-mixed, as Lightning has them.")] = "32-true",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, another codec.")] = 0,
) -> None:
    """Train a picture codec for painters ('--codec') on footage, and measure it beside space to depth on people held out.

    A run that was stopped goes on where it was.
    """
    from emostage.training.codec import CodecPlan, measure_codec, train_codec

    if measure:
        data_json(measure_codec(footage, out))
        return
    command = f"emostage train codec {footage.name} {out.name} --steps {steps} --seed {seed}"
    said = {"channels": channels, "width": width, "devices": devices, "strategy": strategy, "precision": precision}
    plan = CodecPlan(
        footage=footage,
        out=out,
        work=work or out.with_name(f"{out.name}-run"),
        steps=steps,
        channels=channels,
        width=width,
        seed=seed,
        accelerator=accelerator,
        devices=devices or "auto",
        strategy=strategy,
        precision=precision,
        minutes=minutes,
    )
    if figures := train_codec(plan, told(command, said, USUAL)):
        data_json(figures)


USUAL = {"strategy": "auto", "precision": "32-true", "channels": 16, "width": 32}
"""Options that need no telling."""
