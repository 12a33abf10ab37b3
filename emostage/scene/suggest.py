"""Hints for words that nobody knows: the closest known one, or the whole list."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LIST_LIMIT = 12
"""A hint lists at most this many words."""


def closest(word: str, options: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The option most like `word` (case is ignored), or None when none is like it enough."""
    by_fold: dict[str, str] = {}
    for option in options:
        by_fold.setdefault(option.casefold(), option)
    close = difflib.get_close_matches(word.casefold(), by_fold, 1, cutoff)
    return by_fold[close[0]] if close else None


def listed(options: Iterable[str]) -> str:
    """The options as `a, b, c`, cut with an ellipsis when there are many."""
    all_options = list(options)
    shown = ", ".join(all_options[:LIST_LIMIT])
    return f"{shown}, …" if len(all_options) > LIST_LIMIT else shown


def flow(value: object) -> str:
    """A value as YAML on one line, for examples in hints."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return str(value)


def hint_for(word: str, options: Iterable[str], label: str = "one of") -> str:
    """`did you mean 'x'?` when something is close, else the list of options."""
    all_options = list(options)
    close = closest(word, all_options)
    if close is not None:
        return f"did you mean '{close}'?"
    return f"{label}: {listed(all_options)}" if all_options else ""
