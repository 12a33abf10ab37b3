"""Checking a scene: everything that is wrong with it at once, and the script it says when nothing is.

load -> nodes -> tables (shape of every value) -> meaning (people, files, words, times, cues) -> Script
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from emostage.core.errors import Diagnostic, SceneError, in_file_order
from emostage.scene import reader
from emostage.scene.assets import Asset
from emostage.scene.cascade import written
from emostage.scene.context import Context
from emostage.scene.files import Files
from emostage.scene.grammar.script import SCENE
from emostage.scene.issues import Issues, Misread
from emostage.scene.model import Script
from emostage.scene.nodes import MapNode, Node
from emostage.scene.people import names_of, people_of
from emostage.scene.records import Fields
from emostage.scene.settings import film_of, fps_of
from emostage.scene.shapes import kind_of
from emostage.scene.shots import shots_of
from emostage.scene.unfinished import Unfinished, not_yet


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What a check found: the script when there is no error, all problems in file order, and what lies outside of the scene."""

    script: Script | None
    diagnostics: tuple[Diagnostic, ...] = ()
    assets: tuple[Asset, ...] = ()

    @property
    def not_yet(self) -> tuple[Diagnostic, ...]:
        """The errors E09x that stand against rendering the script: what it uses and this release cannot render."""
        return not_yet(self.diagnostics)

    def renderable(self) -> Script:
        """The script, if it is valid and can be rendered. Raises SceneError with all that stands against it."""
        errors = tuple(d for d in self.diagnostics if d.severity == "error")
        if self.script is None or errors or self.not_yet:
            raise SceneError(*in_file_order((*errors, *self.not_yet)))
        return self.script


def check_file(path: Path, *, confine: bool = False) -> CheckResult:
    """Check a scene file. With `confine`, files outside of its folder are refused. Pictures and sounds are not opened."""
    try:
        root = reader.load(path)
    except SceneError as error:
        return CheckResult(script=None, diagnostics=in_file_order(error.diagnostics))
    return check_node(root, path, confine=confine)


def check_text(text: str, path: Path, *, confine: bool = False) -> CheckResult:
    """Check the text of a scene as if it stood in the file `path`."""
    try:
        root = reader.parse(text, path)
    except SceneError as error:
        return CheckResult(script=None, diagnostics=in_file_order(error.diagnostics))
    return check_node(root, path, confine=confine)


def check_node(root: Node, path: Path, *, confine: bool = False) -> CheckResult:
    """Check a scene that has been read."""
    issues = Issues()
    if not isinstance(root, MapNode):
        issues.add(
            "E010", f"a scene needs keys such as 'emostage: 1', but {kind_of(root)}", "emostage new writes a first scene", at=root
        )
        return CheckResult(script=None, diagnostics=issues.found)
    scene: Fields = SCENE.read(root, issues, "scene")
    cast = scene.get("cast", ())
    context = Context(
        issues=issues,
        files=Files(path.parent, confine=confine),
        unfinished=Unfinished(),
        names=names_of(cast, issues),
        fps=fps_of(scene.get("film")),
    )
    film = written(scene.get("film"), context)
    people = people_of(cast, film, context)
    shots = shots_of(scene.get("shots", ()), film, people, context)
    _music(scene, context)
    settings = film_of(scene.get("film"), film, context)
    for key, _ in cast:
        if key.text not in context.seen and not issues.errors:
            issues.add("W020", f"'{key.text}' is in the cast and never appears", "remove the person, or give a line", at=key)
    diagnostics, assets = in_file_order((*issues.found, *context.unfinished.warnings())), tuple(context.assets)
    if issues.errors:
        return CheckResult(script=None, diagnostics=diagnostics, assets=assets)
    script = Script(
        path=path,
        title=(scene.get("title") or "").strip() or path.stem.encode("utf-8", "replace").decode(),
        film=settings,
        cast={name: person.member for name, person in people.items() if person.member},
        shots=shots,
        unfinished=context.unfinished.entries,
    )
    return CheckResult(script=script, diagnostics=diagnostics, assets=assets)


def _music(scene: Fields, context: Context) -> None:
    music = scene.get("music")
    if "music" in scene:
        context.unfinished.note("music", scene.keys["music"].place)
    if music is None or music.get("file") is None:
        return
    try:
        context.files.find(music.get("file"), code="E080", what="the music")
    except Misread as problem:
        context.misread(problem, music.nodes["file"])
