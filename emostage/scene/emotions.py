"""Emotions as words: mixes such as `happy 0.4` or `sad 0.3, afraid 0.2`, and easing into a key.

Sources: the vocabulary is the one of `core.emotion`; easing names and `cubic-bezier` are those of the W3C CSS Easing
Functions Level 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from emostage.core.emotion import ALIASES, EMOTIONS, VOCABULARY, mix
from emostage.core.keyframes import Easing
from emostage.scene.issues import Misread
from emostage.scene.suggest import closest, hint_for

Weights = tuple[float, ...]

EASINGS = ("hold", "linear", "in", "out", "in-out")
"""The named easings; `cubic-bezier(x1, y1, x2, y2)` is the free one."""

_NEAR: Mapping[str, str] = {
    "cheerful": "happy", "glad": "happy", "smile": "happy", "smiling": "happy", "delighted": "happy", "proud": "confident",
    "gloomy": "sad", "unhappy": "sad", "sorrow": "sad", "grief": "sad", "melancholy": "sad", "tired": "bored",
    "mad": "angry", "furious": "angry", "rage": "angry", "annoyed": "angry", "irritated": "angry",
    "scared": "afraid", "terrified": "afraid", "frightened": "afraid", "nervous": "worried", "anxious": "worried",
    "disgusting": "disgusted", "shocked": "surprised", "astonished": "surprised", "amazed": "surprised",
    "scorn": "contempt", "disdain": "contempt", "smug": "contempt", "calm": "relaxed", "curious": "interested",
    "normal": "neutral", "none": "neutral",
}  # fmt: skip
_ITEM = re.compile(r"\s*(?:[,+&]\s*|and\s+)?([^\W\d][\w-]*)(?:\s*[:=]?\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)))?")
_BEZIER = re.compile(r"cubic-bezier\s*\(([^()]*)\)")


def unknown_emotion(word: str, *, start: int | None = None, end: int | None = None) -> Misread:
    """The problem E031, with the emotion that was probably meant."""
    lower = word.casefold()
    close = _NEAR.get(lower) or closest(lower, VOCABULARY)
    if close is None:
        return Misread("E031", f"unknown emotion '{word}'", f"one of: {', '.join(EMOTIONS)}", start=start, end=end)
    return Misread("E031", f"unknown emotion '{word}'", f"did you mean '{ALIASES.get(close, close)}'?", start=start, end=end)


def weights_of(intensities: Mapping[str, float]) -> Weights:
    """Known emotion words with intensities to a mix over the eight. Raises Misread E032 or E033."""
    for word, intensity in intensities.items():
        if not 0.0 <= intensity <= 1.0:
            raise Misread(
                "E032", f"intensity {intensity:g} of '{word}' is outside 0 to 1", "0 is nothing, 1 is as much as a face can show"
            )
    try:
        return tuple(round(float(weight), 6) for weight in mix(intensities))
    except ValueError:
        total = sum(intensities.values())
        shares = ", ".join(f"{word} {int(value / total * 100) / 100:g}" for word, value in intensities.items() if value)
        hint = f"together they may be 1 at most; in the same proportions: {shares}"
        raise Misread("E033", f"the intensities add up to {total:g}", hint) from None


def parse_mix(text: str) -> Weights:
    """A mix written as text: `happy`, `happy 0.4`, `sad 0.3, afraid 0.2`. Without a number an emotion is at 1.

    Raises Misread E030 (not a mix), E031 (unknown emotion), E032 (intensity), E033 (sum over 1).
    """
    intensities: dict[str, float] = {}
    end = 0
    while end < len(text.rstrip()):
        item = _ITEM.match(text, end)
        if not item:
            rest = text[end:].strip()
            message = f"'{rest}' does not belong in an emotion"
            raise Misread(
                "E030",
                message,
                "write 'happy 0.4' or 'sad 0.3, afraid 0.2'",
                start=end + len(text[end:]) - len(text[end:].lstrip()),
            )
        word = item[1].casefold()
        if word not in VOCABULARY:
            raise unknown_emotion(item[1], start=item.start(1), end=item.end(1))
        if word in intensities:
            raise Misread("E030", f"'{word}' is written twice", "keep one of the two", start=item.start(1), end=item.end(1))
        intensities[word] = float(item[2]) if item[2] else 1.0
        if not 0.0 <= intensities[word] <= 1.0:
            message = f"intensity {intensities[word]:g} of '{word}' is outside 0 to 1"
            raise Misread("E032", message, "0 is nothing, 1 is as much as a face can show", start=item.start(2), end=item.end(2))
        end = item.end()
    if not intensities:
        raise Misread("E030", "an emotion is missing here", f"one of: {', '.join(EMOTIONS)}")
    return weights_of(intensities)


def parse_easing(text: str) -> Easing:
    """An easing by name or as `cubic-bezier(x1, y1, x2, y2)`. Raises Misread E036."""
    name = text.strip().casefold().replace("_", "-")
    for known in EASINGS:
        if name in (known, f"ease-{known}"):
            return Easing(name=known)  # type: ignore[arg-type]
    bezier = _BEZIER.fullmatch(name)
    if not bezier:
        raise Misread("E036", f"unknown easing '{text}'", hint_for(name, (*EASINGS, "cubic-bezier(x1, y1, x2, y2)")))
    try:
        x1, y1, x2, y2 = (float(part) for part in bezier[1].split(","))
    except ValueError:
        raise Misread("E036", f"'{text}' needs four numbers", "such as cubic-bezier(0.3, 0, 0.2, 1)") from None
    if not (0 <= x1 <= 1 and 0 <= x2 <= 1 and abs(y1) <= 4 and abs(y2) <= 4):
        raise Misread("E036", f"'{text}': x1 and x2 must be within 0 to 1, y1 and y2 within -4 to 4", "x is time")
    return Easing(name="cubic-bezier", control=(x1, y1, x2, y2))
