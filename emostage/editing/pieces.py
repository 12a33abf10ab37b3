"""Items of lists taken as text from one place and put into another, with the comments above them."""

from __future__ import annotations

import re

from emostage.editing.document import Document, Span
from emostage.editing.edit import EditError
from emostage.editing.saying import comments_in, flow_of
from emostage.editing.surgery import STEP, block, column, extent, indented, insert, is_bare, is_flow
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode

Range = tuple[int, int]
"""The first and the last of some items."""
_BREAK = re.compile(r"\n[ \t]*(?=\S)")


def swapped(items: ListNode, number: int) -> tuple[Span, ...]:
    """An item and the one after it in each other's place."""
    text = items.source.text
    if is_flow(items):
        one, two = extent(items.items[number]), extent(items.items[number + 1])
        return (Span(*one, text[slice(*two)]), Span(*two, text[slice(*one)]))
    (start, end), (begin, stop) = block(items, number), block(items, number + 1)
    first, second = text[start:end], text[begin:stop]
    if not second.endswith("\n"):
        first, second = first.removesuffix("\n"), second + "\n"
    return (Span(start, stop, second + text[end:begin] + first),)


def after_item(items: ListNode, number: int, new: str, *, apart: bool = False) -> tuple[Span, ...]:
    """A list with one more item right behind one; `new` as for `surgery.insert`. `apart` asks for a blank line between the two."""
    if is_flow(items):
        return insert(items, number + 1, new)
    lines = new.split("\n")
    body = "\n".join(["- " + lines[0], *(" " * STEP + line if line else "" for line in lines[1:])]) + "\n"
    return put_behind(items, number, body, apart=apart)


def put_behind(items: ListNode, number: int, lines: str, *, apart: bool = False) -> tuple[Span, ...]:
    """Whole lines of items, as `as_block` gives them, behind an item of a block list; before the first one for -1."""
    text = items.source.text
    moved = indented(lines, column(items.source, items.start))
    at = block(items, number)[1] if number >= 0 else block(items, 0)[0]
    blank = "\n" if apart else ""
    if at and text[at - 1] != "\n":
        return (Span(at, at, "\n" + blank + moved.removesuffix("\n")),)
    return (Span(at, at, blank + moved),)


def as_block(items: ListNode, which: Range) -> str:
    """Items of a list as lines of a block list in the first column, with the comments above them and between."""
    first, last = which
    text = items.source.text
    if is_flow(items):
        found = (text[slice(*extent(item))] for item in items.items[first : last + 1])
        return "".join("- " + _BREAK.sub("\n    ", each) + "\n" for each in found)
    lines = text[block(items, first)[0] : block(items, last)[1]]
    return indented(lines if lines.endswith("\n") else lines + "\n", -column(items.source, items.start))


def as_flow(items: ListNode, which: Range, root: Node | None) -> str:
    """Items of a list as they stand in brackets. Raises EditError E146 for a block list with comments."""
    first, last = which
    if is_flow(items):
        text = items.source.text
        return text[extent(items.items[first])[0] : extent(items.items[last])[1]]
    if comments_in(items.source, root, block(items, first)[0], block(items, last)[1]):
        hint = "write the lines there on lines of their own"
        raise EditError.of("E146", "comments cannot stand between brackets", hint, items.items[first].place)
    return ", ".join(flow_of(item) for item in items.items[first : last + 1])


def placed(items: ListNode, number: int, source: ListNode, which: Range, root: Node | None) -> tuple[Span, ...]:
    """A list with items of another one behind an item; before the first one for -1."""
    if is_flow(items):
        return insert(items, number + 1, as_flow(source, which, root))
    return put_behind(items, number, as_block(source, which))


def cut_out(items: ListNode, which: Range) -> tuple[Span, ...]:
    """A list without items, of which some stay before or behind."""
    first, last = which
    if is_flow(items):
        if first > 0:
            return (Span(extent(items.items[first - 1])[1], extent(items.items[last])[1], ""),)
        stop = items.items[last + 1].start if last + 1 < len(items.items) else extent(items.items[last])[1]
        return (Span(extent(items.items[first])[0], stop, ""),)
    return (Span(block(items, first)[0], block(items, last)[1], ""),)


def braced(document: Document, line: int) -> tuple[Span, ...]:
    """A line such as `[ada: Hi]` in braces, so that it can take more keys; nothing for others."""
    at = document.outline.lines[line]
    if not is_bare(at.node):
        return ()
    start, end = extent(at.node)
    return (Span(start, start, "{"), Span(end, end, "}"))


def put_ahead(mapping: MapNode, ahead: str, key: str, new: str) -> tuple[Span, ...]:
    """`key: new` in a mapping that lacks the key, right before another key, or before all."""
    names = [name for name, _ in mapping.pairs]
    name: ScalarNode = next((found for found in names if found.text == ahead), names[0])
    between = ", " if is_flow(mapping) else "\n" + " " * column(mapping.source, name.start)
    return (Span(name.start, name.start, f"{key}: {new}{between}"),)
