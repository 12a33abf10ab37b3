"""Shots: new ones, cuts, joining, their order, how they begin, and who is on screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emostage.editing.composed import Step, composed
from emostage.editing.document import Document
from emostage.editing.edit import Edit, EditError
from emostage.editing.lines import known
from emostage.editing.outline import ShotAt
from emostage.editing.pieces import after_item, as_block, as_flow, cut_out, placed, put_ahead, swapped
from emostage.editing.places import line_at
from emostage.editing.refs import Focus
from emostage.editing.rescue import rescued
from emostage.editing.safely import safely
from emostage.editing.saying import flow_of, only, text_told, told
from emostage.editing.scalars import number, quoted, seconds, written
from emostage.editing.surgery import block, drop, extent, indented, is_flow, pair, put, remove
from emostage.scene.grammar.script import TRANSITIONS
from emostage.scene.grammar.settings import CASCADE
from emostage.scene.nodes import ListNode
from emostage.scene.shots import LONGEST_TRANSITION_S

_SHARED = ("layout", *CASCADE)
"""What lines take from their shot."""


def shot_at(document: Document, shot: int) -> ShotAt:
    """A shot of the outline. Raises EditError E145."""
    if not 0 <= shot < len(document.outline.shots):
        raise EditError.of("E145", "there is no such shot", "choose a shot of the timeline")
    return document.outline.shots[shot]


def new_shot(document: Document, after: int, speaker: str, text: str) -> Edit:
    """A new shot of one line behind a shot. Raises EditError."""
    at = shot_at(document, after)
    known(document, speaker)
    if not text.strip():
        raise EditError.of("E146", "a line that says nothing", "give it a text")
    line = f"{written(speaker, flow=True)}: {quoted(text)}"
    new = f"{{lines: [{{{line}}}]}}" if is_flow(at.among) else f"lines:\n  - {line}"
    count = at.lines[-1] + 1 if at.lines else 0
    spans = after_item(at.among, at.item, new, apart=_apart(at))
    edit = composed(document, "new shot", [lambda _: spans], Focus(line=count))
    made = {"lines": [{speaker: text_told(text)}]}
    return safely(document, edit, only(document, lambda tree: tree["shots"].insert(at.item + 1, made)), at.node.place)


def split_shot(document: Document, line: int) -> Edit:
    """A cut before a line, which must not be the first of its shot; the new shot has the same layout and settings. Raises
    EditError."""
    at = line_at(document, line)
    shot = document.outline.shots[at.shot]
    if at.item == 0:
        raise EditError.of("E146", "this line is the first of its shot", "choose a later line", at.node.place)
    last = len(at.among.items) - 1
    kept = [(name, found[1]) for name in _SHARED if (found := pair(shot.node, name))]
    keys = [f"{name}: {flow_of(value)}" for name, value in kept]
    if is_flow(shot.among):
        items = as_flow(at.among, (at.item, last), document.root)
        new = "{" + ", ".join([*keys, f"lines: [{items}]"]) + "}"
    elif is_flow(at.among):
        new = "\n".join([*keys, f"lines: [{as_flow(at.among, (at.item, last), document.root)}]"])
    else:
        new = "\n".join([*keys, "lines:", indented(as_block(at.among, (at.item, last)), 2).rstrip("\n")])
    steps: list[Step] = [
        lambda doc: after_item(doc.outline.shots[at.shot].among, shot.item, new, apart=_apart(shot)),
        lambda doc: cut_out(_lines(doc, at.shot), (at.item, last)),
        lambda doc: rescued(document, doc, line),
    ]
    edit = composed(document, "cut", steps, Focus(line=line))

    def change(tree: Any) -> None:
        lines = tree["shots"][shot.item]["lines"]
        tree["shots"].insert(shot.item + 1, {**{name: told(value) for name, value in kept}, "lines": lines[at.item :]})
        del lines[at.item :]

    return safely(document, edit, only(document, change), at.node.place)


def join_shots(document: Document, shot: int) -> Edit:
    """A shot and the next one as one. Raises EditError E146 when they differ in what lines take from their shot."""
    one = shot_at(document, shot)
    if shot + 1 >= len(document.outline.shots):
        raise EditError.of("E146", "no shot comes after this one", "choose an earlier shot", one.node.place)
    two = document.outline.shots[shot + 1]
    for name in _SHARED:
        if _field(one, name) != _field(two, name):
            raise EditError.of("E146", f"the two shots differ in '{name}'", "make it the same first", two.node.place)
    first, second = one.lines_node, two.lines_node
    if first is None or second is None or not first.items or not second.items:
        raise EditError.of("E146", "one of the two shots has no lines", "write one there first", two.node.place)
    lines = (0, len(second.items) - 1)
    spans = placed(first, len(first.items) - 1, second, lines, document.root)
    steps: list[Step] = [
        lambda _: spans,
        lambda doc: remove(doc.outline.shots[shot].among, two.item),
        lambda doc: rescued(document, doc, two.lines[0]),
    ]
    edit = composed(document, "join the shots", steps, Focus(line=two.lines[0]))

    def change(tree: Any) -> None:
        tree["shots"][one.item]["lines"] += tree["shots"].pop(two.item)["lines"]

    return safely(document, edit, only(document, change), one.node.place)


def delete_shot(document: Document, shot: int) -> Edit:
    """A film without a shot. Raises EditError E146 for the only one."""
    at = shot_at(document, shot)
    if len(at.among.items) == 1:
        raise EditError.of("E146", "this is the only shot of the film", "write another one first", at.node.place)
    focus = Focus(line=max(0, min(at.lines[0] if at.lines else 0, len(document.outline.lines) - len(at.lines) - 1)))
    edit = composed(document, "delete the shot", [lambda doc: remove(doc.outline.shots[shot].among, at.item)], focus)
    return safely(document, edit, only(document, lambda tree: tree["shots"].pop(at.item)), at.node.place)


def move_shot(document: Document, shot: int, by: int) -> Edit:
    """A shot later in the film by so many places, or earlier where `by` is negative. Raises EditError."""
    at = shot_at(document, shot)
    goal = at.item + by
    if not 0 <= goal < len(at.among.items):
        raise EditError.of("E146", "the film ends here", "the shot cannot go further", at.node.place)
    way = 1 if by > 0 else -1
    places = range(at.item, goal, way)
    steps: list[Step] = [_swapping(min(place, place + way)) for place in places]
    moved = document.outline.shots[shot + by] if by and 0 <= shot + by < len(document.outline.shots) else at
    first = moved.lines[0] if moved.lines else 0
    line = first if by <= 0 else max(0, first + len(moved.lines) - len(at.lines))
    edit = composed(document, "move the shot", steps, Focus(line=line))
    change = lambda tree: tree["shots"].insert(goal, tree["shots"].pop(at.item))  # noqa: E731
    return safely(document, edit, only(document, change), at.node.place)


def rename_shot(document: Document, shot: int, name: str) -> Edit:
    """Another name of a shot; an empty one takes the name away. Raises EditError."""
    name = name.strip()
    others = [found for other in document.outline.shots if other.index != shot and (found := _name(other))]
    if name in others:
        raise EditError.of("E146", f"another shot is called '{name}'", "take another name")
    return _set(document, shot, "rename the shot", "name", (written(name, flow=True), text_told(name)) if name else None)


def set_transition(document: Document, shot: int, kind: str, length_s: float | None = None) -> Edit:
    """How a shot begins: `cut`, `crossfade`, `fade` or `dip`, the last three of a length. Raises EditError."""
    if kind not in TRANSITIONS:
        raise EditError.of("E146", f"'{kind}' is no transition", f"one of: {', '.join(TRANSITIONS)}")
    if kind == "cut":
        return _set(document, shot, "cut", "transition", None)
    if length_s is None:
        return _set(document, shot, kind, "transition", (kind, text_told(kind)))
    if not 0.0005 <= length_s <= LONGEST_TRANSITION_S:
        raise EditError.of("E146", f"a transition of {number(length_s)} s", f"it lasts up to {LONGEST_TRANSITION_S:g} s")
    length = seconds(length_s)
    return _set(document, shot, kind, "transition", (f"{{{kind}: {length}}}", {kind: text_told(length)}))


def set_layout(document: Document, shot: int, names: Sequence[str]) -> Edit:
    """Who is on screen in a shot; nobody named: whoever speaks. Raises EditError."""
    for name in names:
        known(document, name)
    if len(set(names)) < len(names):
        raise EditError.of("E146", "a person is twice in this layout", "name each person once")
    if not names:
        return _set(document, shot, "layout", "layout", None)
    if len(names) == 1:
        return _set(document, shot, "layout", "layout", (written(names[0], flow=True), text_told(names[0])))
    shown = f"[{', '.join(written(name, flow=True) for name in names)}]"
    return _set(document, shot, "layout", "layout", (shown, [text_told(name) for name in names]))


def _set(document: Document, shot: int, label: str, key: str, said: tuple[str, Any] | None) -> Edit:
    """A key of a shot with another value, as written and as told, or without one."""
    new, meant = said or (None, None)
    at = shot_at(document, shot)
    ahead = at.node.pairs[0][0].text if key == "name" and at.node.pairs else "lines"
    if new is None:
        spans = drop(at.node, key)
    else:
        spans = put(at.node, key, new) if pair(at.node, key) else put_ahead(at.node, ahead, key, new)

    def change(tree: Any) -> None:
        fields = tree["shots"][at.item]
        fields.pop(key, None)
        if new is not None:
            fields[key] = meant

    edit = composed(document, label, [lambda _: spans], Focus(line=at.lines[0] if at.lines else 0))
    return safely(document, edit, only(document, change), at.node.place)


def _swapping(item: int) -> Step:
    return lambda doc: swapped(doc.outline.shots[0].among, item)


def _lines(document: Document, shot: int) -> ListNode:
    node = document.outline.shots[shot].lines_node
    assert node is not None
    return node


def _field(at: ShotAt, name: str) -> object:
    found = pair(at.node, name)
    return told(found[1]) if found else None


def _name(at: ShotAt) -> str | None:
    found = pair(at.node, "name")
    return told(found[1])[0].strip() if found and isinstance(told(found[1]), tuple) else None


def _apart(at: ShotAt) -> bool:
    """Whether shots are kept apart by blank lines."""
    if is_flow(at.among) or len(at.among.items) < 2:
        return False
    other = at.item if at.item + 1 < len(at.among.items) else at.item - 1
    text = at.among.source.text
    return "\n\n" in text[extent(at.among.items[other])[1] : block(at.among, other + 1)[0]]
