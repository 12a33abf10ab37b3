"""When keys are: binding the `at` of a key to its line, and finding times that can never be inside of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emostage.core.errors import SceneError
from emostage.scene.context import Context
from emostage.scene.issues import Misread
from emostage.scene.model import TimeRef
from emostage.scene.nodes import Node
from emostage.scene.records import Fields
from emostage.scene.times import WrittenTime, bind, resolve


def start_at(node: Node) -> TimeRef:
    """The start of the line, asked for at a node."""
    return TimeRef(kind="start", place=node.place)


def time_of(fields: Fields, *, first: bool, words: Sequence[str] | None, context: Context) -> TimeRef | None:
    """The `at` of a key; the first key of a list may leave it out. None, and a problem, when it cannot be told.

    `words` is None when the line's own text could not be read: its word anchors are then not checked.
    """
    if "at" not in fields:
        if first:
            return start_at(fields.node)
        context.issues.add("E012", "'at' is missing in this key", "only the first key of a list may leave it out", at=fields.node)
        return None
    return bound(fields.get("at"), fields.nodes["at"], words=words, context=context)


def bound(time: WrittenTime | None, node: Node, *, words: Sequence[str] | None, context: Context) -> TimeRef | None:
    """A written time bound to the words of its line."""
    if time is None or (time.kind == "word" and words is None):
        return None
    try:
        return bind(time, words=words or (), fps=context.fps, place=node.place)
    except Misread as problem:
        context.misread(problem, node)
        return None


def check_inside(times: Iterable[TimeRef], *, beat_s: float | None, context: Context) -> None:
    """Note E041 for times that are outside of the line whatever its length, or outside of a silent beat of `beat_s`."""
    previous_s: float | None = None
    for time in times:
        if beat_s is None:
            _check_any_length(time, context)
            continue
        try:
            previous_s = resolve(time, words=(), duration_s=beat_s, fps=context.fps, previous_s=previous_s)
        except SceneError as error:
            for diagnostic in error.diagnostics:
                context.issues.add(diagnostic.code, diagnostic.message, diagnostic.hint, at=diagnostic.place)


def _check_any_length(time: TimeRef, context: Context) -> None:
    before = time.kind in ("start", "percent") and time.value <= 0 and time.offset_s < 0
    after = (time.kind == "end" and time.offset_s > 0) or (time.kind == "percent" and time.value >= 100 and time.offset_s > 0)
    if time.kind == "percent" and time.value > 100:
        context.issues.add("E041", f"{time.value:g}% is after the end of the line", "from 0% to 100%", at=time.place)
    elif before or after:
        side = "before the start" if before else "after the end"
        context.issues.add("E041", f"this time is {side} of the line", "a key lies within its line", at=time.place)
