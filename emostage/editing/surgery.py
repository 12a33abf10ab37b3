"""Replacing, adding and taking out values of a YAML text without touching anything beside them.

All functions give spans of the text the nodes were read from. Block collections keep their indentation, flow collections stay on
their line; comments above an item of a block list belong to it and go where it goes.
"""

from __future__ import annotations

import re

from emostage.core.errors import Place
from emostage.editing.document import Span
from emostage.editing.edit import EditError
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode, Source

STEP = 2
"""Columns by which what is added under a key is indented."""
_SPACE = re.compile(r"(?:\s+(?:#[^\n]*)?)*")
_ALIAS = re.compile(r"\s*:\s*\*[^\s,\[\]{}]+")


def is_flow(node: Node) -> bool:
    """Whether a collection is written in brackets."""
    return not isinstance(node, ScalarNode) and node.source.text[node.start] in "[{"


def is_bare(mapping: MapNode) -> bool:
    """Whether a mapping is a pair in brackets that has no braces of its own, as in `[ada: Hi]`."""
    if is_flow(mapping) or not mapping.pairs:
        return False
    after = _SPACE.match(mapping.source.text, extent(mapping)[1])
    return after is not None and mapping.source.text[after.end() : after.end() + 1] in (",", "]")


def extent(node: Node) -> tuple[int, int]:
    """Where a value begins and ends, without the blank lines and comments behind it."""
    text = node.source.text
    if isinstance(node, ScalarNode):
        if node.style not in ("|", ">"):
            return node.start, node.end
        found = text[node.start : node.end]
        kept = "+" in found.partition("\n")[0].partition("#")[0]  # the blank lines are part of the text
        return node.start, node.start + len(found.removesuffix("\n") if kept else found.rstrip())
    if is_flow(node):
        return node.start, node.end
    return node.start, max(_last_end(node), _key_end(node))


def within(parent: Node, child: Node) -> None:
    """Raises EditError E141 for a child that stands elsewhere, because `*name` repeats it."""
    if not parent.start <= child.start <= child.end <= max(parent.end, child.start):
        hint = "edit it where '&' names it, or write the value out"
        raise EditError.of("E141", "this value is repeated with '*' and written elsewhere", hint, child.place)


def replace(node: Node, new: str) -> tuple[Span, ...]:
    """Another value in the place of one. `new` is YAML."""
    start, end = extent(node)
    space = " " if start > 0 and node.source.text[start - 1] in ":-" else ""
    return (Span(start, end, space + new),)


def put(mapping: MapNode, key: str, new: str) -> tuple[Span, ...]:
    """`key: new` in a mapping: in the place of what the key has, or as its last pair."""
    found = pair(mapping, key)
    if found is not None:
        return _revalued(mapping, *found, new)
    text, (start, end) = mapping.source.text, extent(mapping)
    if is_flow(mapping):
        if not mapping.pairs:
            opening = text.index("{", start)
            return (Span(opening + 1, end - 1, f"{key}: {new}"),)
        return (Span(at := _last_end(mapping), at, f", {key}: {new}"),)
    if is_bare(mapping):
        return Span(start, start, "{"), Span(end, end, f", {key}: {new}}}")
    return _below(text, end, " " * column(mapping.source, start) + f"{key}: {new}")


def drop(mapping: MapNode, key: str) -> tuple[Span, ...]:
    """A mapping without a key. Raises EditError E142 for its only key."""
    number = next((i for i, (name, _) in enumerate(mapping.pairs) if name.text == key), None)
    if number is None:
        return ()
    name, value = mapping.pairs[number]
    within(mapping, value)
    if len(mapping.pairs) == 1:
        if is_flow(mapping):
            return (Span(name.start, extent(value)[1], ""),)
        raise EditError.of("E142", f"'{key}' is all that is left here", "take out what it stands in", name.place)
    after = mapping.pairs[number + 1][0] if number + 1 < len(mapping.pairs) else None
    if is_flow(mapping):
        return _without(name.start, extent(value)[1], after.start if after else None, extent(mapping.pairs[number - 1][1])[1])
    text = mapping.source.text
    if after and text[line_start(text, name.start) : name.start].strip():  # on the line of a dash
        return (Span(name.start, after.start, ""),)
    return (_lines(text, name.start, max(extent(value)[1], name.end)),)


def insert(items: ListNode, number: int, new: str) -> tuple[Span, ...]:
    """A list with one more item in the place of a number. `new` is YAML, in a block list perhaps of several lines."""
    text = items.source.text
    if is_flow(items):
        if not items.items:
            return (Span(text.index("[", items.start) + 1, items.end - 1, new),)
        if number < len(items.items):
            within(items, items.items[number])
            return (Span(at := items.items[number].start, at, f"{new}, "),)
        within(items, items.items[-1])
        return (Span(at := extent(items.items[-1])[1], at, f", {new}"),)
    indent = column(items.source, items.start)
    lines = new.split("\n")
    body = "\n".join([" " * indent + "- " + lines[0], *(" " * (indent + STEP) + line if line else "" for line in lines[1:])])
    if number < len(items.items):
        start = block(items, number)[0]
        return (Span(start, start, body + "\n"),)
    return _below(text, extent(items)[1], body)


def remove(items: ListNode, number: int) -> tuple[Span, ...]:
    """A list without an item. Raises EditError E142 for the only item of a block list."""
    item = items.items[number]
    within(items, item)
    if is_flow(items):
        after = items.items[number + 1].start if number + 1 < len(items.items) else None
        before = extent(items.items[number - 1])[1] if number else None
        return _without(*extent(item), after, before)
    if len(items.items) == 1:
        raise EditError.of("E142", "this is all that is left here", "take out what it stands in", item.place)
    (start, end), text = block(items, number), items.source.text
    if (
        number
        and text[:start].endswith("\n\n")
        and text[end : end + 1] in ("", "\n")
        and start - 1 > extent(items.items[number - 1])[1]
    ):
        start -= 1  # of two blank lines that meet, one goes
    return (Span(start, end, ""),)


def block(items: ListNode, number: int) -> tuple[int, int]:
    """The lines of an item of a block list, with the comments right above it and its line end. Raises EditError E143 for one that
    does not begin its line."""
    item, text = items.items[number], items.source.text
    within(items, item)
    dash = _dash(items, number)
    start = line_start(text, dash)
    if text[start:dash].strip():
        raise EditError.of("E143", "this item begins in the middle of a line", "put it on a line of its own first", item.place)
    limit = extent(items.items[number - 1])[1] if number else 0
    while start > 0 and (above := line_start(text, start - 1)) >= limit and text[above:start].lstrip().startswith("#"):
        start = above
    end = line_end(text, max(extent(item)[1], dash + 1))
    return start, min(end + 1, len(text))


def indented(lines: str, by: int) -> str:
    """Lines moved to the right, or to the left where `by` is negative; empty ones stay empty."""
    moved = (" " * by + line if by > 0 else line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines.split("\n"))
    return "\n".join(line if line.strip() else "" for line in moved)


def pair(mapping: MapNode, key: str) -> tuple[ScalarNode, Node] | None:
    """Key and value of a mapping by the key's text."""
    return next(((name, value) for name, value in mapping.pairs if name.text == key), None)


def column(source: Source, offset: int) -> int:
    """Characters before an offset in its line."""
    return offset - line_start(source.text, offset)


def line_start(text: str, offset: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line of an offset ends, before its line end."""
    end = text.find("\n", offset)
    return len(text) if end < 0 else end


def refuse(place: Place | None, message: str = "this edit would break the scene") -> EditError:
    """E144: what is asked for cannot be written at its place."""
    return EditError.of("E144", message, "edit the text there", place)


def _last_end(node: ListNode | MapNode) -> int:
    """Where the last value of a block collection ends, which may be a `*name`."""
    last = node.items[-1] if isinstance(node, ListNode) else node.pairs[-1][1]
    if isinstance(node, MapNode) and not node.start <= last.start <= node.end:
        alias = _ALIAS.match(node.source.text, node.pairs[-1][0].end)
        if alias:
            return alias.end()
    within(node, last)
    return extent(last)[1]


def _key_end(node: ListNode | MapNode) -> int:
    return node.pairs[-1][0].end + 1 if isinstance(node, MapNode) and node.pairs else node.start


def _revalued(mapping: MapNode, key: ScalarNode, value: Node, new: str) -> tuple[Span, ...]:
    """Another value under a key; what stands on the lines below it makes room for one on its own line."""
    within(mapping, value)
    if isinstance(value, ScalarNode) or is_flow(value):
        return replace(value, new)
    colon = mapping.source.text.index(":", key.end)
    return (Span(colon + 1, extent(value)[1], f" {new}"),)


def _below(text: str, end: int, lines: str) -> tuple[Span, ...]:
    """Lines below the one in which something ends."""
    at = line_end(text, end)
    return (Span(at, at, "\n" + lines),)


def _lines(text: str, start: int, end: int) -> Span:
    """All lines from one offset to another taken out."""
    first, last = line_start(text, start), line_end(text, end)
    if last == len(text) and first > 0:
        return Span(first - 1, last, "")
    return Span(first, min(last + 1, len(text)), "")


def _without(start: int, end: int, after: int | None, before: int | None) -> tuple[Span, ...]:
    """Something in brackets taken out with the comma beside it."""
    if after is not None:
        return (Span(start, after, ""),)
    return (Span(before if before is not None else start, end, ""),)


def _dash(items: ListNode, number: int) -> int:
    """Where the dash of an item of a block list stands."""
    text, indent = items.source.text, column(items.source, items.start)
    at = items.items[number].start
    while text[at : at + 1] != "-" or column(items.source, at) != indent:
        at -= 1
        if at < items.start:
            return items.start
    return at
