"""The first line of a scene that has none yet."""

from __future__ import annotations

from pathlib import Path

from emostage.editing.document import Document, Span
from emostage.editing.scalars import written
from emostage.editing.surgery import extent, is_flow, pair, put, refuse
from emostage.scene.new import new_scene
from emostage.scene.nodes import ListNode, MapNode, ScalarNode

PORTRAIT = "sample/astronaut"
"""Of somebody for whom nobody has chosen a picture."""
_DEFAULT = "title: Hello\n"


def first_scene(path: Path) -> str:
    """The text that a new, empty file begins with: a scene of one line, called as the file is."""
    name = path.stem.replace("-", " ").replace("_", " ").strip()
    title = name[:1].upper() + name[1:]
    return new_scene().replace(_DEFAULT, f"title: {written(title)}\n" if title else _DEFAULT, 1)


def beginning(document: Document, line: str, speaker: str | None) -> tuple[Span, ...]:
    """What gives a scene without lines its first one, of one pair. Raises EditError E144."""
    root = document.root
    if root is None or not isinstance(root, MapNode):
        if _without_comments(document.text):
            raise refuse(None, "the scene cannot be read")
        return (Span(end := len(document.text), end, _break(document.text) + _scene(line, speaker or "ada")),)
    found = pair(root, "shots")
    shots = document.outline.shots
    if found is None or (isinstance(found[1], ScalarNode) and found[1].value is None):
        return _shots(root, found, line)
    if not shots:
        if isinstance(found[1], ListNode) and is_flow(found[1]):
            return (Span(extent(found[1])[0], extent(found[1])[1], f"[{{lines: [{{{line}}}]}}]"),)
        raise refuse(found[1].place, "the shots cannot be read")
    return put(shots[0].node, "lines", f"[{{{line}}}]")


def _shots(root: MapNode, found: tuple[ScalarNode, object] | None, line: str) -> tuple[Span, ...]:
    text = root.source.text
    if is_flow(root):
        return put(root, "shots", f"[{{lines: [{{{line}}}]}}]")
    body = f"\n  - lines:\n      - {line}"
    if found is None:
        end = text.find("\n", extent(root)[1])
        at = len(text) if end < 0 else end
        return (Span(at, at, f"\n\nshots:{body}" + ("" if end >= 0 else "\n")),)
    colon = text.index(":", found[0].end) + 1
    value = found[1]
    assert isinstance(value, ScalarNode)
    return (Span(colon, max(colon, value.end), body),)


def _scene(line: str, speaker: str) -> str:
    name = written(speaker, flow=True)
    return f"emostage: 1\n\ncast:\n  {name}:\n    portrait: {PORTRAIT}\n\nshots:\n  - lines:\n      - {line}\n"


def _without_comments(text: str) -> str:
    return "".join(line for line in text.split("\n") if not line.lstrip().startswith("#")).strip()


def _break(text: str) -> str:
    return "" if not text or text.endswith("\n") else "\n"
