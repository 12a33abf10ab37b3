"""Gaze and head of a line."""

from __future__ import annotations

from collections.abc import Sequence

from emostage.core.keyframes import Easing
from emostage.scene.context import Context
from emostage.scene.issues import Misread
from emostage.scene.keytimes import bound, start_at, time_of
from emostage.scene.model import GazeKey, HeadKey, TimeRef
from emostage.scene.nodes import Node, ScalarNode
from emostage.scene.records import Fields
from emostage.scene.times import parse_time

CAMERA = "camera"


def gaze_of(fields: Fields, *, words: Sequence[str] | None, context: Context) -> tuple[GazeKey, ...]:
    """The keys under `gaze` of a line."""
    value = fields.get("gaze")
    if value is None:
        return ()
    node = fields.nodes["gaze"]
    if isinstance(value, Fields):
        found = [_gaze_map(value, words=words, context=context)]
    elif isinstance(node, ScalarNode) or (value and isinstance(value[0], float)):
        found = [_gaze(value, node, start_at(node), Easing(), context)]
    else:
        found = [_gaze_key(item, first=i == 0, words=words, context=context) for i, (_, item) in enumerate(value)]
    return tuple(key for key in found if key)


def _gaze_key(fields: Fields, *, first: bool, words: Sequence[str] | None, context: Context) -> GazeKey | None:
    at = time_of(fields, first=first, words=words, context=context)
    if at is None or "look" not in fields.values:
        return None
    return _gaze(fields.get("look"), fields.nodes["look"], at, fields.get("ease", Easing()), context)


def _gaze_map(fields: Fields, *, words: Sequence[str] | None, context: Context) -> GazeKey | None:
    """`{at: TARGET}`, or `{at: TIME, look: TARGET}`."""
    ease = fields.get("ease", Easing())
    if "look" not in fields:
        if "at" not in fields:
            context.issues.add("E012", "'look' is missing in 'gaze'", "for example 'look: camera'", at=fields.node)
            return None
        return _gaze(fields.get("at"), fields.nodes["at"], start_at(fields.node), ease, context)
    at: TimeRef | None = start_at(fields.node)
    node = fields.nodes.get("at")
    if node is not None:
        at = _time(node, words=words, context=context)
    if at is None or "look" not in fields.values:
        return None
    return _gaze(fields.get("look"), fields.nodes["look"], at, ease, context)


def _time(node: Node, *, words: Sequence[str] | None, context: Context) -> TimeRef | None:
    if not isinstance(node, ScalarNode):
        context.issues.add("E010", "'at' needs a time beside 'look', but this is a list", "for example at: 1.5s", at=node)
        return None
    try:
        return bound(parse_time(node.text), node, words=words, context=context)
    except Misread as problem:
        context.misread(problem, node)
        return None


def _gaze(target: str | tuple[float, float] | None, node: Node, at: TimeRef, ease: Easing, context: Context) -> GazeKey | None:
    if target is None:
        return None
    if isinstance(target, str) and _is_time(target) and target not in context.names:
        message = f"'{target}' is a time; 'gaze' also needs where to look"
        context.issues.add("E012", message, f"write {{at: {target}, look: camera}}", at=node)
        return None
    if isinstance(target, str) and context.person(target, node, also=(CAMERA,)) is None:
        return None
    return GazeKey(at=at, target=target, ease=ease, place=node.place)


def _is_time(text: str) -> bool:
    try:
        parse_time(text)
    except Misread:
        return False
    return True


def head_of(fields: Fields, *, words: Sequence[str] | None, context: Context) -> tuple[HeadKey, ...]:
    """The keys under `head` of a line."""
    value = fields.get("head")
    if value is None:
        return ()
    node = fields.nodes["head"]
    if isinstance(value, Fields):
        found = [_head_key(value, first=True, words=words, context=context)]
    elif isinstance(node, ScalarNode) or (value and isinstance(value[0], float)):
        found = [_head(value, node, start_at(node), Easing())]
    else:
        found = [_head_key(item, first=i == 0, words=words, context=context) for i, (_, item) in enumerate(value)]
    return tuple(key for key in found if key)


def _head_key(fields: Fields, *, first: bool, words: Sequence[str] | None, context: Context) -> HeadKey | None:
    at = time_of(fields, first=first, words=words, context=context)
    if at is None or "do" not in fields.values:
        return None
    return _head(fields.get("do"), fields.node, at, fields.get("ease", Easing()))


def _head(value: str | tuple[float, float, float], node: Node, at: TimeRef, ease: Easing) -> HeadKey:
    if isinstance(value, str):
        return HeadKey(at=at, do=value, ease=ease, place=node.place)  # type: ignore[arg-type]
    return HeadKey(at=at, angles_deg=value, ease=ease, place=node.place)
