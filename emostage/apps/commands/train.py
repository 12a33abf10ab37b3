"""`train`: what the shipped models are trained on, and the training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.commands import codec, corpora, expression, filming, painters, training
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
    corpus: Annotated[Path, typer.Argument(help="The folder of a corpus; may be left out with --data.")],
    out: Annotated[Path | None, typer.Argument(help="Where the checkpoints 'vaid' and 'dicte' go.")] = None,
    *,
    films: filming.Data = None,
    workers: filming.Workers = 2,
    work: training.Works = None,
    minutes: Annotated[float | None, training.minutes("for each net")] = None,
    steps: Annotated[int, training.steps("Steps of Di-CTE.")] = 3000,
    accelerator: training.Accelerator = "auto",
    devices: training.Devices = None,
    strategy: training.Strategy = "auto",
    encoder: Annotated[
        Path | None,
        typer.Option("--encoder", help="A folder with wav2vec 2.0, HuBERT, WavLM or Whisper, for V-AID to hear through."),
    ] = None,
    precision: training.Precision = "32-true",
    seed: Annotated[int, training.seed("other nets")] = 0,
) -> None:
    """Train the nets of the engine 'stage' on a corpus, on films of people, or on both, and measure them on what is held out.

    A run that was stopped goes on where it was.
    """
    from emostage.training.fit import Terms
    from emostage.training.stage import Plan, train_stage

    terms = Terms(seed=seed, minutes=minutes, accelerator=accelerator, devices=devices, strategy=strategy, precision=precision)
    ready, place = filming.places(corpus, out, films, "a corpus")
    kept = work or place / "runs"
    corpora = [ready] if ready is not None else []
    if films:
        corpora.append(filming.motion_of(kept, films, sound=encoder is not None, workers=workers))
    plan = Plan(corpora=tuple(corpora), out=place, work=kept, dicte_steps=steps, encoder=encoder, terms=terms)
    said = {**training.lightning(terms), "encoder": encoder and encoder.name}
    names = " ".join(["motion", *([ready.name] if ready else []), place.name])
    if figures := train_stage(plan, training.told(names, steps, terms, said) + filming.told(films)):
        data_json(figures)


@app.command("prompts")
def prompts(
    out: Annotated[Path | None, typer.Argument(help="Where the checkpoint goes; with --measure the one to be measured.")] = None,
    *,
    measure: Annotated[bool, typer.Option("--measure", help="Only measure a checkpoint; without one, the one in use.")] = False,
    work: training.Work = None,
    hub: Annotated[Path | None, typer.Option("--hub", help="The folder of a text encoder of transformers to read with.")] = None,
    steps: Annotated[int, training.steps("Steps of 256 descriptions.")] = 7000,
    accelerator: training.Accelerator = "auto",
    seed: Annotated[int, training.seed("another block")] = 0,
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
        from emostage.training.fit import Terms
        from emostage.training.prompts import PromptPlan, train_prompts

        terms = Terms(seed=seed, accelerator=accelerator)
        plan = PromptPlan(out=out, work=training.kept(work, out), steps=steps, hub=hub, terms=terms)
        found = train_prompts(plan, training.told(f"prompts {out.name}", steps, terms))
    if json:
        data_json(found)
    else:
        show_prompts(found)


@app.command("identity")
def identity(
    footage: Annotated[Path, typer.Argument(help="The folder of footage.")],
    out: Annotated[Path, typer.Argument(help="Where the checkpoint goes.")],
    *,
    work: training.Work = None,
    steps: Annotated[int, training.steps("Steps of 128 faces.")] = 330,
    accelerator: training.Accelerator = "auto",
    seed: Annotated[int, training.seed("another net")] = 0,
) -> None:
    """Train the net that tells how alike two faces are on the people of footage, and measure it on those held out.

    A run that was stopped goes on where it was.
    """
    from emostage.training.fit import Terms
    from emostage.training.identity import IdentityPlan, train_identity

    terms = Terms(seed=seed, accelerator=accelerator)
    plan = IdentityPlan(footage=footage, out=out, work=training.kept(work, out), steps=steps, terms=terms)
    data_json(train_identity(plan, training.told(f"identity {footage.name} {out.name}", steps, terms)))
