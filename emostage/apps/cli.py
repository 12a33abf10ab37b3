"""The command line. Light to start: what a command needs is imported when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from emostage import __version__
from emostage.apps.commands import (
    bench,
    caches,
    doctor,
    edit,
    evaluate,
    finetune,
    identities,
    plan,
    portrait,
    render,
    scenes,
    sheet,
    track,
    train,
    voices,
)
from emostage.apps.guard import GuardedGroup, terminable
from emostage.apps.streams import anything_printable

app = typer.Typer(
    cls=GuardedGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Write a film as a YAML scene; get a finished video in which a portrait speaks and feels what the scene says.",
    epilog="Exit codes: 0 ok, 1 failed, 2 usage, 3 scene invalid, 4 missing asset or voice, 5 device or memory, "
    "6 partial film, 130 interrupted.",
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"emostage {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    *,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where a failure came from.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)] = False,
) -> None:
    """Options of every command."""


app.command("new")(scenes.new)
app.command("check")(scenes.check)
app.command("plan")(plan.plan)
app.command("render")(render.render)
app.command("edit")(edit.edit)
app.command("sheet")(sheet.sheet)
app.command("portrait")(portrait.portrait)
app.command("track")(track.track)
app.command("schema")(scenes.schema)
app.add_typer(voices.app, name="voices")
app.add_typer(caches.app, name="cache")
app.add_typer(train.app, name="train")
app.command("finetune")(finetune.finetune)
app.add_typer(identities.app, name="identity")
app.command("eval")(evaluate.evaluate)
app.command("bench")(bench.bench)
app.command("doctor")(doctor.doctor)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    anything_printable()
    with terminable():
        app(args=list(arguments) if arguments is not None else None, prog_name="emostage")
