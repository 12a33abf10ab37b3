"""The editor's settings: `editor.yaml` in the user's configuration folder, or in `$EMOSTAGE_CONFIG`.

    theme: nord
    keymap: {file.save: ctrl+w, key.add: [I, insert]}
    snap: words            # words, frames, keys, off
    picture: auto          # auto (what the terminal can), kitty, sixel, half, none
    autosave_s: 5

What cannot be used is told as warnings, and what stands beside it counts. Without a file everything is as usual.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import platformdirs

from emostage.apps.tui.keymap import BY_ID, clashes, good_key
from emostage.core.errors import Diagnostic, Place, SceneError
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode
from emostage.scene.reader import decode, parse
from emostage.scene.suggest import hint_for

ENV_CONFIG = "EMOSTAGE_CONFIG"
LARGEST = 256 * 1024
"""Largest settings file in bytes."""
SNAPS = ("words", "frames", "keys", "off")
PICTURES = ("auto", "kitty", "sixel", "half", "none")
AUTOSAVE_S = (1.0, 600.0)
"""Least and most seconds between writings of the recovery file to the disk."""
MOST_KEYS = 8
"""Most keys of one action."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the editor looks and behaves. `keymap` holds the actions whose keys are not the usual ones."""

    theme: str = "textual-dark"
    snap: str = "words"
    picture: str = "auto"
    autosave_s: float = 5.0
    keymap: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def settings_path() -> Path:
    """Where the settings are."""
    override = os.environ.get(ENV_CONFIG)
    root = Path(override).expanduser() if override else platformdirs.user_config_path("emostage", appauthor=False)
    return root / "editor.yaml"


def read_settings(
    path: Path | None = None, *, themes: Iterable[str] = (), actions: Iterable[str] = ()
) -> tuple[Settings, tuple[Diagnostic, ...]]:
    """The settings in a file, and warnings W140 (the file), W141 (an unknown name) and W142 (an unusable value, a key that two
    actions want) about what was left out. `themes` are those there are (none: any will do), `actions` ids beside those of the
    table. Never raises."""
    path = path or settings_path()
    found: list[Diagnostic] = []
    try:
        root = _root(path)
    except SceneError as error:
        return Settings(), tuple(Diagnostic(code="W140", message=d.message, hint=d.hint, place=d.place) for d in error.diagnostics)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Settings(), (Diagnostic(code="W140", message=f"'{path}' cannot be read: {reason}", hint="mend or remove it"),)
    if root is None:
        return Settings(), ()
    readers: dict[str, Callable[[Node], Any]] = {
        "theme": partial(_word, options=tuple(themes), found=found),
        "snap": partial(_word, options=SNAPS, found=found),
        "picture": partial(_word, options=PICTURES, found=found),
        "autosave_s": partial(_seconds, found=found),
        "keymap": partial(_keymap, known=frozenset((*BY_ID, *actions)), found=found),
    }
    values = {}
    for key, node in root.pairs:
        if key.text not in readers:
            _warn(found, "W141", f"unknown setting '{key.text}'", hint_for(key.text, readers), key)
        elif (value := readers[key.text](node)) is not None:
            values[key.text] = value
    return Settings(**values), tuple(found)


def _root(path: Path) -> MapNode | None:
    """The settings as written; None where there are none. Raises OSError, ValueError, SceneError."""
    if not path.exists():
        return None
    if not path.is_file():
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError(f"it is larger than {LARGEST // 1024} KiB")
    text = decode(data, path)
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.splitlines()):
        return None
    root = parse(text, path)
    if not isinstance(root, MapNode):
        raise ValueError("it holds no settings such as 'theme: nord'")
    return root


def _warn(found: list[Diagnostic], code: str, message: str, hint: str, node: Node | ScalarNode) -> None:
    place: Place | None = node.place
    found.append(Diagnostic(code=code, message=message, hint=hint, place=place))


def _word(node: Node, *, options: tuple[str, ...], found: list[Diagnostic]) -> str | None:
    if isinstance(node, ScalarNode) and node.text and (not options or node.text in options):
        return node.text
    said = f"'{node.text}'" if isinstance(node, ScalarNode) else "this"
    _warn(found, "W142", f"{said} cannot be chosen here", hint_for(said.strip("'"), options), node)
    return None


def _seconds(node: Node, *, found: list[Diagnostic]) -> float | None:
    low, high = AUTOSAVE_S
    try:
        value = float(node.text) if isinstance(node, ScalarNode) else float("nan")
    except ValueError:
        value = float("nan")
    if low <= value <= high:
        return value
    _warn(found, "W142", "this is no usable number of seconds", f"from {low:g} to {high:g}", node)
    return None


def _keymap(node: Node, *, known: frozenset[str], found: list[Diagnostic]) -> Mapping[str, tuple[str, ...]] | None:
    if not isinstance(node, MapNode):
        _warn(found, "W142", "a keymap names actions and their keys", "keymap: {file.save: ctrl+w}", node)
        return None
    chosen: dict[str, tuple[str, ...]] = {}
    places: dict[str, Node] = {}
    for key, value in node.pairs:
        if key.text not in known:
            _warn(found, "W141", f"unknown action '{key.text}'", hint_for(key.text, sorted(known)), key)
        elif keys := _keys(value, found):
            chosen[key.text], places[key.text] = keys, value
    for key_name, ids in clashes(chosen).items():
        mine = [id_ for id_ in ids if id_ in chosen]
        if mine:
            other = next((id_ for id_ in ids if id_ != mine[0]), mine[0])
            hint = f"give '{other}' another key too"
            _warn(found, "W142", f"'{key_name}' is the key of {' and '.join(ids)}", hint, places[mine[0]])
    return MappingProxyType(chosen)


def _keys(node: Node, found: list[Diagnostic]) -> tuple[str, ...]:
    """The keys that a node names; those that no terminal sends are told and left out."""
    nodes = list(node.items) if isinstance(node, ListNode) else [node]
    good = []
    for item in nodes[:MOST_KEYS]:
        key = item.text if isinstance(item, ScalarNode) else ""
        if good_key(key):
            good.append(key)
        else:
            _warn(found, "W142", f"'{key}' is no key", "such as f5, ctrl+s, shift+left, a, question_mark", item)
    return tuple(good)
