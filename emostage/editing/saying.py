"""What the tree of a scene says, as plain values: to tell whether an edit changes what is meant and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from emostage.editing.document import Document
from emostage.editing.outline import LineAt
from emostage.editing.scalars import quoted, written
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode, Source

_COMMENT = re.compile(r"(?:(?<=\s)|(?<![\s\S]))#[^\n]*")


def told(node: Node | None) -> Any:
    """A node as dictionaries, lists and (text, kind of the value); how it is quoted is left out."""
    if isinstance(node, MapNode):
        return {key.text: told(value) for key, value in node.pairs}
    if isinstance(node, ListNode):
        return [told(item) for item in node.items]
    return None if node is None else (node.text, type(node.value).__name__)


def text_told(text: str) -> tuple[str, str]:
    """A text as `told` gives it."""
    return text, "str"


def only(document: Document, change: Callable[[Any], object]) -> Callable[[Document], bool]:
    """Whether a document says what this one says after a change of its told tree."""
    wanted = told(document.root)
    change(wanted)
    return lambda after: bool(told(after.root) == wanted)


def lines_in(tree: Any, document: Document, shot: int) -> list[Any]:
    """The lines of a shot in a told tree of the document."""
    found: list[Any] = tree["shots"][document.outline.shots[shot].item]["lines"]
    return found


def line_in(tree: Any, document: Document, at: LineAt) -> Any:
    """A line in a told tree of the document."""
    return lines_in(tree, document, at.shot)[at.item]


def body_in(tree: Any, document: Document, at: LineAt) -> Any:
    """Where the fields of a line are in a told tree of the document."""
    line = line_in(tree, document, at)
    return line if at.body is at.node or at.speaker_key is None else line[at.speaker_key.text]


def but_line(document: Document, at: LineAt, more: int = 0) -> Callable[[Document], bool]:
    """Whether a document says the same but for one line, and so many lines more behind it (fewer, where that is negative)."""
    rest = told(document.root)
    _forget(lines_in(rest, document, at.shot), at.item, max(-more, 0))

    def same(after: Document) -> bool:
        found = told(after.root)
        try:
            _forget(lines_in(found, document, at.shot), at.item, max(more, 0))
        except (LookupError, TypeError, AttributeError):  # the line is not where it was
            return False
        return bool(found == rest)

    return same


def _forget(lines: list[Any], item: int, behind: int) -> None:
    """Empty a line of a told tree, and take out so many behind it."""
    lines[item].clear()
    if len(lines) < item + 1 + behind:
        raise LookupError
    del lines[item + 1 : item + 1 + behind]


def flow_of(node: Node) -> str:
    """A node as YAML in brackets on one line; what `*name` repeats is written out."""
    if isinstance(node, MapNode):
        return "{" + ", ".join(pairs_of(node)) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(flow_of(item) for item in node.items) + "]"
    if node.style:
        return quoted(node.text)
    return written(node.text, flow=True) if isinstance(node.value, str) else node.text


def pairs_of(node: MapNode) -> Iterator[str]:
    """The pairs of a mapping, each on one line as inside of brackets."""
    return (f"{written(key.text, flow=True)}: {flow_of(value)}" for key, value in node.pairs)


def comments_in(source: Source, root: Node | None, start: int, end: int) -> list[str]:
    """The comments between two offsets of a text, each from its `#` on."""
    if "#" not in source.text[start:end]:
        return []
    taken = sorted((s.start, s.end) for s in _scalars(root)) if root else []
    found: list[str] = []
    while match := _COMMENT.search(source.text, start, end):
        inside = max((stop for first, stop in taken if first <= match.start() < stop), default=0)
        if not inside:
            found.append(match[0].rstrip())
        start = inside or match.end()
    return found


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.pairs:
            yield key
            yield from _scalars(value)
