"""Adding, moving and deleting keys: items of a list under `emotion`, `gaze` or `head`, or cues in the text.

Keys stay what they are where they can: a cue that is moved to the start of a word stays a cue; moved to elsewhere it becomes an
item of the list. A value that stands for the whole line, as in `emotion: happy 0.4`, becomes a list when it gets company or a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from emostage.editing.composed import Step, composed, difference
from emostage.editing.contents import Content, as_cue, as_pairs, can_be_cue, content_of
from emostage.editing.cues import cut_cues, moved_cues, written_words
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.inside import put_before, spans_in
from emostage.editing.moments import Moment, said
from emostage.editing.outline import LineAt
from emostage.editing.places import key_at, line_at
from emostage.editing.refs import Focus, KeyRef, TrackName
from emostage.editing.renumbering import behind, renumbered
from emostage.editing.scalars import written
from emostage.editing.surgery import column, drop, insert, put, refuse, remove
from emostage.scene.nodes import ListNode, MapNode, ScalarNode


def add_key(document: Document, line: int, moment: Moment, content: Content, track: TrackName, *, cue: bool | None = None) -> Edit:
    """A new key. Where `cue` is not told it is a cue if that can be said, at the start of a word of a line that has no list of such
    keys. Raises EditError."""
    at = line_at(document, line)
    inline = as_a_cue(at, moment, content, track) if cue is None else cue
    add = _added_cue if inline else _added_item
    edit = composed(document, "new key", [lambda doc: add(doc, line, moment, content, track)])
    after = document.replaced(edit.spans)
    number = _newest(at, line_at(after, line), track, moment, inline=inline)
    key = KeyRef(line=line, track=track, number=number)
    return Edit(label=edit.label, spans=edit.spans, focus=Focus(line=line, key=key))


class NewKey(NamedTuple):
    """A key to be put in: its line, when, what it asks for, and on which track."""

    line: int
    moment: Moment
    content: Content
    track: TrackName


def add_keys(document: Document, new: Sequence[NewKey]) -> Edit:
    """New keys as one edit, each as `add_key` writes it. Raises EditError when one of them cannot be put in."""
    after, refs = document, tuple[KeyRef, ...]()
    for key in new:
        edit = add_key(after, *key)
        assert edit.focus is not None and edit.focus.key is not None
        refs = (*behind(refs, edit.focus.key), edit.focus.key)
        after = after.replaced(edit.spans)
    label = "new key" if len(new) == 1 else f"{len(new)} new keys"
    return Edit(label=label, spans=difference(document.text, after.text), focus=Focus.on(refs))


def delete_keys(document: Document, refs: Iterable[KeyRef]) -> Edit:
    """A scene without some keys. Raises EditError."""
    ordered = sorted(set(refs))
    steps = [_deleting(tuple(group)) for _, group in groupby(ordered, key=lambda ref: ref.line)]
    focus = Focus(line=ordered[0].line) if ordered else None
    what = "delete the key" if len(ordered) == 1 else f"delete {len(ordered)} keys"
    return composed(document, what, steps, focus)


def move_keys(document: Document, moves: Sequence[tuple[KeyRef, Moment]], *, merges: bool = True) -> Edit:
    """Keys at other moments of their lines. Raises EditError."""
    ordered = sorted(moves, key=lambda move: move[0])
    steps: list[Step] = []
    for line, group in groupby(ordered, key=lambda move: move[0].line):
        steps += _moving(document, line, tuple(group))
    edit = composed(document, "move the key" if len(ordered) == 1 else "move keys", steps, merges=merges)
    names = renumbered(document, document.replaced(edit.spans), ordered)
    return replace(edit, focus=Focus.on(names[ref] for ref, _ in ordered))


def as_a_cue(at: LineAt, moment: Moment, content: Content, track: TrackName) -> bool:
    """Whether a new key is best written as a cue."""
    at_word = moment.word is not None and moment.is_at(moment.word)
    return at.text is not None and "audio" not in at.fields and at_word and can_be_cue(content) and track not in at.fields


def listed(document: Document, line: int, track: TrackName) -> tuple[Span, ...]:
    """What makes a list of a value that stands for the whole line; nothing where it is one, or where there is none."""
    at = line_at(document, line)
    found = at.fields.get(track)
    alone = [key for key in at.keys[track] if key.node is not None and key.item is None]
    if found is None or not alone:
        if found is not None and isinstance(found[1], MapNode):
            raise EditError.of("E146", "this feeling is taken from a source", "take 'from:' out first", found[1].place)
        return ()
    ref, node = alone[0].ref, alone[0].node
    content = content_of(document, ref)
    time = node.pairs if isinstance(node, MapNode) else ()
    told = next((value.text for key, value in time if key.text == "at" and isinstance(value, ScalarNode)), "start")
    whole = track == "gaze" and not any(key.text == "look" for key, _ in time)
    pairs = [("at", "start" if whole else written(told, flow=True)), *as_pairs(content)]
    return put(_home(at, track), track, f"[{_flow(pairs)}]")


def _home(at: LineAt, field: str) -> MapNode:
    """The mapping in which a field of a line is written, or is to be."""
    found = at.fields.get(field)
    return at.node if found is not None and any(found[0] is key for key, _ in at.node.pairs) else at.body


def _flow(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"


def _added_cue(document: Document, line: int, moment: Moment, content: Content, track: TrackName) -> tuple[Span, ...]:  # noqa: ARG001
    at = line_at(document, line)
    text, starts = written_words(at)
    if moment.word is None or moment.word >= len(starts):
        raise refuse(at.node.place, "a cue stands before a word")
    return spans_in(text, [put_before(text.text, starts[moment.word], as_cue(content))])


def _added_item(document: Document, line: int, moment: Moment, content: Content, track: TrackName) -> tuple[Span, ...]:
    if spans := listed(document, line, track):
        return composed(document, "", [lambda _: spans, lambda doc: _added_item(doc, line, moment, content, track)]).spans
    at = line_at(document, line)
    item = _flow([("at", written(_said(at, moment), flow=True)), *as_pairs(content)])
    node = at.fields[track][1] if track in at.fields else None
    return insert(node, len(node.items), item) if isinstance(node, ListNode) else put(_home(at, track), track, f"[{item}]")


def _newest(before: LineAt, after: LineAt, track: TrackName, moment: Moment, *, inline: bool) -> int:
    """The number of a key that was just added."""
    if not inline:
        return sum(key.node is not None for key in after.keys[track]) - 1
    old = [key.cue.word for key in before.keys[track] if key.cue is not None]
    place = sum(word <= (moment.word or 0) for word in old)
    return sum(key.node is not None for key in after.keys[track]) + place


def _deleting(refs: tuple[KeyRef, ...]) -> Step:
    def step(document: Document) -> tuple[Span, ...]:
        steps: list[Step] = [lambda doc: cut_cues(doc, [ref for ref in refs if key_at(document, ref).cue is not None])]
        steps += [_removing(ref) for ref in sorted(refs, reverse=True) if key_at(document, ref).node is not None]
        return composed(document, "", steps).spans

    return step


def _removing(ref: KeyRef) -> Step:
    def step(document: Document) -> tuple[Span, ...]:
        key, at = key_at(document, ref), line_at(document, ref.line)
        found = at.fields[ref.track][1]
        if isinstance(found, ListNode) and key.item is not None and len(found.items) > 1:
            return remove(found, key.item)
        return drop(_home(at, ref.track), ref.track)

    return step


def _moving(document: Document, line: int, moves: tuple[tuple[KeyRef, Moment], ...]) -> list[Step]:
    cues = [(ref, moment) for ref, moment in moves if key_at(document, ref).cue is not None]
    at = line_at(document, line)
    kept = [(ref, m) for ref, m in cues if (m.word is not None and m.is_at(m.word)) or _at_end(at, m)]
    freed = [(ref, m, content_of(document, ref)) for ref, m in cues if (ref, m) not in kept]
    steps: list[Step] = []
    if cues:
        steps.append(lambda doc: moved_cues(doc, kept, [ref for ref, _, _ in freed]))
    steps += [_retimed(ref, moment) for ref, moment in moves if (ref, moment) not in cues]
    steps += [_freed(line, ref.track, moment, content) for ref, moment, content in freed]
    return steps


def _at_end(at: LineAt, moment: Moment) -> bool:
    return moment.at_end and abs(moment.offset_s) < 5e-4 and at.text is not None


def _freed(line: int, track: TrackName, moment: Moment, content: Content) -> Step:
    return lambda doc: _added_item(doc, line, moment, content, track)


def _retimed(ref: KeyRef, moment: Moment) -> Step:
    def step(document: Document) -> tuple[Span, ...]:
        if spans := listed(document, ref.line, ref.track):
            return composed(document, "", [lambda _: spans, step]).spans
        node, at = key_at(document, ref).node, line_at(document, ref.line)
        if not isinstance(node, MapNode):
            raise refuse(at.node.place)
        return _timed(node, written(_said(at, moment), flow=True))

    return step


def _timed(node: MapNode, time: str) -> tuple[Span, ...]:
    """A key with its time, which comes first where it had none."""
    if any(key.text == "at" for key, _ in node.pairs) or not node.pairs:
        return put(node, "at", time)
    first = node.pairs[0][0].start
    flow = node.source.text[node.start] == "{"
    return (Span(first, first, f"at: {time}, " if flow else f"at: {time}\n{' ' * column(node.source, first)}"),)


def _said(at: LineAt, moment: Moment) -> str:
    try:
        return said(moment, at.words)
    except IndexError:
        raise refuse(at.node.place, "the line has no such word") from None
