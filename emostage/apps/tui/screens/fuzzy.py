"""Finding what is meant from some of its letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")


def fit(query: str, text: str) -> float | None:
    """How well the words of `query`, each with its letters in their order, are found in `text` (more is better); None when one of
    them is not.

    What stands together and what begins the text or a word counts more; of equals the shorter text is better.
    """
    found = [_word(word, text.casefold()) for word in query.casefold().split()]
    return None if None in found else sum(score for score in found if score is not None)


def _word(query: str, text: str) -> float | None:
    whole = text.find(query)
    if whole >= 0:
        return 100.0 * (3 - (whole > 0) - (whole > 0 and text[whole - 1].isalnum())) - len(text) / 100
    score, at = 0.0, -1
    for char in query:
        found = text.find(char, at + 1)
        if found < 0:
            return None
        score += 2.0 if found == at + 1 else 1.0 if not text[found - 1].isalnum() else 0.0
        at = found
    return score - len(text) / 100


def ranked(query: str, items: Iterable[Item], text_of: Callable[[Item], str]) -> list[Item]:
    """The items in which the query is found, the best first; all as they come for an empty query."""
    scored = [(score, item) for item in items if (score := fit(query, text_of(item))) is not None]
    return [item for _, item in sorted(scored, key=lambda pair: -pair[0])]
