r"""Cues inside a line's text: `[happy 0.8] We did it! [pause 400ms] [nod] [look bob] Yes.`

    [EMOTION 0.8]   [sad 0.3, afraid 0.2 over 300ms]   [like "quietly furious" 0.8]   [pause 400ms]   [nod] [shake] [tilt]
    [look bob]   [look camera]   [look 10 -5]

A cue acts from the next word on. A bracket that is to be read is written `\[` or `[[`; the spoken text never holds two brackets
in a row, because `[[…]]` is raw phonemes to Piper.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from emostage.core.emotion import NEUTRAL_8, VOCABULARY
from emostage.scene.emotions import Weights, parse_mix, unknown_emotion
from emostage.scene.issues import Misread
from emostage.scene.suggest import closest
from emostage.scene.times import Amount, parse_amount
from emostage.scene.words import tokens

GESTURES = ("nod", "shake", "tilt")
CUE_WORDS = ("pause", "look", "like", *GESTURES)
FORMS = '[happy 0.8], [happy 0.8 over 300ms], [like "…"], [pause 400ms], [nod], [shake], [tilt], [look NAME]'
LITERAL = r"write \[ for a bracket that is to be read"

_PLAIN = re.compile(r"[^\[\]\\]+")
_ESCAPED = re.compile(r"\\([\[\]\\])|\[\[+|\]\]+")
_OVER = re.compile(r"\s+over\b\s*(.*)\Z", re.IGNORECASE | re.DOTALL)
_PROMPT = re.compile(r"like\s+(?:\"([^\"]*)\"|'([^']*)'|\u201c([^\u201d]*)\u201d)\s*(.*)\Z", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A cue as read. `start` and `end` are offsets into the text as written; `word` is the index of the word it acts from
    (the number of words: after the last). What it says is in the fields of its `kind`."""

    kind: Literal["emotion", "like", "pause", "gesture", "look"]
    start: int
    end: int
    word: int = 0
    weights_8: Weights = NEUTRAL_8
    prompt: str = ""
    strength: float = 1.0
    length: Amount | None = None
    gesture: str = ""
    target: str | tuple[float, float] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A line's text taken apart: what is said, its words, its cues, and what could not be read."""

    text: str
    words: tuple[str, ...]
    cues: tuple[Cue, ...]
    problems: tuple[Misread, ...]


@lru_cache(maxsize=1024)
def read_text(written: str) -> Spoken:
    """The spoken text, words and cues of a line. Never raises: problems are returned."""
    said: list[str] = []
    cues: list[tuple[Cue, int]] = []
    length = 0
    problems: list[Misread] = []
    i = 0
    while i < len(written):
        plain = _PLAIN.match(written, i)
        if plain:
            said.append(plain[0])
            length += len(plain[0])
            i = plain.end()
            continue
        escape = _ESCAPED.match(written, i)
        if escape:
            said.append(escape[1] or escape[0][0])
            length += 1
            i = escape.end()
        elif written[i] == "[":
            end = _closing(written, i)
            if end is None:
                problems.append(
                    Misread("E052", "this cue is opened and never closed", f"close it with ']', or {LITERAL}", start=i, end=i + 1)
                )
                i += 1
                continue
            try:
                cues.append((_cue(written[i + 1 : end], i, end + 1), length))
            except Misread as problem:
                problems.append(problem)
            said.append("\0")
            length += 1
            i = end + 1
        else:
            said.append(written[i])
            length += 1
            i += 1
    return _assemble("".join(said), cues, problems)


def _closing(written: str, start: int) -> int | None:
    """Offset of the bracket that closes the cue at `start`; None when another opens first or none comes."""
    quote = ""
    for i in range(start + 1, len(written)):
        char = written[i]
        if quote:
            quote = "" if char == quote else quote
        elif char == '"':
            quote = char
        elif char == "]":
            return i
        elif char == "[":
            return None
    return None


def _assemble(raw: str, cues: list[tuple[Cue, int]], problems: list[Misread]) -> Spoken:
    """Cleans the space around the cues (NUL marks one) and counts the words before each."""
    text, position_of = "", {}
    for i, char in enumerate(raw):
        position_of[i] = len(text)
        if char == "\0" or (char.isspace() and (not text or text[-1] == " ")):
            continue
        if char in ",.!?;:…" and text.endswith(" ") and "\0" in raw[max(0, i - 3) : i]:
            text = text[:-1]
        text += " " if char.isspace() else char if not (char in "[]" and text.endswith(char)) else ""
    text = text.rstrip()
    found = tokens(text)
    starts = [token.start for token in found]
    placed = tuple(replace(cue, word=bisect_left(starts, position_of[at])) for cue, at in cues)
    return Spoken(text=text, words=tuple(token.text for token in found), cues=placed, problems=tuple(problems))


def _cue(body: str, start: int, end: int) -> Cue:
    """One cue between its brackets. Raises Misread E05x or E03x with offsets into the whole text."""
    inside = body.strip()
    first = re.split(r"[\s,]", inside, maxsplit=1)[0] if inside else ""
    rest = inside[len(first) :].strip()
    word = first.casefold()
    try:
        if word == "pause":
            return Cue(kind="pause", start=start, end=end, length=_length(rest, "pause"))
        if word in GESTURES:
            return _gesture(word, rest, start, end)
        if word == "look":
            return Cue(kind="look", start=start, end=end, target=_target(rest))
        if word == "like":
            return _like(inside, start, end)
        return _emotion(inside, first, start, end)
    except Misread as problem:
        lead = start + 1 + len(body) - len(body.lstrip())
        if not inside:
            raise Misread(problem.code, problem.message, problem.hint, start=start, end=end) from None
        end_inside = len(inside) if problem.end is None else problem.end
        raise Misread(
            problem.code, problem.message, problem.hint, start=lead + (problem.start or 0), end=lead + end_inside
        ) from None


def _length(text: str, cue: str) -> Amount:
    if not text:
        raise Misread("E054", f"'{cue}' needs a length of time", f"[{cue} 400ms]" if cue == "pause" else "[happy 0.8 over 300ms]")
    try:
        return parse_amount(text)
    except Misread as problem:
        raise Misread("E054", problem.message, problem.hint) from None


def _gesture(word: str, rest: str, start: int, end: int) -> Cue:
    if rest:
        raise Misread("E054", f"'{word}' stands alone", f"write [{word}]")
    return Cue(kind="gesture", start=start, end=end, gesture=word)


def _target(rest: str) -> str | tuple[float, float]:
    parts = rest.replace(",", " ").split()
    if len(parts) == 2 and all(_NUMBER.match(part) for part in parts):
        return float(parts[0]), float(parts[1])
    if len(parts) != 1:
        raise Misread(
            "E054", "'look' needs a place to look at", "[look camera], [look NAME] or [look 10 -5] (degrees to the right and up)"
        )
    return parts[0]


def _like(inside: str, start: int, end: int) -> Cue:
    match = _PROMPT.match(inside)
    if not match or not (prompt := (match[1] or match[2] or match[3] or "").strip()):
        raise Misread("E054", "'like' needs a description in quotes", '[like "quietly furious"]')
    tail, length = _split_over(" " + match[4])
    strength = 1.0
    if tail:
        if not _NUMBER.match(tail) or not 0 <= float(tail) <= 1:
            raise Misread("E032", f"strength '{tail}' is not a number from 0 to 1", '[like "quietly furious" 0.8]')
        strength = float(tail)
    return Cue(kind="like", start=start, end=end, prompt=prompt, strength=strength, length=length)


def _split_over(text: str) -> tuple[str, Amount | None]:
    over = _OVER.search(text)
    if not over:
        return text.strip(), None
    return text[: over.start()].strip(), _length(over[1].strip(), "over")


def _emotion(inside: str, first: str, start: int, end: int) -> Cue:
    word = first.casefold()
    if word not in VOCABULARY:
        raise _unknown(first, inside)
    mix, length = _split_over(inside)
    return Cue(kind="emotion", start=start, end=end, weights_8=parse_mix(mix), length=length)


def _unknown(first: str, inside: str) -> Misread:
    """Neither an emotion nor another cue: the nearer of the two is meant."""
    where = {"start": 0, "end": len(first)}
    if not first:
        return Misread("E053", "an empty cue", f"{FORMS}; {LITERAL}")
    near_cue, near_emotion = closest(first, CUE_WORDS, 0.7), unknown_emotion(first, **where)
    if near_cue and not near_emotion.hint.startswith("did you mean"):
        return Misread("E053", f"unknown cue '{first}'", f"did you mean '{near_cue}'?", **where)
    if near_emotion.hint.startswith("did you mean") or _NUMBER.match(inside[len(first) :].strip()):
        return near_emotion
    return Misread("E053", f"unknown cue '{first}'", f"{FORMS}; {LITERAL}", **where)
