"""Finding the line or the key that an edit is about."""

from __future__ import annotations

from emostage.editing.document import Document
from emostage.editing.edit import EditError
from emostage.editing.outline import KeyAt, LineAt
from emostage.editing.refs import KeyRef


def line_at(document: Document, line: int) -> LineAt:
    """A line of the outline. Raises EditError E145."""
    lines = document.outline.lines
    if not 0 <= line < len(lines):
        raise EditError.of("E145", "there is no such line", "choose a line of the timeline")
    return lines[line]


def key_at(document: Document, ref: KeyRef) -> KeyAt:
    """A key of the outline. Raises EditError E145."""
    found = document.outline.key(ref)
    if found is None:
        raise EditError.of("E145", "there is no such key", "choose a key of the timeline")
    return found
