"""Title and settings of the whole film."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emostage.editing.beginning import first_scene
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.safely import safely
from emostage.editing.saying import only, text_told, told
from emostage.editing.scalars import number, quoted, written
from emostage.editing.surgery import drop, extent, is_flow, line_end, pair, put, refuse, within
from emostage.scene import reader
from emostage.scene.grammar.settings import FILM
from emostage.scene.nodes import MapNode, ScalarNode

__all__ = ["first_scene", "set_film", "set_title"]

Value = str | int | float | bool | tuple[int, int]


def set_film(document: Document, key: str, value: Value | None) -> Edit:
    """A setting of the film, as somebody would type it; None or an empty text takes it out. Raises EditError."""
    root = _root(document)
    if key not in FILM.fields:
        raise EditError.of("E146", f"the film has no setting '{key}'", f"one of: {', '.join(FILM.fields)}")
    found = pair(root, "film")
    film = found[1] if found is not None and isinstance(found[1], MapNode) else None
    if value is None or value == "":
        return _without(document, film, key)
    new = _yaml(value)
    meant = told(reader.parse(f"[{new}]"))[0]
    if film is not None and film.pairs:
        within(root, film)
        spans = put(film, key, new)
    elif found is not None:
        spans = _emptied(root, found[0], found[1].end, f"{key}: {new}")
    elif is_flow(root):
        spans = put(root, "film", f"{{{key}: {new}}}")
    else:
        spans = _below(root, ("title", "emostage"), f"\n\nfilm:\n  {key}: {new}")

    def change(tree: Any) -> None:
        old = tree.get("film")
        tree["film"] = {**(old if isinstance(old, dict) else {}), key: meant}

    return _tried(document, "settings", spans, change)


def set_title(document: Document, title: str) -> Edit:
    """Another title of the film; an empty one takes it out, so that the film is called as its file. Raises EditError."""
    root = _root(document)
    if not title.strip():
        return _tried(document, "title", drop(root, "title"), lambda tree: tree.pop("title", None))
    new = written(title, flow=is_flow(root))
    if pair(root, "title") is not None or is_flow(root):
        spans = put(root, "title", new)
    else:
        spans = _below(root, ("emostage",), f"\ntitle: {new}")
    return _tried(document, "title", spans, lambda tree: tree.__setitem__("title", text_told(title)))


def _tried(document: Document, label: str, spans: tuple[Span, ...], change: Callable[[Any], object]) -> Edit:
    return safely(document, Edit(label=label, spans=spans), only(document, change))


def _root(document: Document) -> MapNode:
    if document.outline.root is None:
        raise refuse(None, "the scene cannot be read")
    return document.outline.root


def _without(document: Document, film: MapNode | None, key: str) -> Edit:
    """The film without a setting; without settings it has no `film`."""
    if film is None or pair(film, key) is None:
        return Edit(label="settings", spans=())
    root = _root(document)
    within(root, film)
    if len(film.pairs) == 1:
        return _tried(document, "settings", drop(root, "film"), lambda tree: tree.pop("film"))
    return _tried(document, "settings", drop(film, key), lambda tree: tree["film"].pop(key))


def _yaml(value: Value) -> str:
    """A value as scenes write it: texts that read as numbers or truth are taken for those."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{value[0]}, {value[1]}]"
    if isinstance(value, int | float):
        return str(value) if isinstance(value, int) else number(value)
    text = value.strip()
    if text.startswith("[") and text.endswith("]") and "\n" not in text:
        return text
    plain = not isinstance(reader.value_of(text), str)
    return text if plain and text else written(text, flow=True) if text else quoted(value)


def _emptied(root: MapNode, key: ScalarNode, end: int, new: str) -> tuple[Span, ...]:
    """The first pair under a key that has nothing."""
    if is_flow(root):
        return put(root, key.text, f"{{{new}}}")
    colon = root.source.text.index(":", key.end) + 1
    return (Span(colon, max(colon, end), f"\n  {new}"),)


def _below(root: MapNode, keys: tuple[str, ...], lines: str) -> tuple[Span, ...]:
    """Lines below the first of some keys that is there, or above all."""
    text = root.source.text
    found = next((pair_found for key in keys if (pair_found := pair(root, key))), None)
    if found is None:
        start = root.pairs[0][0].start
        return (Span(start, start, lines.lstrip("\n") + "\n"),)
    end = line_end(text, max(extent(found[1])[1], found[0].end))
    return (Span(end, end, lines),)
