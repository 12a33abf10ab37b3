"""Two lines as one. The keys of both stay at the words they were at."""

from __future__ import annotations

from collections.abc import Iterator

from emostage.editing.anchors import at_word, from_the_end, from_word, key_text, lasting, time_node, time_of, word_of
from emostage.editing.composed import Step, composed
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.keys import listed
from emostage.editing.outline import KeyAt, LineAt
from emostage.editing.pieces import braced
from emostage.editing.places import line_at
from emostage.editing.refs import TRACKS, Focus, TrackName
from emostage.editing.rescue import rescued
from emostage.editing.safely import safely
from emostage.editing.saying import but_line, flow_of, told
from emostage.editing.scalars import written
from emostage.editing.surgery import insert, put, remove, replace
from emostage.editing.texts import set_text
from emostage.scene.grammar.settings import CASCADE
from emostage.scene.nodes import ListNode, Node


def join_with_next(document: Document, line: int) -> Edit:
    """A line with the next one of the same shot and speaker as one. What is at the start of the second comes at its first word.
    Raises EditError E146 for lines that do not go together."""
    one = line_at(document, line)
    if line + 1 >= len(document.outline.lines):
        raise EditError.of("E146", "no line comes after this one", "choose an earlier line", one.node.place)
    two = line_at(document, line + 1)
    _together(one, two)
    assert one.text is not None and two.text is not None
    text = f"{one.text.text.rstrip()} {two.text.text.strip()}"
    words = (*one.words, *two.words)
    tracks = [track for track in TRACKS if not _alike(one, two, track)]
    steps: list[Step] = [lambda doc: braced(doc, line), lambda doc: set_text(doc, line, text).spans]
    for track in tracks:
        steps += [
            _list_of(line, track),
            _list_of(line + 1, track),
            _timed(line, track, len(one.words), words),
            _moved(line, track, words),
        ]
    steps += [_put_extra(line, name, flow_of(value)) for name, value in _extra(one, two)]
    steps.append(lambda doc: remove(doc.outline.lines[line + 1].among, two.item))
    steps.append(lambda doc: rescued(document, doc, line))
    edit = composed(document, "join the lines", steps, Focus(line=line))

    def holds(after: Document) -> bool:
        lines = after.outline.lines
        if len(lines) != len(document.outline.lines) - 1 or lines[line].words != words or lines[line].speaker != one.speaker:
            return False
        counts = all(len(lines[line].keys[track]) == len(one.keys[track]) + len(two.keys[track]) for track in tracks)
        return counts and but_line(document, one, -1)(after)

    return safely(document, edit, holds, one.node.place)


def _together(one: LineAt, two: LineAt) -> None:
    """Raises EditError E146 for lines that cannot be one."""
    place = two.node.place
    if one.shot != two.shot:
        raise EditError.of("E146", "the next line is of another shot", "join the shots first", place)
    if one.speaker != two.speaker:
        raise EditError.of("E146", "the next line is spoken by somebody else", "one person speaks a line", place)
    if one.text is None or two.text is None or not one.words or not two.words:
        raise EditError.of("E146", "one of the two lines has no words", "only spoken lines can be joined", place)
    for name in ("audio", "motion"):
        if name in one.fields or name in two.fields:
            raise EditError.of("E146", f"'{name}' is for one of the two lines only", "take it out first", place)
    for name in CASCADE:
        if _field(one, name) != _field(two, name):
            raise EditError.of("E146", f"the two lines differ in '{name}'", "make it the same first", place)


def _field(at: LineAt, name: str) -> object:
    return told(at.fields[name][1]) if name in at.fields else None


def _alike(one: LineAt, two: LineAt, track: TrackName) -> bool:
    """Whether nothing needs to be done about a track: the second line has no keys of its own there, or both have the same feeling
    or look all along."""
    if track not in two.fields and not _has_end_keys(one, track):
        return True
    if track not in one.fields or track not in two.fields:
        return False
    return _field(one, track) == _field(two, track) and lasting(track, one.fields[track][1])


def _has_end_keys(at: LineAt, track: TrackName) -> bool:
    times = [time_of(time_node(key.node, track)) for key in _listed_keys(at, track) if key.node]
    return any(from_the_end(time) or (time is not None and time.kind == "percent") for time in times)


def _listed_keys(at: LineAt, track: TrackName) -> list[KeyAt]:
    return [key for key in at.keys[track] if key.node is not None]


def _list_of(line: int, track: TrackName) -> Step:
    """A value that stands for the whole line as a list of keys."""
    return lambda doc: listed(doc, line, track)


def _timed(line: int, track: TrackName, count: int, words: tuple[str, ...]) -> Step:
    """The keys of the first line, of `count` words, that were counted from its end, counted from the word that follows."""

    def step(doc: Document) -> tuple[Span, ...]:
        at = doc.outline.lines[line]
        spans: list[Span] = []
        for key in _listed_keys(at, track):
            node = time_node(key.node, track) if key.node else None
            time = time_of(node)
            if node is not None and (from_the_end(time) or (time is not None and time.kind == "percent" and time.value > 0)):
                spans += replace(node, written(from_word(node.text, time, count, words, node.place), flow=True))
        return tuple(spans)

    return step


def _moved(line: int, track: TrackName, words: tuple[str, ...]) -> Step:
    """The keys of the second line as further keys of the first."""

    def step(doc: Document) -> tuple[Span, ...]:
        one, two = doc.outline.lines[line], doc.outline.lines[line + 1]
        keys = [key.node for key in _listed_keys(two, track) if key.node is not None]
        items = [_item(key, i == 0, two, track, words) for i, key in enumerate(keys)]
        if not items:
            return ()
        if track not in one.fields:
            return put(one.body, track, f"[{', '.join(items)}]")
        value = one.fields[track][1]
        if not isinstance(value, ListNode):
            raise EditError.of("E146", f"'{track}' of the line cannot be read", "mend it first", value.place)
        steps: list[Step] = [_inserted(line, track, item) for item in items]
        return composed(doc, "", steps).spans

    return step


def _inserted(line: int, track: TrackName, item: str) -> Step:
    def step(doc: Document) -> tuple[Span, ...]:
        value = doc.outline.lines[line].fields[track][1]
        assert isinstance(value, ListNode)
        return insert(value, len(value.items), item)

    return step


def _item(key: Node, first: bool, two: LineAt, track: TrackName, words: tuple[str, ...]) -> str:
    """A key of the second line as one of the joined line."""
    node = time_node(key, track)
    time = time_of(node)
    start = len(words) - len(two.words)
    text = node.text if node is not None else ""
    if time is not None and time.kind == "word":
        named = word_of(time, two.words)
        if named is None:
            raise EditError.of("E146", f"'{text}' is no word of the next line", "mend the key first", key.place)
        return key_text(key, at_word(text, time, start + named, words))
    if time is not None and (from_the_end(time) or (time.kind == "previous" and not first)):
        return key_text(key, text)
    if node is not None and time is None:
        raise EditError.of("E146", f"'{text}' is not a time", "mend the key first", key.place)
    return key_text(key, from_word(text, time, start, words, key.place))


def _extra(one: LineAt, two: LineAt) -> Iterator[tuple[str, Node]]:
    """Notes of the second line that the first has room for."""
    for key, value in two.body.pairs:
        if key.text.startswith("x-") and not any(name.text == key.text for name, _ in one.body.pairs):
            yield key.text, value


def _put_extra(line: int, name: str, value: str) -> Step:
    return lambda doc: put(doc.outline.lines[line].body, name, value)
