"""Splits what is said into subtitles: at most two lines of 42 columns each, broken where a reader would pause.

Source: Netflix, Timed Text Style Guide (42 characters a line, two lines, breaks after punctuation). Lines of like length
are preferred. Wide East Asian characters count as two columns (Unicode Standard Annex 11).
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

LINE_COLUMNS = 42
CLOSERS = "\"')]}»”’"


def columns(text: str) -> int:
    """Width of a text on a screen of fixed columns."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def chop(token: str, limit: int = LINE_COLUMNS) -> list[str]:
    """A token in pieces of at most `limit` columns (texts without spaces, very long words)."""
    pieces, width = [""], 0
    for character in token:
        width += columns(character)
        if width > limit:
            pieces.append("")
            width = columns(character)
        pieces[-1] += character
    return pieces


def split(tokens: Sequence[str], lead: int = 0) -> list[int]:
    """How many tokens each subtitle takes. `lead` columns are taken in the first by the speaker's name.

    The split of least cost: few subtitles, each ending where a sentence or a clause does.
    """
    ends = [0, *accumulate(columns(t) + 1 for t in tokens)]
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(tokens) + 1):
        options = []
        for begin in range(end - 1, -1, -1):
            if begin < end - 1 and not _fits(ends, begin, end, lead if begin == 0 else 0):
                break
            options.append((best[begin][0] + 1.0 + _pause_cost(tokens[end - 1]), begin))
        best.append(min(options))
    counts, end = [], len(tokens)
    while end:
        counts.append(end - best[end][1])
        end = best[end][1]
    return counts[::-1]


def _fits(ends: Sequence[int], begin: int, end: int, lead: int) -> bool:
    """Whether tokens `begin` to `end` fit on two lines, the first filled as far as it goes. `ends` are columns up to each token."""
    filled = bisect_right(ends, ends[begin] + LINE_COLUMNS - lead + 1) - 1
    return filled >= end or (filled > begin and ends[end] - ends[filled] - 1 <= LINE_COLUMNS)


def line_break(tokens: Sequence[str], lead: int = 0) -> int | None:
    """After how many tokens the second line begins (all of them: a single line), or None when two lines are too few."""
    widths = [columns(t) for t in tokens]
    if sum(widths) + len(widths) - 1 + lead <= LINE_COLUMNS:
        return len(tokens)
    options = []
    for count in range(1, len(tokens)):
        first, second = sum(widths[:count]) + count - 1 + lead, sum(widths[count:]) + len(widths) - count - 1
        if max(first, second) <= LINE_COLUMNS:
            options.append((abs(first - second) + 10 * _pause_cost(tokens[count - 1]), count))
    return min(options)[1] if options else None


def _pause_cost(token: str) -> float:
    """How much a break after a token disturbs: 0 after a sentence, 1 within a clause."""
    last = token.rstrip(CLOSERS)[-1:]
    return 0.0 if last in ".!?…。！？" and last else 0.4 if last in ",;:—–-、，；：" and last else 1.0
