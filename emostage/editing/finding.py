"""Finding words in a film, whatever their case, accents or small mistakes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from emostage.editing.document import Document
from emostage.scene.words import normal, words_of

_LIKE = 0.72
"""How alike words must be that are found although they are not the same, from 0 to 1."""
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Match:
    """A place that was found: a `word` of a line by its number, and what is said around it; `score` from 0 to 1."""

    line: int
    word: int
    text: str
    score: float


def find(document: Document, query: str) -> tuple[Match, ...]:
    """Where words are said, best first and then in film order: words that are the same, that begin so, that hold it, and that are
    like it. Several words are found one after the other. At most 200."""
    wanted = tuple(folded(word) for word in words_of(query))
    wanted = tuple(word for word in wanted if word)
    if not wanted:
        return ()
    found = [match for line in document.outline.lines for match in _in_line(line.index, line.words, wanted)]
    return tuple(sorted(found, key=lambda match: (-match.score, match.line, match.word))[:_MOST])


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """A word without case, punctuation and accents."""
    apart = unicodedata.normalize("NFD", normal(word))
    return unicodedata.normalize("NFC", "".join(char for char in apart if unicodedata.category(char) != "Mn")) or normal(word)


def _in_line(line: int, words: tuple[str, ...], wanted: tuple[str, ...]) -> Iterator[Match]:
    said = [folded(word) for word in words]
    for start in range(len(said) - len(wanted) + 1):
        scores = [_alike(word, said[start + i], last=i == len(wanted) - 1) for i, word in enumerate(wanted)]
        if all(scores):
            around = words[max(0, start - 2) : start + len(wanted) + 3]
            yield Match(line=line, word=start, text=" ".join(around), score=round(sum(scores) / len(scores), 3))


def _alike(wanted: str, said: str, *, last: bool) -> float:
    """How well a word fits; 0 where it does not. Of the last one the beginning may have been typed."""
    if wanted == said:
        return 1.0
    if last and said.startswith(wanted):
        return 0.95
    if last and wanted in said:
        return 0.9
    if min(len(wanted), len(said)) < 3:
        return 0.0
    ratio = SequenceMatcher(None, wanted, said, autojunk=False).ratio()
    return 0.85 * ratio if ratio >= _LIKE else 0.0
