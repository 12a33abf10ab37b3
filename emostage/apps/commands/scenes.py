"""`new`, `check`, `schema`: writing scenes."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.streams import data_json, say
from emostage.core.errors import EmostageError, ExitCode, in_file_order


class Format(StrEnum):
    """How problems are written."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


def new(
    path: Annotated[Path, typer.Argument(help="The scene to write.")] = Path("scene.yaml"),
    template: Annotated[str, typer.Option("--template", "-t", help="hello, dialogue or monologue.")] = "hello",
    portrait: Annotated[
        str, typer.Option("--portrait", help="Picture of the person who speaks, or sample/NAME.")
    ] = "sample/astronaut",
    name: Annotated[str, typer.Option("--name", help="Name of the person who speaks.")] = "ada",
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
) -> None:
    """Write a first scene, ready to be rendered."""
    from emostage.core.errors import UsageError
    from emostage.core.resources import resource
    from emostage.core.whole import whole_file, writing
    from emostage.scene.new import new_scene
    from emostage.studio.preflight import check_output, make_folder

    if not re.fullmatch(r"[A-Za-z_][\w-]*", name):
        raise UsageError.of("E021", f"'{name}' is no name for a person", "letters, digits, _ and -; a letter first")
    if path.exists() and not force:
        raise EmostageError.of("E103", f"'{path}' exists already", "choose another name, or replace it with --force")
    check_output(path, [Path(portrait)], suffixes=(".yaml", ".yml"), what="a scene")
    schema = resource("schema", "scene.v1.schema.json").as_uri()
    text = new_scene(template, portrait=portrait, name=name, schema=schema)
    make_folder(path)
    with whole_file(path) as part, writing(path):
        part.write_text(text, encoding="utf-8")
    say(f"{path} is written; next: emostage render {path}")


def check(
    scenes: Annotated[list[Path], typer.Argument(help="Scene files.", metavar="SCENE...")],
    form: Annotated[Format, typer.Option("--format", help="How problems are written.")] = Format.text,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    confine: Annotated[bool, typer.Option("--confine", help="Files outside the scene's folder are errors.")] = False,
) -> None:
    """Check scenes and report all their problems, in order, with hints."""
    from emostage.apps import report
    from emostage.apps.opening import failure_of
    from emostage.apps.streams import data, talk
    from emostage.scene.check import check_file
    from emostage.studio.assets import examined
    from emostage.studio.identities import examine

    results = [examined(check_file(path, confine=confine)) for path in scenes]
    found = [d for each in results for d in in_file_order((*each.diagnostics, *(examine(each.script) if each.script else ())))]
    if form is not Format.text:
        write = {Format.json: report.as_json, Format.sarif: report.as_sarif, Format.github: report.as_github}[form]
        data(write(found).rstrip("\n"))
    else:
        if found:
            data(report.as_text(found, colour=sys.stdout.isatty() and not talk().no_color).rstrip("\n"))
        say(report.summary(found) or f"{len(scenes)} scene{'s' if len(scenes) != 1 else ''} ok")
    if any(d.severity == "error" for d in found):
        raise typer.Exit(int(failure_of(found).exit_code))
    if strict and found:
        raise typer.Exit(int(ExitCode.SCENE_INVALID))


def schema() -> None:
    """Print the JSON Schema of the scene language, for editors."""
    from emostage.scene.schema import schema as make

    data_json(make())
