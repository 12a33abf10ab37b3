"""The command line. Light to start: only the command that is asked for is built, and what it needs is imported when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer

from emostage import __version__
from emostage.apps.guard import GuardedGroup, terminable
from emostage.apps.streams import anything_printable

COMMANDS: Mapping[str, str] = {
    "new": "scenes.new", "check": "scenes.check", "plan": "plan.plan", "render": "render.render", "edit": "edit.edit",
    "sheet": "sheet.sheet", "portrait": "portrait.portrait", "track": "track.track", "schema": "scenes.schema",
    "voices": "voices.app", "cache": "caches.app", "train": "train.app", "finetune": "finetune.finetune",
    "identity": "identities.app", "eval": "evaluate.evaluate", "bench": "bench.bench", "doctor": "doctor.doctor",
}  # fmt: skip
"""Where each command is, in `emostage.apps.commands`: a function, or a group of commands."""
_BEFORE = frozenset({"--traceback"})
"""What may stand before a command without making a difference to which commands there are."""
_COMPLETING = "_EMOSTAGE_COMPLETE"


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"emostage {__version__}\n")
        raise typer.Exit


def options(
    *,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where a failure came from.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)] = False,
) -> None:
    """Options of every command."""


def app_of(names: Iterable[str]) -> typer.Typer:
    """The program with some of the commands, in the order of `COMMANDS`."""
    app = typer.Typer(
        cls=GuardedGroup,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="Write a film as a YAML scene; get a finished video in which a portrait speaks and feels what the scene says.",
        epilog="Exit codes: 0 ok, 1 failed, 2 usage, 3 scene invalid, 4 missing asset or voice, 5 device or memory, "
        "6 partial film, 130 interrupted.",
    )
    app.callback()(options)
    wanted = frozenset(names)
    for name, place in COMMANDS.items():
        if name in wanted:
            found = _found(place)
            if isinstance(found, typer.Typer):
                app.add_typer(found, name=name)
            else:
                app.command(name)(found)
    return app


def needed(arguments: Sequence[str]) -> Iterable[str]:
    """The commands that some arguments can be about: the one they name; all of them where they name none or want to know them."""
    first = next((number for number, word in enumerate(arguments) if not word.startswith("-")), None)
    if first is None or arguments[first] not in COMMANDS or not _BEFORE.issuperset(arguments[:first]) or _COMPLETING in os.environ:
        return COMMANDS
    return (arguments[first],)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    anything_printable()
    given = list(sys.argv[1:] if arguments is None else arguments)
    with terminable():
        app_of(needed(given))(args=given, prog_name="emostage")


def _found(place: str) -> Any:
    module, _, name = place.rpartition(".")
    return getattr(import_module(f"emostage.apps.commands.{module}"), name)
