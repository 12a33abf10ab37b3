"""What a line says: as few characters of the file are changed as say the new text."""

from __future__ import annotations

from collections.abc import Iterator

from emostage.editing.composed import composed, difference
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.outline import LineAt
from emostage.editing.pieces import braced
from emostage.editing.places import line_at
from emostage.editing.refs import Focus
from emostage.editing.safely import safely
from emostage.editing.saying import body_in, but_line, only, text_told
from emostage.editing.scalars import quoted, written
from emostage.editing.surgery import extent, is_flow, line_end, line_start, pair, put, refuse, replace
from emostage.scene.nodes import ScalarNode, offsets_of

WIDTH = 100
"""Columns at which folded texts are wrapped."""


def set_text(document: Document, line: int, new: str, *, merges: bool = False) -> Edit:
    """Another text of a line, cues as written; one that has none gets it, and a beat becomes a spoken line. Raises EditError."""
    at = line_at(document, line)
    new = new.replace("\r\n", "\n").replace("\r", "\n")
    if not new.strip():
        raise EditError.of("E146", "a line that says nothing", "delete it, or make it a beat", at.node.place)
    focus = Focus(line=line)
    if at.text is None:
        return _first_text(document, at, new)
    wanted = new.rstrip() + _tail(at.text) if at.text.style in ("|", ">") else new
    holds = only(document, lambda tree: body_in(tree, document, at).__setitem__(_key(at), text_told(wanted)))
    for spans in text_ways(at.text, wanted):
        try:
            return safely(document, Edit(label="text", spans=spans, focus=focus, merges=merges), holds)
        except EditError:
            continue
    raise _repeated(at) or refuse(at.text.place)


def replace_text(document: Document, line: int, start: int, end: int, new: str) -> Edit:
    """A part of a line's text, told by offsets as those of cues, replaced. Raises EditError."""
    at = line_at(document, line)
    old = at.text.text if at.text is not None else ""
    start, end = max(0, min(start, len(old))), max(0, min(end, len(old)))
    return set_text(document, line, old[:start] + new + old[max(start, end) :], merges=True)


def insert_in_text(document: Document, line: int, offset: int, piece: str) -> Edit:
    """Something put into a line's text at an offset. Raises EditError."""
    return replace_text(document, line, offset, offset, piece)


def _key(at: LineAt) -> str:
    return at.fields["text"][0].text


def text_ways(node: ScalarNode, new: str) -> Iterator[tuple[Span, ...]]:
    """Ways to write a new text, the one that changes least first."""
    if new == node.text:
        yield ()
        return
    little = _in_place(node, new)
    crowded = node.style == ">" and any(len(span.new) + _length_at(node, span.start) > WIDTH for span in little)
    if little and not crowded:
        yield little
    if node.style == ">":
        yield (Span(*extent(node), _folded(node, new)),)
    elif node.style == "'" and "\n" not in new:
        yield (Span(*extent(node), "'" + new.replace("'", "''") + "'"),)
    yield replace(node, quoted(new))


def _in_place(node: ScalarNode, new: str) -> tuple[Span, ...]:
    """The characters that differ, replaced where they stand; nothing where that cannot be."""
    offsets, old = offsets_of(node), node.text
    if offsets is None:
        return ()
    if node.style in ("|", ">"):
        old, new = old.rstrip("\n"), new.rstrip("\n")
    change = difference(old, new)[0]
    piece = _escaped(change.new, node)
    if piece is None:
        return ()
    return (Span(offsets[change.start], offsets[change.end], piece),)


def _length_at(node: ScalarNode, offset: int) -> int:
    """How long the line of an offset is."""
    text = node.source.text
    return line_end(text, offset) - line_start(text, offset)


def _escaped(piece: str, node: ScalarNode) -> str | None:
    """A piece as it is written within a text; None when it cannot be."""
    if node.style == '"':
        return quoted(piece)[1:-1]
    if node.style == "|":
        return piece.replace("\n", "\n" + _indent(node))
    if "\n" in piece:
        return None
    return piece.replace("'", "''") if node.style == "'" else piece


def _folded(node: ScalarNode, new: str) -> str:
    """A folded text anew, with its header and its indentation."""
    header = node.source.text[node.start :].partition("\n")[0]
    indent, lines, line = _indent(node), list[str](), ""
    for word in new.rstrip("\n").split(" "):
        if line.strip() and word and len(indent) + len(line) + len(word) > WIDTH - 1 and not line.endswith(" "):
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return "\n".join([header, *(indent + each for each in (*lines, line))])


def _indent(node: ScalarNode) -> str:
    """How far a text below its header is indented."""
    body = node.source.text[node.start : node.end].partition("\n")[2]
    first = next((line for line in body.split("\n") if line.strip()), "")
    return first[: len(first) - len(first.lstrip(" "))]


def _tail(node: ScalarNode) -> str:
    return node.text[len(node.text.rstrip("\n")) :]


def _repeated(at: LineAt) -> EditError | None:
    """Why a text cannot be changed that others repeat."""
    text = at.text
    if text is None:
        return None
    before = text.source.text[: text.start].rpartition("\n")[2].rstrip().rpartition(" ")[2]
    outside = not at.body.start <= text.start <= at.body.end
    if not (before.startswith("&") or outside):
        return None
    return EditError.of("E141", "this text is repeated with '*' elsewhere", "write it out there first", text.place)


def _first_text(document: Document, at: LineAt, new: str) -> Edit:
    """The text of a line that has none."""
    speaker = at.speaker or speaker_near(document, at.index)

    def writing(doc: Document) -> tuple[Span, ...]:
        now = doc.outline.lines[at.index]
        if "text" in now.fields:
            return replace(now.fields["text"][1], quoted(new))
        if "pause" in now.fields:
            return _instead_of_pause(now, speaker, new)
        named = now.speaker_key is not None and pair(now.node, now.speaker_key.text)
        if named and isinstance(named[1], ScalarNode):
            return put(now.node, named[0].text, quoted(new))
        return put(now.body, "text", quoted(new))

    edit = composed(document, "text", [lambda doc: braced(doc, at.index), writing], Focus(line=at.index))
    same = but_line(document, at)

    def holds(after: Document) -> bool:
        line = after.outline.lines[at.index] if at.index < len(after.outline.lines) else at
        return line.text is not None and line.text.text == new and line.speaker == speaker and same(after)

    return safely(document, edit, holds, at.node.place)


def _instead_of_pause(at: LineAt, speaker: str | None, new: str) -> tuple[Span, ...]:
    """A beat that becomes a spoken line: the text stands where the pause stood."""
    key, value = at.fields["pause"]
    if at.speaker is not None:
        if at.body is not at.node and len(at.body.pairs) == 1 and is_flow(at.body) and at.speaker_key is not None:
            return replace(at.body, quoted(new))
        return (Span(key.start, key.end, "text"), *replace(value, quoted(new)))
    if speaker is None:
        raise EditError.of("E146", "nobody is there to speak", "add a person first", at.node.place)
    return (Span(key.start, key.end, written(speaker, flow=True)), *replace(value, quoted(new)))


def speaker_near(document: Document, line: int) -> str | None:
    """Who spoke last before a line, or else who is next, or first in the cast."""
    lines = document.outline.lines
    nearest = (*reversed(lines[: max(line, 0)]), *lines[max(line, 0) :])
    return next((each.speaker for each in nearest if each.speaker), next(iter(document.outline.cast), None))
