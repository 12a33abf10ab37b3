"""A film as the editor shows it: strips of lines and shots in film seconds. Nothing in it knows how it is drawn.

T samples of a curve, P of a sound's loudness.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from emostage.core.errors import Diagnostic, Place
from emostage.core.tracks import F32
from emostage.editing.refs import KeyRef

CURVE_RATE = 25
"""Samples of the emotion curves a second."""
PEAK_RATE = 50
"""Samples of a sound's loudness a second."""


@dataclass(frozen=True, kw_only=True)
class KeyMark:
    """A key at a film time. `dominant` is its strongest emotion and `strength` that emotion's weight ("" and 0 for gaze and head);
    `inline` says that it is a cue in the text."""

    ref: KeyRef
    at_s: float
    label: str
    dominant: str = ""
    strength: float = 0.0
    inline: bool = False


class WordMark(NamedTuple):
    """A word between two film times."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class LineStrip:
    """A line between two film times. `peaks_P` in [0, 1] is the loudness of its speech from `speech_start_s` on, empty while it is
    `guessed` or silent; `weights_T8` what is felt from `start_s` on; `drawn` says that its clip is made already."""

    index: int
    speaker: str
    on_screen: str
    caption: str
    start_s: float
    end_s: float
    speech_start_s: float
    weights_T8: F32 = field(repr=False)
    words: tuple[WordMark, ...] = ()
    peaks_P: tuple[float, ...] = field(default=(), repr=False)
    keys: tuple[KeyMark, ...] = ()
    guessed: bool = True
    drawn: bool = False
    problem: Diagnostic | None = None
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class ShotStrip:
    """A shot between two film times, how it begins, and the numbers of its lines."""

    index: int
    name: str
    start_s: float
    end_s: float
    transition: str
    transition_s: float
    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MusicSpan:
    """Music between two film times."""

    label: str
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Board:
    """A whole film; `speakers` in the order of their tracks."""

    title: str
    fps: Fraction
    duration_s: float
    speakers: tuple[str, ...]
    shots: tuple[ShotStrip, ...]
    lines: tuple[LineStrip, ...]
    music: tuple[MusicSpan, ...] = ()

    def line_at(self, at_s: float) -> LineStrip | None:
        """The line that is seen at a film time; of two that overlap in a crossfade the later one."""
        for line in reversed(self.lines):
            if line.start_s <= at_s < line.end_s:
                return line
        return self.lines[-1] if self.lines and at_s >= self.lines[-1].end_s else None

    def with_marks(self, marks: Iterable[KeyMark], names: Mapping[KeyRef, KeyRef] = MappingProxyType({})) -> Board:
        """The same film with some keys elsewhere, as it will be once it is worked out; `names` are what keys are called then."""
        new = {mark.ref: mark for mark in marks}
        touched = {ref.line for ref in (*new, *names)}

        def changed(mark: KeyMark) -> KeyMark:
            return replace(new.get(mark.ref, mark), ref=names.get(mark.ref, mark.ref))

        lines = tuple(replace(line, keys=tuple(map(changed, line.keys))) if line.index in touched else line for line in self.lines)
        return replace(self, lines=lines)

    def key(self, ref: KeyRef) -> KeyMark | None:
        """The mark of a key, if it is there."""
        if not 0 <= ref.line < len(self.lines):
            return None
        return next((mark for mark in self.lines[ref.line].keys if mark.ref == ref), None)
