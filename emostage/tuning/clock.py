"""The time of a tuning: what is left, and what of it is kept for looking at what was learnt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

_LEAST_MIN = 0.2
"""What is trained is trained for so long, even where no time is left."""
_LOOK_S = 20.0
"""How long a look at what an engine makes is thought to take, before one was taken."""
LOOKS = 4
"""Looks that follow the training of a part on films: one that measures, the preview, and two at mouths that follow a sound."""


@dataclass(kw_only=True)
class Clock:
    """Counts from when it is made; `minutes` are for everything."""

    minutes: float
    begin_s: float = field(default_factory=monotonic)
    look_s: float = 0.0

    @property
    def spent_s(self) -> float:
        """Seconds since the beginning."""
        return monotonic() - self.begin_s

    @contextmanager
    def looking(self) -> Iterator[None]:
        """A block in which a look is taken, by which others are reckoned."""
        begin_s = monotonic()
        yield
        self.look_s = max(self.look_s, monotonic() - begin_s)

    def for_next(self, parts: int, looks: int = LOOKS) -> float:
        """Minutes for which the next of so many parts may be trained, each of which is looked at so often then."""
        kept_s = parts * looks * (self.look_s or _LOOK_S)
        return max(_LEAST_MIN, (self.minutes - (self.spent_s + kept_s) / 60) / parts)
