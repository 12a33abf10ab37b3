"""Inline cues as what they ask for: emotion keys, gaze, gestures and pauses at words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from emostage.core.errors import Place
from emostage.scene.context import Context
from emostage.scene.cues import Cue, Spoken
from emostage.scene.directions import CAMERA
from emostage.scene.feelings import LONGEST_CHANGE_S
from emostage.scene.grammar.performance import ANGLES_2
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, TimeRef
from emostage.scene.nodes import ScalarNode

LONGEST_PAUSE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class CueKeys:
    """What the cues of one text ask for."""

    emotion: tuple[EmotionKey, ...] = ()
    gaze: tuple[GazeKey, ...] = ()
    head: tuple[HeadKey, ...] = ()
    pauses: tuple[tuple[int, float], ...] = ()


def keys_of(spoken: Spoken, node: ScalarNode, *, recorded: bool, context: Context) -> CueKeys:
    """The keys of a line's cues; `node` is its text as written."""
    placed = [(cue, node.part(cue.start, cue.end)) for cue in spoken.cues]
    count = len(spoken.words)
    return CueKeys(
        emotion=tuple(key for cue, place in placed if (key := _emotion(cue, place, count, context))),
        gaze=tuple(look for cue, place in placed if (look := _gaze(cue, place, count, context))),
        head=tuple(
            HeadKey(at=_at(cue, place, count), do=cue.gesture, place=place)  # type: ignore[arg-type]
            for cue, place in placed
            if cue.kind == "gesture"
        ),
        pauses=_pauses(placed, recorded=recorded, context=context),
    )


def _at(cue: Cue, place: Place, count: int) -> TimeRef:
    if cue.word < count:
        return TimeRef(kind="word", value=float(cue.word), place=place)
    return TimeRef(kind="end", place=place)


def _emotion(cue: Cue, place: Place, count: int, context: Context) -> EmotionKey | None:
    if cue.kind not in ("emotion", "like"):
        return None
    over_s = None
    if cue.length is not None:
        over_s = context.seconds(cue.length, place, longest_s=LONGEST_CHANGE_S, what="a change")
    prompt = cue.prompt or None
    return EmotionKey(
        at=_at(cue, place, count), weights_8=cue.weights_8, over_s=over_s, prompt=prompt, strength=cue.strength, place=place
    )


def _gaze(cue: Cue, place: Place, count: int, context: Context) -> GazeKey | None:
    if cue.kind != "look":
        return None
    if isinstance(cue.target, str):
        if context.person(cue.target, place, also=(CAMERA,)) is None:
            return None
    else:
        for (name, limits), value in zip(ANGLES_2.parts, cue.target, strict=True):
            if not limits.low <= value <= limits.high:
                context.issues.add("E015", f"'{name}' is {value:g}, outside {limits.low:g} to {limits.high:g}", "degrees", at=place)
                return None
    return GazeKey(at=_at(cue, place, count), target=cue.target, place=place)


def _pauses(placed: Iterable[tuple[Cue, Place]], *, recorded: bool, context: Context) -> tuple[tuple[int, float], ...]:
    """Pauses by word; several before one word add up."""
    pauses: dict[int, float] = {}
    for cue, place in placed:
        if cue.kind != "pause" or cue.length is None:
            continue
        if recorded:
            context.issues.add(
                "E056", "a recording keeps its own pauses", "remove the cue, or put a 'pause:' between lines", at=place
            )
            continue
        seconds = context.seconds(cue.length, place, longest_s=LONGEST_PAUSE_S, what="a pause")
        if seconds is not None:
            pauses[cue.word] = pauses.get(cue.word, 0.0) + seconds
    return tuple(sorted(pauses.items()))
