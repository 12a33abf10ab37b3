"""The emotion of a line: a mix, keys, prompts, or a source to take it from."""

from __future__ import annotations

from collections.abc import Sequence

from emostage.core.emotion import EMOTIONS, NEUTRAL_8, VOCABULARY
from emostage.core.keyframes import Easing
from emostage.scene.context import Context
from emostage.scene.emotions import Weights, weights_of
from emostage.scene.issues import Misread
from emostage.scene.keytimes import start_at, time_of
from emostage.scene.model import EmotionKey, Source
from emostage.scene.nodes import ListNode, ScalarNode
from emostage.scene.records import Fields
from emostage.scene.sources import source_of

LONGEST_CHANGE_S = 60.0


def mix_in(fields: Fields, context: Context) -> Weights | None:
    """The mix of the emotion words among `fields`; None, and a problem, when they add up to more than 1."""
    words = {word: value for word, value in fields.values.items() if word in VOCABULARY}
    try:
        return weights_of(words)
    except Misread as problem:
        context.misread(problem, fields.node)
        return None


def emotion_of(fields: Fields, *, words: Sequence[str] | None, context: Context) -> tuple[tuple[EmotionKey, ...], Source | None]:
    """The keys under `emotion` of a line, and the source it is taken from, if any."""
    value = fields.get("emotion")
    if value is None:
        return (), None
    node = fields.nodes["emotion"]
    if isinstance(node, ScalarNode):
        return (EmotionKey(at=start_at(node), weights_8=value, place=node.place),), None
    if isinstance(node, ListNode):
        keys = [_key(item, first=i == 0, words=words, context=context) for i, (_, item) in enumerate(value)]
        return tuple(key for key in keys if key), None
    if "from" in value:
        return (), _source(value, context)
    key = _key(value, first=True, words=words, context=context)
    return ((key,) if key else ()), None


def _key(fields: Fields, *, first: bool, words: Sequence[str] | None, context: Context) -> EmotionKey | None:
    at = time_of(fields, first=first, words=words, context=context)
    weights_8, over_s = _weights(fields, context), _over(fields, context)
    if at is None or weights_8 is None:
        return None
    ease = fields.get("ease", Easing())
    prompt, strength = fields.get("like"), fields.get("strength", 1.0)
    return EmotionKey(
        at=at, weights_8=weights_8, ease=ease, over_s=over_s, prompt=prompt, strength=strength, place=fields.node.place
    )


def _weights(fields: Fields, context: Context) -> Weights | None:
    felt = [word for word in fields.keys if word in VOCABULARY]
    if "like" in fields:
        if felt:
            message = f"'like' and '{felt[0]}' do not go together in one key"
            context.issues.add("E037", message, "describe the feeling, or give intensities", at=fields.keys[felt[0]])
        elif (prompt := fields.get("like")) is not None and not prompt.strip():
            hint = "describe the feeling: like: quietly furious"
            context.issues.add("E035", "'like' describes nothing", hint, at=fields.nodes["like"])
        return NEUTRAL_8
    if "strength" in fields:
        context.issues.add(
            "E037", "'strength' needs 'like' in the same key", "emotions have their own intensities", at=fields.keys["strength"]
        )
    if not felt:
        if len(fields.keys) == len(fields.node.pairs):
            hint = f"name an emotion with an intensity such as happy: 0.4; one of: {', '.join(EMOTIONS)}"
            context.issues.add("E035", "this key has no emotion", hint, at=fields.node)
        return None
    return mix_in(fields, context)


def _over(fields: Fields, context: Context) -> float | None:
    amount = fields.get("over")
    return context.seconds(amount, fields.nodes["over"], longest_s=LONGEST_CHANGE_S, what="a change") if amount else None


def _source(fields: Fields, context: Context) -> Source | None:
    for key in fields.keys:
        if key not in ("from", "strength"):
            context.issues.add("E018", f"'from' and '{key}' do not go together", "keep one of the two", at=fields.keys[key])
    return source_of(fields, context)
