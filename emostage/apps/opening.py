"""From the path of a scene to its script, with its problems told and the settings of the command line in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emostage.core.errors import AssetError, Diagnostic, EmostageError, SceneError, UsageError
from emostage.scene.model import Script

ASSET_CODES = ("E026", "E027", "E06", "E07", "E08", "E106", "E117", "E136", "E137")
"""Codes of files and voices: a scene with no other errors is right, what it names is missing."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the command line says in place of the scene."""

    seed: int | None = None
    size: str | None = None
    quality: str | None = None
    engine: str | None = None
    confine: bool = False


def open_scene(path: Path, settings: Settings | None = None, *, rendering: bool = False, best_effort: bool = False) -> Script:
    """The checked script; its warnings are shown. Raises SceneError or AssetError with everything that is wrong, and when it is for
    `rendering` also with everything that cannot be rendered yet. With `best_effort` files and voices are not looked at: their
    lines fail, each alone."""
    from emostage.apps.guard import show
    from emostage.scene.check import check_file
    from emostage.studio.assets import examined

    settings = settings or Settings()
    result = check_file(path, confine=settings.confine)
    result = result if best_effort else examined(result)
    if result.script is None or any(d.severity == "error" for d in result.diagnostics):
        raise failure_of(result.diagnostics)
    if rendering:
        result.renderable()
    if result.diagnostics:
        show(result.diagnostics)
    return _with(result.script, settings)


def failure_of(diagnostics: Sequence[Diagnostic]) -> EmostageError:
    """The failure of a scene: AssetError when all that is wrong is missing or unusable files and voices, else SceneError."""
    errors = [d for d in diagnostics if d.severity == "error"]
    only_assets = bool(errors) and all(d.code.startswith(ASSET_CODES) for d in errors)
    return (AssetError if only_assets else SceneError)(*diagnostics)


def _with(script: Script, settings: Settings) -> Script:
    changes: dict[str, Any] = {}
    if settings.seed is not None:
        changes["seed"] = settings.seed
    if settings.size is not None:
        changes["size_px"] = read_size(settings.size)
    if settings.quality is not None:
        changes["quality"] = settings.quality
    if settings.engine is None:
        return replace(script, film=replace(script.film, **changes))
    name = settings.engine
    shots = (replace(shot, lines=tuple(replace(line, engine=name) for line in shot.lines)) for shot in script.shots)
    return replace(script, film=replace(script.film, engine=name, **changes), shots=tuple(shots))


def read_size(text: str) -> tuple[int, int]:
    """A picture size of the language. Raises UsageError E016."""
    from emostage.scene.issues import Misread
    from emostage.scene.units import parse_size

    try:
        return parse_size(text)
    except Misread as error:
        raise UsageError.of(error.code, error.message, error.hint) from error


def read_numbers(text: str, script: Script) -> frozenset[int]:
    """Line numbers such as `3,5-7`. Raises UsageError E014 for another form or for lines the scene does not have."""
    last = len(script.lines)
    numbers: set[int] = set()
    for part in text.split(","):
        first, dash, final = part.strip().partition("-")
        begin, end = first.strip(), final.strip() if dash else first.strip()
        if not (begin.isdecimal() and end.isdecimal()) or len(begin) > 9 or len(end) > 9:
            raise UsageError.of("E014", f"'{text}' is not a list of lines", "write --only 3 or --only 3,5-7")
        if not 1 <= int(begin) <= int(end) <= last:
            raise UsageError.of("E014", f"there is no line '{part.strip()}'", f"the scene has lines 1 to {last}")
        numbers.update(range(int(begin), int(end) + 1))
    return frozenset(numbers)


def read_shot(name: str, script: Script) -> frozenset[int]:
    """The line numbers of a shot, by its name or its number. Raises UsageError E014 when there is none."""
    import difflib

    for shot in script.shots:
        if name in (shot.name, str(shot.index + 1)):
            return frozenset(line.number for line in shot.lines)
    names = [shot.name for shot in script.shots if shot.name]
    close = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean '{close[0]}'?" if close else f"shots: {', '.join(names) or f'1 to {len(script.shots)}'}"
    raise UsageError.of("E014", f"there is no shot '{name}'", hint)
