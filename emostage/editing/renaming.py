"""Another name for somebody, everywhere they are named: in the cast, in lines, gazes, layouts and cues."""

from __future__ import annotations

from collections.abc import Iterator

from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.outline import LineAt
from emostage.editing.people import can_be_called
from emostage.editing.safely import safely
from emostage.editing.scalars import written
from emostage.editing.surgery import pair, replace
from emostage.editing.texts import text_ways
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode


def rename_person(document: Document, old: str, new: str) -> Edit:
    """A person by another name. Raises EditError."""
    found = document.outline.cast.get(old)
    if found is None:
        raise EditError.of("E145", f"'{old}' is not in the cast", "choose a person of the film")
    can_be_called(document, new, but=old)
    name, spans = written(new, flow=True), dict[int, Span]()
    keys = [found[0], *(line.speaker_key for line in document.outline.lines if line.speaker_key and line.speaker == old)]
    for key in keys:
        spans[key.start] = Span(key.start, key.end, name)
    for node in _named(document):
        if node.text == old:
            spans[node.start] = replace(node, name)[0]
    texts = {line.text.start: line for line in document.outline.lines if line.text is not None}
    for line in texts.values():
        for span in _text(document, line, old, new):
            spans[span.start] = span
    edit = Edit(label="rename the person", spans=tuple(sorted(spans.values())))
    return safely(document, edit, lambda after: _same(document, after, old, new), found[0].place)


def _named(document: Document) -> Iterator[ScalarNode]:
    """Values that name somebody."""
    for line in document.outline.lines:
        for field in ("speaker", "gaze"):
            if field in line.fields:
                yield from _targets(line.fields[field][1])
    for shot in document.outline.shots:
        if layout := pair(shot.node, "layout"):
            yield from _scalars(layout[1])


def _targets(node: Node) -> Iterator[ScalarNode]:
    """Who is looked at in the value of a gaze."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, ListNode):
        for item in node.items:
            if isinstance(item, MapNode):
                yield from _target_in(item, alone=False)
    else:
        yield from _target_in(node, alone=True)


def _target_in(node: MapNode, *, alone: bool) -> Iterator[ScalarNode]:
    found = pair(node, "look") or (pair(node, "at") if alone else None)
    if found is not None and isinstance(found[1], ScalarNode):
        yield found[1]


def _scalars(node: Node) -> Iterator[ScalarNode]:
    if isinstance(node, ScalarNode):
        yield node
    else:
        for child in node.items if isinstance(node, ListNode) else (value for _, value in node.pairs):
            yield from _scalars(child)


def _text(document: Document, line: LineAt, old: str, new: str) -> tuple[Span, ...]:
    """A text whose cues look at somebody by the new name."""
    if line.text is None or line.spoken is None:
        return ()
    value = line.text.text
    for cue in reversed(line.spoken.cues):
        if cue.kind == "look" and cue.target == old:
            at = value.index(old, value.casefold().index("look", cue.start) + 4)
            value = value[:at] + new + value[at + len(old) :]
    if value == line.text.text:
        return ()
    for spans in text_ways(line.text, value):
        after = document.replaced(spans)
        found = after.outline.lines[line.index].text if line.index < len(after.outline.lines) else None
        if found is not None and found.text == value:
            return spans
    return ()


def _same(before: Document, after: Document, old: str, new: str) -> bool:
    """Whether two documents have as many problems, and the same people speak, look and are seen but for the name."""

    def named(name: str | None) -> str | None:
        return new if name == old else name

    if [named(name) for name in before.outline.cast] != list(after.outline.cast):
        return False
    if [named(line.speaker) for line in before.outline.lines] != [line.speaker for line in after.outline.lines]:
        return False
    words = [line.words for line in before.outline.lines] == [line.words for line in after.outline.lines]
    targets = [named(node.text) for node in _named(before)] == [node.text for node in _named(after)]
    return words and targets and len(after.checked.diagnostics) <= len(before.checked.diagnostics)
