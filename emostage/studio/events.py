"""What a render tells while it runs: frozen events, the same for the progress bars, the plain lines and `--json-lines`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from emostage.core.errors import Diagnostic

WARM_UP_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. `name` is stable."""

    name: ClassVar[str] = "event"

    def as_dict(self) -> dict[str, Any]:
        """The event as JSON data, `event` first."""
        return {"event": self.name, **{k: _plain(v) for k, v in asdict(self).items()}}


@dataclass(frozen=True, kw_only=True)
class Planned(Event):
    """The film is planned: so many lines, of which `cached` need no drawing; `frames` is the film, `to_draw` what is missing."""

    name: ClassVar[str] = "planned"
    title: str
    lines: int
    cached: int
    frames: int
    to_draw: int
    fps: float


@dataclass(frozen=True, kw_only=True)
class Watching(Event):
    """A film is watched for the performance in it, before the plan is made."""

    name: ClassVar[str] = "watching"
    film: str


@dataclass(frozen=True, kw_only=True)
class LineBegun(Event):
    """A line is being made."""

    name: ClassVar[str] = "line"
    number: int
    speaker: str
    text: str
    frames: int


@dataclass(frozen=True, kw_only=True)
class StageBegun(Event):
    """A stage begins; `number` is the line it works for, None for the whole film."""

    name: ClassVar[str] = "stage"
    stage: str
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class FrameDrawn(Event):
    """`frame` of the line's `frames` is drawn, `done` of the `to_draw` frames of this render; `rate` in frames per second,
    `eta_s` the seconds left at that rate."""

    name: ClassVar[str] = "frame"
    number: int
    frame: int
    frames: int
    done: int
    to_draw: int
    rate: float
    eta_s: float


@dataclass(frozen=True, kw_only=True)
class LineEnded(Event):
    """A line's clip is in the cache after so many seconds of work."""

    name: ClassVar[str] = "line-done"
    number: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class LineFailed(Event):
    """A line could not be made and is left out."""

    name: ClassVar[str] = "line-failed"
    number: int
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, kw_only=True)
class Notice(Event):
    """Something worth knowing."""

    name: ClassVar[str] = "notice"
    diagnostic: Diagnostic


@dataclass(frozen=True, kw_only=True)
class FilmEnded(Event):
    """The film stands at `path`; `cached` when nothing of it had to be made."""

    name: ClassVar[str] = "film"
    path: Path
    frames: int
    duration_s: float
    seconds: float
    cached: bool
    failed: tuple[int, ...] = ()


Listener = Callable[[Event], None]


def silent(_event: Event) -> None:
    """Listens to nothing."""


@dataclass(kw_only=True)
class Meter:
    """Counts the frames of a render and tells its rate."""

    to_draw: int
    listen: Listener
    done: int = 0
    begun_s: float | None = None

    def begin(self) -> None:
        """Start the clock, if it does not run yet."""
        self.begun_s = time.monotonic() if self.begun_s is None else self.begun_s

    def drawn(self, number: int, frame: int, frames: int) -> None:
        """Report that `frame` frames of a line are drawn. No rate is told for the first half second: it would be a guess."""
        self.begin()
        self.done += 1
        passed_s = time.monotonic() - (self.begun_s or 0.0)
        rate = self.done / passed_s if passed_s > WARM_UP_S else 0.0
        left_s = (self.to_draw - self.done) / rate if rate else 0.0
        self.listen(
            FrameDrawn(number=number, frame=frame, frames=frames, done=self.done, to_draw=self.to_draw, rate=rate, eta_s=left_s)
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return round(value, 3) if isinstance(value, float) else value
