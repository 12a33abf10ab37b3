"""`train`: what the shipped models are trained on, and the training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands import codec, corpora, expression, painters
from emostage.apps.commands.recorded import told
from emostage.apps.streams import data_json, told_as_talk

app = typer.Typer(no_args_is_help=True, help="Make training data and train the models that come with emostage.")


@app.callback()
def options() -> None:
    """Options of every training command."""
    told_as_talk("emostage.training")


app.command("corpus")(corpora.corpus)
app.command("expression")(expression.expression)
app.command("codec")(codec.codec)
painters.register(app)


@app.command("motion")
def motion(
    corpus: Annotated[Path, typer.Argument(help="The folder of a corpus.")],
    out: Annotated[Path, typer.Argument(help="Where the checkpoints 'vaid' and 'dicte' go.")],
    *,
    work: Annotated[Path | None, typer.Option("--work", help="Where the runs are kept, so that they can go on.")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0.1, help="Most minutes for each net.")] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of Di-CTE.")] = 3000,
    accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
    devices: Annotated[int | None, typer.Option("--devices", min=1, help="How many; all of them unless said.")] = None,
    strategy: Annotated[str, typer.Option("--strategy", help="auto, ddp, as Lightning has them.")] = "auto",
    encoder: Annotated[
        Path | None,
        typer.Option("--encoder", help="A folder with wav2vec 2.0, HuBERT, WavLM or Whisper, for V-AID to hear through."),
    ] = None,
    precision: Annotated[str, typer.Option("--precision", help="32-true, bf16-mixed, as Lightning has them.")] = "32-true",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, other nets.")] = 0,
) -> None:
    """Train the nets of the engine 'stage' on a corpus and measure them on its held-out part.

    A run that was stopped goes on where it was.
    """
    from emostage.training.stage import Plan, train_stage

    command = f"emostage train motion {corpus.name} {out.name} --steps {steps} --seed {seed}"
    chosen = {"devices": devices, "strategy": strategy, "precision": precision, "encoder": encoder and encoder.name}
    command = told(command, chosen)
    plan = Plan(
        corpus=corpus,
        out=out,
        work=work or out / "runs",
        dicte_steps=steps,
        seed=seed,
        accelerator=accelerator,
        devices=devices or "auto",
        strategy=strategy,
        precision=precision,
        minutes=minutes,
        encoder=encoder,
    )
    if figures := train_stage(plan, command):
        data_json(figures)


@app.command("prompts")
def prompts(
    out: Annotated[Path | None, typer.Argument(help="Where the checkpoint goes; with --measure the one to be measured.")] = None,
    *,
    measure: Annotated[bool, typer.Option("--measure", help="Only measure a checkpoint; without one, the one in use.")] = False,
    work: Annotated[Path | None, typer.Option("--work", help="Where the run is kept, so that it can go on.")] = None,
    hub: Annotated[Path | None, typer.Option("--hub", help="The folder of a text encoder of transformers to read with.")] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of 256 descriptions.")] = 7000,
    accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, another block.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Train the block that reads feelings in free words on descriptions drawn from a grammar, and measure it.

    A run that was stopped goes on where it was.
    """
    from emostage.apps.reading import show_prompts
    from emostage.core.errors import UsageError

    if measure:
        from emostage.emotion.prompt import eib_folder, load_reader
        from emostage.training.prompt_figures import compared

        found = compared(load_reader(out or eib_folder()))
    elif out is None:
        raise UsageError.of("E012", "where the checkpoint goes is missing", "emostage train prompts trained/eib")
    else:
        from emostage.training.prompts import PromptPlan, train_prompts

        plan = PromptPlan(
            out=out, work=work or out.with_name(f"{out.name}-run"), steps=steps, hub=hub, seed=seed, accelerator=accelerator
        )
        found = train_prompts(plan, f"emostage train prompts {out.name} --steps {steps} --seed {seed}")
    if json:
        data_json(found)
    else:
        show_prompts(found)


@app.command("identity")
def identity(
    footage: Annotated[Path, typer.Argument(help="The folder of footage.")],
    out: Annotated[Path, typer.Argument(help="Where the checkpoint goes.")],
    *,
    work: Annotated[Path | None, typer.Option("--work", help="Where the run is kept, so that it can go on.")] = None,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of 128 faces.")] = 330,
    accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, another net.")] = 0,
) -> None:
    """Train the net that tells how alike two faces are on the people of footage, and measure it on those held out.

    A run that was stopped goes on where it was.
    """
    from emostage.training.identity import IdentityPlan, train_identity

    plan = IdentityPlan(
        footage=footage, out=out, work=work or out.with_name(f"{out.name}-run"), steps=steps, seed=seed, accelerator=accelerator
    )
    data_json(train_identity(plan, f"emostage train identity {footage.name} {out.name} --steps {steps} --seed {seed}"))
