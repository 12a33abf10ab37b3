"""The cast: who is in the film, with portrait, voice and mood."""

from __future__ import annotations

from dataclasses import dataclass

from emostage.core.identity import WEAKEST
from emostage.scene.cascade import Inherited, settle, written
from emostage.scene.context import Context
from emostage.scene.grammar.script import RESERVED
from emostage.scene.issues import Issues, Misread
from emostage.scene.model import CastMember, IdentityRef
from emostage.scene.names import person_problem
from emostage.scene.nodes import ScalarNode
from emostage.scene.records import Fields

Entries = tuple[tuple[ScalarNode, Fields | None], ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of the cast and what it hands down; `member` is None when it is broken."""

    member: CastMember | None
    inherited: Inherited


def names_of(entries: Entries, issues: Issues) -> tuple[str, ...]:
    """All names of the cast, those of broken people too, so that their lines are not errors as well."""
    by_fold: dict[str, ScalarNode] = {}
    for key, _ in entries:
        problem = person_problem(key.text, RESERVED)
        if problem:
            issues.misread(problem, key)
        earlier = by_fold.setdefault(key.text.casefold(), key)
        if earlier is not key:
            place = earlier.place
            message = f"'{key.text}' differs from '{earlier.text}' ({place.line}:{place.column}) only by case"
            issues.add("E022", message, "give one of the two another name", at=key)
    return tuple(key.text for key, _ in entries)


def people_of(entries: Entries, film: Inherited, context: Context) -> dict[str, Person]:
    """The cast by name."""
    return {key.text: _person(key, fields, film, context) for key, fields in entries}


def _person(key: ScalarNode, fields: Fields | None, film: Inherited, context: Context) -> Person:
    own = written(fields, context)
    if fields is None:
        return Person(member=None, inherited=own)
    portrait = None
    try:
        if fields.get("portrait") is not None:
            portrait = context.files.portrait(fields.get("portrait"))
            context.uses("portrait", portrait, fields.nodes["portrait"])
    except Misread as problem:
        context.misread(problem, fields.nodes["portrait"])
    identity = _identity(fields, context)
    if portrait is None:
        return Person(member=None, inherited=own)
    settings = settle(film, own)
    member = CastMember(
        name=key.text,
        portrait=portrait,
        face=fields.get("face"),
        framing=fields.get("framing") or "whole",
        voice=settings.voice,
        mood_8=settings.mood_8,
        liveliness=settings.liveliness,
        identity=identity,
        prosody=settings.prosody,
        place=key.place,
    )
    return Person(member=member, inherited=own)


def _identity(fields: Fields, context: Context) -> IdentityRef | None:
    """The identity of a person. One that is not there is a warning (W028), and the portrait is used as it is."""
    value, node = fields.get("identity"), fields.nodes.get("identity")
    strength = 1.0
    if isinstance(value, Fields):
        value, node, strength = value.get("path"), value.nodes.get("path"), value.get("strength", 1.0)
    if value is None or node is None:
        return None
    try:
        path = context.files.find(value, code="W028", what="the identity", folder=True)
    except Misread as problem:
        if problem.code == "W028":
            problem.message += ": the portrait is used as it is"
        context.misread(problem, node)
        return None
    if strength > WEAKEST:
        context.uses("identity", path, node)
    return IdentityRef(path=path, strength=strength, place=node.place)
