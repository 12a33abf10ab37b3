"""Film times as scenes say them: at a word of the line, so that a key stays with what is said, or in seconds where nothing is."""

from __future__ import annotations

from emostage.apps.tui.board import LineStrip
from emostage.editing.moments import Moment

_NEAR_S = 0.012
"""A key so near to the start of a word is at the word."""


def moment_of(line: LineStrip, at_s: float) -> Moment:
    """A film time as a moment of a line: the last word that has begun, and what is left, to the millisecond."""
    at_s = min(max(at_s, line.start_s), line.end_s)
    if not line.words:
        return Moment(seconds=round(max(at_s - _zero_s(line), 0.0), 3))
    if at_s < line.words[0].start_s - _NEAR_S:
        return Moment(seconds=round(max(at_s - line.speech_start_s, 0.0), 3))
    word = max((i for i, mark in enumerate(line.words) if mark.start_s <= at_s + _NEAR_S), default=0)
    offset_s = round(at_s - line.words[word].start_s, 3)
    return Moment(word=word, offset_s=0.0 if abs(offset_s) <= _NEAR_S else offset_s)


def _zero_s(line: LineStrip) -> float:
    """Film time of a line's time 0."""
    return line.start_s if not line.words and not line.peaks_P else line.speech_start_s
