"""`identity`: what was learnt of a person, and forgetting it."""

from __future__ import annotations

import json as jsons
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emostage.apps.streams import data, data_json, page, say
from emostage.core.errors import EmostageError, UsageError

if TYPE_CHECKING:
    from emostage.core.identity import Identity, Part
    from emostage.studio.forgetting import Forgotten

app = typer.Typer(help="Identities that were tuned on people: what they are, and how to be rid of them.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="The folder of the identity.")]


@app.command("show")
def show(folder: Folder, *, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show whose identity it is, that they agreed, what it was learnt from, and whether it fits the installed models."""
    from rich.table import Table
    from rich.text import Text

    from emostage.core.identity import read_identity

    identity = read_identity(folder)
    if json:
        data_json(_facts(identity))
        return
    data(f"{identity.name}: consent given on {identity.consent.given}")
    data(f"  {identity.consent.text}")
    for title in ("what", "licence", "command"):
        if told := getattr(identity, title):
            data(f"{title}: {told}")
    for title in ("data", "trained_with", "figures"):
        if told := getattr(identity, title):
            data(f"{title.replace('_', ' ')}: {_line(told)}")
    table = Table("part", "size", "tuned on", "", "figures", box=None, pad_edge=False, header_style="bold")
    for part in identity.parts.values():
        cells = (part.name, f"{part.file.stat().st_size / 1e6:.1f} MB", f"{part.base_name} {part.base_sha256[:12]}")
        table.add_row(*map(Text, (*cells, _fit(part), _line(part.figures) if part.figures else "")))
    if identity.parts:
        page().print(table)
    else:
        data("nothing was learnt: it has no parts")


@app.command("delete")
def delete(folder: Folder, *, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Delete an identity for good: what was learnt, the footage it was learnt from as it was tracked, and all clips and films of it
    in the cache. Films that stand elsewhere and copies of the identity are not touched."""
    from emostage.studio.cache import Cache
    from emostage.studio.forgetting import forget, require_identity

    require_identity(folder)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError.of("E012", f"nobody can be asked whether '{folder}' is to be deleted", "add --yes")
        typer.confirm(f"Delete the identity '{folder}', its footage and its cached films for good?", abort=True, err=True)
    _tell(folder, forget(folder, Cache()))


def _tell(folder: Path, done: Forgotten) -> None:
    say(f"{done.files} files of '{folder}' removed, {done.size / 1e6:.1f} MB")
    say(f"{done.entries} clips, films and sheets removed from the cache, {done.entries_size / 1e6:.1f} MB")
    if done.left:
        say(f"left, for it is not the identity's: {', '.join(map(str, done.left))}", "yellow")
    say("films that stand elsewhere and copies of the identity are not touched")
    if done.stuck:
        names = ", ".join(map(str, done.stuck))
        raise EmostageError.of("E101", f"cannot remove {names}", "see who may write there, and delete the identity again")


def _facts(identity: Identity) -> dict[str, Any]:
    from dataclasses import asdict

    names = ("what", "licence", "command")
    maps = ("data", "trained_with", "figures")
    return {
        "name": identity.name,
        "folder": identity.folder,
        "consent": asdict(identity.consent),
        **{name: getattr(identity, name) for name in names},
        **{name: dict(getattr(identity, name)) for name in maps},
        "parts": {part.name: _part_facts(part) for part in identity.parts.values()},
    }


def _part_facts(part: Part) -> dict[str, Any]:
    from emostage.core.identity import base_digest

    installed = base_digest(part.base_name)
    base = {"name": part.base_name, "sha256": part.base_sha256, "installed": installed, "fits": installed == part.base_sha256}
    facts = {"file": part.file.name, "bytes": part.file.stat().st_size, "sha256": part.sha256, "base": base}
    return facts | {"config": dict(part.config), "figures": dict(part.figures)}


def _fit(part: Part) -> str:
    from emostage.core.identity import base_digest

    installed = base_digest(part.base_name)
    if installed is None:
        return "is not installed"
    return "fits" if installed == part.base_sha256 else f"does not fit {installed[:12]}, which is installed"


def _line(told: Any) -> str:
    """A mapping in one line."""
    return jsons.dumps(dict(told), default=str)[1:-1]
