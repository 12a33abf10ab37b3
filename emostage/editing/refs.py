"""What an edit is about, by number: lines and keys in the order of the film."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

TrackName = Literal["emotion", "gaze", "head"]
TRACKS: tuple[TrackName, ...] = ("emotion", "gaze", "head")


@dataclass(frozen=True, kw_only=True, order=True)
class KeyRef:
    """A key: its line (counted over the film from 0), and which of the line's emotion, gaze or head keys, in the order of
    `scene.model.Line`: those of a list first, then the cues in the text."""

    line: int
    track: TrackName
    number: int


@dataclass(frozen=True, kw_only=True)
class Focus:
    """What is looked at: a line, and perhaps a key or a word of it. `keys` are all that are picked, where they are several."""

    line: int
    key: KeyRef | None = None
    word: int | None = None
    keys: tuple[KeyRef, ...] = ()

    @classmethod
    def on(cls, keys: Iterable[KeyRef]) -> Focus | None:
        """Keys of a film; none for no keys."""
        ordered = tuple(sorted(keys))
        if len(ordered) > 1:
            return cls(line=ordered[0].line, keys=ordered)
        return cls(line=ordered[0].line, key=ordered[0]) if ordered else None

    @property
    def picked(self) -> frozenset[KeyRef]:
        """The keys it is about."""
        return frozenset(self.keys) or frozenset({self.key} if self.key else ())
