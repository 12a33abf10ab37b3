"""Shots: their lines in film order, who is on screen, and how they begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from emostage.scene.cascade import Inherited, settle, written
from emostage.scene.context import Context
from emostage.scene.lines import line_of
from emostage.scene.model import Line, Shot, TransitionIn
from emostage.scene.nodes import Node, ScalarNode
from emostage.scene.people import Person
from emostage.scene.records import Fields
from emostage.scene.speakers import Draft, draft_of
from emostage.scene.times import Amount

DEFAULT_TRANSITION = Amount(seconds=0.4)
LONGEST_TRANSITION_S = 10.0


def shots_of(
    entries: Sequence[tuple[Node, Fields]], film: Inherited, people: Mapping[str, Person], context: Context
) -> tuple[Shot, ...]:
    """All shots in film order. Lines are counted through the whole film."""
    names = _names(entries, context)
    shots: list[Shot] = []
    count, last = 0, ""
    for index, (node, fields) in enumerate(entries):
        layout = _layout(fields, context)
        drafts = [draft_of(item, context) for _, item in fields.get("lines", ())]
        frame = _Frame(first_index=count, last=last, layout=layout, film=film, shot=written(fields, context))
        lines = _lines(drafts, frame, people, context)
        transition = _transition(fields, context, first=index == 0)
        shots.append(Shot(index=index, name=names[index], lines=lines, layout=layout, transition=transition, place=node.place))
        if "camera" in fields:
            context.unfinished.note("camera", fields.keys["camera"].place)
        count += len(lines)
        last = lines[-1].on_screen if lines else last
    return tuple(shots)


def _names(entries: Sequence[tuple[Node, Fields]], context: Context) -> tuple[str, ...]:
    """The shots' names, each once."""
    names: dict[str, ScalarNode | None] = {}
    for index, (node, fields) in enumerate(entries):
        name = (fields.get("name") or "").strip() or f"shot-{index + 1}"
        if name in names:
            message = f"two shots are called '{name}'"
            context.issues.add("E022", message, "--shot needs to know which is meant", at=fields.nodes.get("name", node))
            name = f"{name} ({index + 1})"
        names[name] = None
    return tuple(names)


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """What the lines of a shot share. `last` is who was seen before the shot."""

    first_index: int
    last: str
    layout: tuple[str, ...] | None
    film: Inherited
    shot: Inherited

    @property
    def alone(self) -> str | None:
        """Who is on screen whoever speaks."""
        return self.layout[0] if self.layout and len(self.layout) == 1 else None


def _lines(drafts: Sequence[Draft], frame: _Frame, people: Mapping[str, Person], context: Context) -> tuple[Line, ...]:
    """The lines of a shot. A pause shows the person of the line before; at the start of a shot, the next one."""
    coming = next((draft.speaker for draft in drafts if draft.speaker), None) or frame.last or next(iter(people), "")
    lines: list[Line] = []
    for offset, draft in enumerate(drafts):
        person = draft.speaker or frame.alone or (lines[-1].on_screen if lines else coming)
        own = people[person].inherited if person in people else Inherited()
        line = written(draft.fields, context)
        settings = settle(frame.film, own, frame.shot, line)
        if frame.alone and frame.alone in people:
            seen = settle(frame.film, people[frame.alone].inherited, frame.shot, line)
            settings = replace(settings, engine=seen.engine)
        shown = Draft(speaker=person, fields=draft.fields)
        index = frame.first_index + offset
        lines.append(line_of(shown, index=index, on_screen=frame.alone or person, settings=settings, context=context))
    return tuple(lines)


def _layout(fields: Fields, context: Context) -> tuple[str, ...] | None:
    """The people on screen. Several are noted as unfinished."""
    value = fields.get("layout")
    if value is None:
        return None
    node = fields.nodes["layout"]
    several = isinstance(value, Fields)
    pairs = [(node, value)] if isinstance(value, str) else _flat(value)
    people = [context.person(name, item) for item, name in pairs]
    found = tuple(name for name in people if name)
    if len(set(found)) < len(found):
        twice = next(item for i, (item, name) in enumerate(pairs) if name in [earlier for _, earlier in pairs[:i]])
        context.issues.add("E018", "a person is twice in this layout", "name each person once", at=twice)
    if several or len(pairs) > 1:
        context.unfinished.note("layout", fields.keys["layout"].place)
    return found or None


def _flat(value: Fields | tuple[tuple[Node, object], ...]) -> list[tuple[Node, str]]:
    if isinstance(value, Fields):
        return [pair for part in value.values.values() for pair in _flat(part)]
    found: list[tuple[Node, str]] = []
    for node, item in value:
        found.extend([(node, item)] if isinstance(item, str) else _flat(item))  # type: ignore[arg-type]
    return found


def _transition(fields: Fields, context: Context, *, first: bool) -> TransitionIn:
    value = fields.get("transition")
    if value is None or value == "cut":
        return TransitionIn()
    kind, amount, node = value, DEFAULT_TRANSITION, fields.nodes["transition"]
    if isinstance(value, Fields):
        if not value.values:
            return TransitionIn()
        kind, amount = next(iter(value.values.items()))
        node = value.nodes[kind]
    seconds = context.seconds(amount, node, longest_s=LONGEST_TRANSITION_S, what="a transition")
    if first and kind == "crossfade":
        message = "there is nothing before the first shot to crossfade from"
        context.issues.add(
            "W018", message, "the film begins with a cut; {fade: 400ms} comes out of black", at=fields.nodes["transition"]
        )
        return TransitionIn()
    return TransitionIn(kind=kind, seconds=seconds) if seconds else TransitionIn()
