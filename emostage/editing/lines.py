"""Lines as wholes: new ones, beats, moving, copying, deleting, and who speaks."""

from __future__ import annotations

from typing import Any

from emostage.core.errors import Place
from emostage.editing.beginning import beginning
from emostage.editing.composed import Step, composed
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.outline import LineAt
from emostage.editing.pieces import after_item, as_block, as_flow, braced, cut_out, placed, put_behind, swapped
from emostage.editing.places import line_at
from emostage.editing.refs import Focus
from emostage.editing.rescue import rescued
from emostage.editing.safely import safely
from emostage.editing.saying import body_in, line_in, lines_in, only, text_told, told
from emostage.editing.scalars import number, quoted, seconds, written
from emostage.editing.surgery import insert, is_flow, put, remove, replace
from emostage.scene.lines import LONGEST_BEAT_S


def new_line(document: Document, after_line: int | None, speaker: str, text: str) -> Edit:
    """A new spoken line behind one, or, for None, before all: also in a scene that has none. Raises EditError."""
    if not text.strip():
        raise EditError.of("E146", "a line that says nothing", "give it a text")
    if document.outline.cast:
        known(document, speaker)
    return _added(document, after_line, f"{written(speaker, flow=True)}: {quoted(text)}", "new line", speaker)


def new_beat(document: Document, after_line: int | None, speaker: str | None, length_s: float) -> Edit:
    """A new silent beat behind a line, or, for None, before all; `speaker` None shows who was seen before. Raises EditError."""
    pause = f"pause: {length(length_s)}"
    if speaker is None:
        return _added(document, after_line, pause, "new beat", None)
    known(document, speaker)
    return _added(document, after_line, f"{written(speaker, flow=True)}: {{{pause}}}", "new beat", speaker)


def duplicate_line(document: Document, line: int) -> Edit:
    """The same line once more, behind it; comments above it are not repeated. Raises EditError."""
    at = line_at(document, line)

    def step(doc: Document) -> tuple[Span, ...]:
        items, item = doc.outline.lines[line].among, at.item
        if is_flow(items):
            return insert(items, item + 1, as_flow(items, (item, item), doc.root))
        lines = as_block(items, (item, item)).split("\n")
        while lines[0].startswith("#") or not lines[0].strip():
            lines.pop(0)
        return put_behind(items, item, "\n".join(lines))

    edit = composed(document, "copy the line", [step], Focus(line=line + 1))
    copy = lambda tree: lines_in(tree, document, at.shot).insert(at.item, line_in(tree, document, at))  # noqa: E731
    return safely(document, edit, only(document, copy), at.node.place)


def delete_line(document: Document, line: int) -> Edit:
    """A scene without a line; a shot without lines goes too. Raises EditError E146 for the last line of a film."""
    at = line_at(document, line)
    shot = document.outline.shots[at.shot]
    focus = Focus(line=max(0, min(line, len(document.outline.lines) - 2)))
    if len(at.among.items) > 1:
        edit = composed(document, "delete the line", [lambda doc: remove(doc.outline.lines[line].among, at.item)], focus)
        return safely(document, edit, only(document, lambda tree: lines_in(tree, document, at.shot).pop(at.item)), at.node.place)
    if len(shot.among.items) == 1:
        raise EditError.of("E146", "this is the only line of the film", "write another one first", at.node.place)
    edit = composed(document, "delete the line", [lambda doc: remove(doc.outline.shots[at.shot].among, shot.item)], focus)
    return safely(document, edit, only(document, lambda tree: tree["shots"].pop(shot.item)), at.node.place)


def move_line(document: Document, line: int, by: int) -> Edit:
    """A line later in the film by so many places, or earlier where `by` is negative; over the end of its shot it goes into the next
    one. Raises EditError."""
    at, after, way = line, document, 1 if by > 0 else -1
    for _ in range(abs(by)):
        edit = _moved(after, at, way)
        assert edit.focus is not None
        after, at = after.replaced(edit.spans), edit.focus.line
    return composed(document, "move the line", [lambda _: _whole(document, after)], Focus(line=at))


def set_pause(document: Document, line: int, length_s: float) -> Edit:
    """Another length of a silent beat. Raises EditError."""
    at = line_at(document, line)
    if "pause" not in at.fields:
        raise EditError.of("E146", "this line is no beat", "pauses in a text are cues: [pause 400ms]", at.node.place)
    new = length(length_s)
    edit = composed(document, "pause", [lambda doc: replace(doc.outline.lines[line].fields["pause"][1], new)], Focus(line=line))
    change = lambda tree: body_in(tree, document, at).__setitem__("pause", text_told(new))  # noqa: E731
    return safely(document, edit, only(document, change), at.node.place)


def set_speaker(document: Document, line: int, name: str) -> Edit:
    """Another speaker of a line. Raises EditError."""
    at = line_at(document, line)
    known(document, name)
    room: list[Step] = [lambda doc: braced(doc, line)] if at.speaker_key is None else []
    steps: list[Step] = [*room, lambda doc: _speaking(doc.outline.lines[line], name)]
    edit = composed(document, "speaker", steps, Focus(line=line))

    def change(tree: Any) -> None:
        said = line_in(tree, document, at)
        if at.speaker_key is not None:
            said[name] = said.pop(at.speaker_key.text)
        else:
            said["speaker"] = text_told(name)

    return safely(document, edit, only(document, change), at.node.place)


def known(document: Document, name: str, place: Place | None = None) -> None:
    """Raises EditError E145 for somebody who is not in the cast."""
    if name not in document.outline.cast:
        raise EditError.of("E145", f"'{name}' is not in the cast", "add the person first", place)


def length(length_s: float) -> str:
    """The length of a beat as scenes write it. Raises EditError E146 for one that no beat can have."""
    if not 0.0005 <= length_s <= LONGEST_BEAT_S:
        raise EditError.of("E146", f"a pause of {number(length_s)} s", f"a beat lasts up to {LONGEST_BEAT_S:g} s")
    return seconds(length_s)


def _whole(document: Document, after: Document) -> tuple[Span, ...]:
    return (Span(0, len(document.text), after.text),)


def _added(document: Document, after_line: int | None, pair: str, label: str, speaker: str | None) -> Edit:
    """A line of one pair behind another line."""
    if after_line is None:
        return _first(document, pair, label, speaker)
    at = line_at(document, after_line)
    new = pair if not is_flow(at.among) or _bare(at) else f"{{{pair}}}"
    edit = composed(
        document, label, [lambda doc: after_item(doc.outline.lines[after_line].among, at.item, new)], Focus(line=after_line + 1)
    )
    return safely(document, edit, _more(document, at.shot, at.item + 1), at.node.place)


def _bare(at: LineAt) -> bool:
    """Whether a line in brackets has no braces of its own."""
    return not is_flow(at.node)


def _first(document: Document, pair: str, label: str, speaker: str | None) -> Edit:
    shots = document.outline.shots
    if shots and shots[0].lines_node is not None and shots[0].lines_node.items:
        items = shots[0].lines_node
        new = pair if not is_flow(items) or not is_flow(items.items[0]) else f"{{{pair}}}"
        edit = composed(document, label, [lambda _: insert(items, 0, new)], Focus(line=0))
        return safely(document, edit, _more(document, 0, 0))
    edit = Edit(label=label, spans=beginning(document, pair, speaker), focus=Focus(line=0))
    return safely(document, edit, lambda after: len(after.outline.lines) == len(document.outline.lines) + 1)


def _more(document: Document, shot: int, item: int) -> Any:
    """Whether a document says the same but for one more line."""

    def holds(after: Document) -> bool:
        if shot >= len(after.outline.shots):
            return False
        node = after.outline.shots[shot].lines_node
        if node is None or item >= len(node.items):
            return False
        new = told(node.items[item])
        return only(document, lambda tree: lines_in(tree, document, shot).insert(item, new))(after)

    return holds


def _moved(document: Document, line: int, way: int) -> Edit:
    """A line one place further."""
    at = line_at(document, line)
    other = at.item + way
    if 0 <= other < len(at.among.items):
        first = min(at.item, other)
        edit = composed(document, "", [lambda _: swapped(at.among, first)], Focus(line=line + way))

        def swap(tree: Any) -> None:
            lines = lines_in(tree, document, at.shot)
            lines[first], lines[first + 1] = lines[first + 1], lines[first]

        return safely(document, edit, only(document, swap), at.node.place)
    return _over_the_cut(document, at, way)


def _over_the_cut(document: Document, at: LineAt, way: int) -> Edit:
    """A line into the neighbouring shot."""
    shot, shots = at.shot + way, document.outline.shots
    if not 0 <= shot < len(shots):
        raise EditError.of("E146", f"this is the {'last' if way > 0 else 'first'} line", "it cannot go further", at.node.place)
    if len(at.among.items) == 1:
        raise EditError.of("E146", "this is the only line of its shot", "join the shots instead", at.node.place)
    goal = shots[shot].lines_node
    if goal is None or not goal.items:
        raise EditError.of("E146", "the neighbouring shot has no lines", "write one there first", at.node.place)
    number = -1 if way > 0 else len(goal.items) - 1
    spans = (*cut_out(at.among, (at.item, at.item)), *placed(goal, number, at.among, (at.item, at.item), document.root))
    edit = composed(document, "", [lambda _: spans, lambda doc: rescued(document, doc, at.index)], Focus(line=at.index))

    def move(tree: Any) -> None:
        taken = lines_in(tree, document, at.shot).pop(at.item)
        lines_in(tree, document, shot).insert(number + 1, taken)

    return safely(document, edit, only(document, move), at.node.place)


def _speaking(at: LineAt, name: str) -> tuple[Span, ...]:
    """A line with another speaker."""
    new = written(name, flow=True)
    if at.speaker_key is not None:
        key = at.speaker_key
        return (Span(key.start, key.end, new),)
    if "speaker" in at.fields:
        return replace(at.fields["speaker"][1], new)
    return put(at.node, "speaker", new)
