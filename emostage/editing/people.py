"""The cast: voices, portraits and moods, new people, and other names."""

from __future__ import annotations

from typing import Any

from emostage.editing.composed import Step, composed
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.outline import LineAt
from emostage.editing.pieces import braced
from emostage.editing.places import line_at
from emostage.editing.refs import Focus
from emostage.editing.safely import safely
from emostage.editing.saying import body_in, only, text_told, told
from emostage.editing.scalars import number, written
from emostage.editing.surgery import column, drop, extent, is_flow, pair, put, refuse, within
from emostage.scene.emotions import parse_mix
from emostage.scene.grammar.script import RESERVED
from emostage.scene.grammar.settings import FRAMINGS
from emostage.scene.issues import Misread
from emostage.scene.names import parse_voice, person_problem
from emostage.scene.nodes import MapNode, ScalarNode


def set_voice(document: Document, who: str | int, voice: str) -> Edit:
    """Another voice of a person, or of the line with a number; how it is bent stays as it is. Raises EditError."""
    try:
        parse_voice(voice)
    except Misread as problem:
        raise _misread(problem) from None
    return _set(document, who, "voice", voice, inside="name")


def set_portrait(document: Document, who: str, portrait: str) -> Edit:
    """Another picture of a person. Raises EditError."""
    if not portrait.strip():
        raise EditError.of("E146", "a person needs a portrait", "give the path of a picture, or sample/astronaut")
    return _set(document, who, "portrait", portrait)


def set_framing(document: Document, who: str, framing: str) -> Edit:
    """How near the camera is to a person: `whole`, `bust` or `close`. Raises EditError."""
    if framing not in FRAMINGS:
        raise EditError.of("E146", f"'{framing}' is no framing", f"one of: {', '.join(FRAMINGS)}")
    return _set(document, who, "framing", framing)


def set_mood(document: Document, who: str | int, mood: str) -> Edit:
    """Another mood of a person or a line, as in `happy 0.2, sad 0.1`; none where it is empty. Raises EditError."""
    if mood.strip():
        try:
            parse_mix(mood)
        except Misread as problem:
            raise _misread(problem) from None
    return _set(document, who, "mood", mood.strip())


def set_identity(document: Document, who: str, folder: str, strength: float | None = None) -> Edit:
    """The identity that is played for a person, and how strongly; none where the folder is empty. Raises EditError."""
    if not folder.strip() or strength is None:
        return _set(document, who, "identity", folder.strip(), inside="path")
    told_strength = (number(strength), "int" if "." not in number(strength) else "float")
    new = f"{{path: {written(folder, flow=True)}, strength: {number(strength)}}}"
    return _put(document, who, "identity", new, {"path": text_told(folder), "strength": told_strength})


def add_person(document: Document, name: str, portrait: str, voice: str | None = None) -> Edit:
    """Somebody new in the cast, behind the others. Raises EditError."""
    can_be_called(document, name)
    root = document.outline.root
    if root is None:
        raise refuse(None, "the scene cannot be read")
    pairs = [("portrait", portrait), *([("voice", voice)] if voice else [])]
    if voice:
        try:
            parse_voice(voice)
        except Misread as problem:
            raise _misread(problem) from None
    spans = _member(root, name, pairs)
    meant = {key: text_told(value) for key, value in pairs}

    def change(tree: Any) -> None:
        cast = tree.get("cast")
        tree["cast"] = {**(cast if isinstance(cast, dict) else {}), name: meant}

    return safely(document, Edit(label="new person", spans=spans), only(document, change))


def _member(root: MapNode, name: str, pairs: list[tuple[str, str]]) -> tuple[Span, ...]:
    """The spans of a new member of the cast, written as the others are."""
    key = written(name, flow=True)
    flow = "{" + ", ".join(f"{field}: {written(value, flow=True)}" for field, value in pairs) + "}"
    found = pair(root, "cast")
    if found is None or not isinstance(found[1], MapNode) or not found[1].pairs:
        if found is not None and not is_flow(found[1]) and not isinstance(found[1], ScalarNode):
            raise refuse(found[1].place)
        if found is None and not is_flow(root) and (shots := pair(root, "shots")):
            return (Span(shots[0].start, shots[0].start, f"cast:\n  {key}: {flow}\n\n"),)
        return put(root, "cast", f"{{{key}: {flow}}}")
    cast = found[1]
    within(root, cast)
    last = cast.pairs[-1][1]
    if is_flow(cast) or is_flow(last) or not isinstance(last, MapNode):
        return put(cast, key, flow)
    indent, step = column(cast.source, cast.start), column(cast.source, last.start) - column(cast.source, cast.start)
    below = "".join(f"\n{' ' * (indent + max(step, 1))}{field}: {written(value)}" for field, value in pairs)
    end = extent(cast)[1]
    stop = cast.source.text.find("\n", end)
    at = stop if stop >= 0 else len(cast.source.text)
    return (Span(at, at, f"\n{' ' * indent}{key}:{below}"),)


def _set(document: Document, who: str | int, field: str, value: str, *, inside: str | None = None) -> Edit:
    """A text under a field of a person or a line; where a mapping stands there, under its key `inside`. Empty: the field goes."""
    if not value:
        return _put(document, who, field, None, None)
    found = _home(document, who)[0]
    old = pair(found, field)
    if inside and old is not None and isinstance(old[1], MapNode):
        meant = {**told(old[1]), inside: text_told(value)}
        return _put(document, who, field, written(value, flow=True), meant, inside=inside)
    return _put(document, who, field, written(value, flow=True), text_told(value))


def _put(document: Document, who: str | int, field: str, new: str | None, meant: Any, *, inside: str | None = None) -> Edit:
    _home(document, who)
    focus = Focus(line=who) if isinstance(who, int) else None

    def writing(doc: Document) -> tuple[Span, ...]:
        node = _home(doc, who, field)[0]
        if new is None:
            return drop(node, field)
        old = pair(node, field)
        if inside and old is not None and isinstance(old[1], MapNode):
            within(node, old[1])
            return put(old[1], inside, new)
        return put(node, field, new)

    steps: list[Step] = [lambda doc: braced(doc, who) if isinstance(who, int) else (), writing]
    edit = composed(document, field, steps, focus)

    def change(tree: Any) -> None:
        said = body_in(tree, document, line_at(document, who)) if isinstance(who, int) else tree["cast"][who]
        if isinstance(who, int) and field not in said:
            at = line_at(document, who)
            whole = tree["shots"][document.outline.shots[at.shot].item]["lines"][at.item]
            said = whole if field in whole else said
        said.pop(field, None)
        if new is not None:
            said[field] = meant

    return safely(document, edit, only(document, change))


def _home(document: Document, who: str | int, field: str = "") -> tuple[MapNode, LineAt | None]:
    """The mapping of a person or a line in which a field is written, or is to be. Raises EditError."""
    if isinstance(who, int):
        at = line_at(document, who)
        found = at.fields.get(field)
        own = found is not None and any(found[0] is key for key, _ in at.node.pairs)
        return (at.node if own else at.body), at
    person = document.outline.cast.get(who)
    if person is None:
        raise EditError.of("E145", f"'{who}' is not in the cast", "add the person first")
    root = document.outline.root
    cast = pair(root, "cast") if root else None
    if cast is None or not isinstance(cast[1], MapNode) or not isinstance(person[1], MapNode):
        raise refuse(person[0].place, f"'{who}' has no settings that can be read")
    within(cast[1], person[1])
    return person[1], None


def can_be_called(document: Document, name: str, *, but: str = "") -> None:
    """Raises EditError E146 for a name that nobody can have, or that somebody other than `but` has."""
    problem = person_problem(name, RESERVED)
    if problem:
        raise _misread(problem)
    taken = next((other for other in document.outline.cast if other != but and other.casefold() == name.casefold()), None)
    if taken is not None:
        raise EditError.of("E146", f"somebody is called '{taken}' already", "take another name")


def _misread(problem: Misread) -> EditError:
    return EditError.of("E146", problem.message, problem.hint)
