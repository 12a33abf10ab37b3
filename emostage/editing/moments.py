"""When a key is to be, and how that is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emostage.editing.scalars import number, seconds
from emostage.scene.words import normal


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A time of a line: the start of a `word` (its number from 0) and `offset_s`, or so many `seconds` from the line's start; with
    neither the start of the line, or its end with `at_end`."""

    word: int | None = None
    seconds: float | None = None
    offset_s: float = 0.0
    at_end: bool = False

    def is_at(self, word: int) -> bool:
        """Whether it is the very start of a word."""
        return self.word == word and abs(self.offset_s) < 5e-4


def said(moment: Moment, words: Sequence[str]) -> str:
    """A moment as scenes write it. Raises IndexError for a word the line does not have."""
    if moment.word is not None:
        return f"word:{_named(moment.word, words)}{_offset(moment.offset_s)}"
    if moment.seconds is not None:
        return seconds(max(moment.seconds, 0.0))
    return f"{'end' if moment.at_end else 'start'}{_offset(moment.offset_s)}"


def _named(word: int, words: Sequence[str]) -> str:
    """A word by its name, and which of those that sound the same; by its number where it has no name that can be written."""
    text, like = words[word], normal(words[word])
    if not like or not all(char.isalnum() or char in "-'’" for char in text) or text.isdecimal():
        return str(word + 1)
    before = sum(normal(other) == like for other in words[:word])
    return f'"{text}#{before + 1}"' if before else text


def _offset(offset_s: float) -> str:
    if abs(offset_s) < 5e-4:
        return ""
    sign, length_ms = "-" if offset_s < 0 else "+", number(round(abs(offset_s) * 1000))
    return f" {sign} {length_ms}ms"
