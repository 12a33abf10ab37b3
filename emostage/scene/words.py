"""The words of a line: what `word:` anchors count and name, and what goes to speech.

A word is a run of letters, marks and digits. It may hold apostrophes and hyphens between letters ("don't", "lift-off"), points,
commas and colons between digits ("3.5", "10:30"), points between single letters ("U.S.A") and ampersands between letters
("AT&T"). A Chinese or Japanese ideograph is a word of its own, because those scripts write no spaces. Everything else,
emoji included, separates words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_APOSTROPHES = "'\u2019\u02bc\uff07"
_HYPHENS = "-\u2010\u2011"
_IDEOGRAPHS = (("\u3400", "\u4dbf"), ("\u4e00", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_JOINERS = "\u200c\u200d\u00ad"


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text with its place: `text == whole[start:end]`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """`i` ideograph, `d` digit, `m` mark or joiner inside a word, `w` other letter, `` for all that separates."""
    category = unicodedata.category(char)
    if category == "Lo" and any(first <= char <= last for first, last in _IDEOGRAPHS):
        return "i"
    if category == "Nd":
        return "d"
    if char in _JOINERS or (category[0] == "M" and not "\ufe00" <= char <= "\ufe0f" and char != "\u20e3"):
        return "m"
    return "w" if category[0] in "LN" else ""


def _joins(text: str, i: int, start: int) -> bool:
    """Whether the separator at `i` holds together what stands on its two sides; the word began at `start`."""
    if i + 1 >= len(text):
        return False
    char, before, after = text[i], _kind(text[i - 1]), _kind(text[i + 1])
    if char in _APOSTROPHES or char in _HYPHENS:
        return before in ("w", "d", "m") and after in ("w", "d")
    if char in ".,:":
        single = before == "w" and after == "w" and char == "." and (i - start == 1 or text[i - 2] == ".")
        alone = single and (i + 2 >= len(text) or _kind(text[i + 2]) == "")
        return (before == "d" and after == "d") or alone
    return char == "&" and before == "w" and after == "w"


def tokens(text: str) -> tuple[Token, ...]:
    """The words of `text` in order, with their places."""
    found: list[Token] = []
    i = 0
    while i < len(text):
        kind = _kind(text[i])
        if kind in ("", "m"):
            i += 1
            continue
        start, i = i, i + 1
        while kind != "i" and i < len(text) and (_kind(text[i]) in ("w", "d", "m") or _joins(text, i, start)):
            i += 1
        while kind == "i" and i < len(text) and _kind(text[i]) == "m":
            i += 1
        found.append(Token(text[start:i], start, i))
    return tuple(found)


def words_of(text: str) -> tuple[str, ...]:
    """The words of `text` in order."""
    return tuple(token.text for token in tokens(text))


@lru_cache(maxsize=8192)
def normal(word: str) -> str:
    """A word without case, punctuation and compatibility differences: "Lift-Off!" and "liftoff" are the same word."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold())
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LNM")


def places_of(word: str, words: Sequence[str]) -> tuple[int, ...]:
    """Indices of all occurrences of `word` in `words`, compared by `normal`."""
    wanted = normal(word)
    return tuple(i for i, candidate in enumerate(words) if normal(candidate) == wanted) if wanted else ()
