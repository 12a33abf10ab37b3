"""How a render looks: bars on a terminal, plain lines elsewhere, JSON lines for programs, or nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from emostage.apps.guard import show
from emostage.apps.streams import data, say, talk
from emostage.studio.events import (
    Event,
    FilmEnded,
    FrameDrawn,
    LineBegun,
    LineEnded,
    LineFailed,
    Listener,
    Notice,
    Planned,
    StageBegun,
    Watching,
    silent,
)

EVERY_S = 5.0
"""Time between plain lines."""
STAGES = {
    "prepare": "loading",
    "portrait": "face",
    "motion": "performing",
    "picture": "drawing",
    "film": "joining",
    "contact sheet": "contact sheet",
}


@contextmanager
def listener(*, json_lines: bool = False, quiet: bool = False) -> Iterator[Listener]:
    """The listener that fits the place the program runs in; problems are told even when `quiet`."""
    if json_lines:
        yield _json_line
    elif quiet:
        yield _problems
    elif talk().is_terminal:
        with bars() as listen:
            yield listen
    else:
        yield Plain()


def _json_line(event: Event) -> None:
    data(json.dumps(event.as_dict(), ensure_ascii=False))
    sys.stdout.flush()


def _problems(event: Event) -> None:
    if isinstance(event, LineFailed):
        show(event.diagnostics)
    elif isinstance(event, Notice):
        show((event.diagnostic,))


def summary(event: Planned) -> str:
    """What will be made, in a line."""
    lines = "1 line" if event.lines == 1 else f"{event.lines} lines"
    cached = f", {event.cached} of {event.lines} lines cached" if event.cached else ""
    return f"{event.title or 'film'}: {lines}, {event.frames / event.fps:.1f} s at {event.fps:g} fps{cached}"


def ending(event: FilmEnded) -> str:
    """What was made, in a line."""
    pace = f", {event.seconds / event.duration_s:.2f} s of work per second" if not event.cached and event.duration_s else ""
    return f"{event.path}  {event.duration_s:.1f} s of film in {event.seconds:.1f} s{' (cached)' if event.cached else pace}"


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


@dataclass(kw_only=True)
class Plain:
    """A line of text now and then."""

    told_s: float = field(default_factory=lambda: time.monotonic() - EVERY_S)

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        _problems(event)
        match event:
            case Planned():
                say(summary(event))
            case Watching():
                say(f"watching {event.film}")
            case LineBegun():
                say(f"line {event.number}  {event.speaker}: {event.text}")
            case FrameDrawn() if time.monotonic() - self.told_s >= EVERY_S and event.rate:
                self.told_s = time.monotonic()
                share = event.done / event.to_draw
                say(f"  {share:4.0%}  frame {event.frame}/{event.frames}  {event.rate:.1f} fps  {clock(event.eta_s)} left")
            case FilmEnded():
                say(ending(event))


@contextmanager
def bars() -> Iterator[Listener]:
    """Two bars: the film and the line that is being drawn."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(finished_text="✓"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=28),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[note]}", style="dim", markup=False),
    )
    with Progress(*columns, console=talk(), transient=True) as progress:
        yield Bars(progress)


class Bars:
    """Events as two bars."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.film = progress.add_task("film", total=1, note="")
        self.line = progress.add_task("", total=1, note="", visible=False)

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        _problems(event)
        update: Callable[..., None] = self.progress.update
        match event:
            case Planned():
                self.progress.console.print(summary(event), markup=False)
                update(self.film, total=max(1, event.to_draw), completed=0 if event.to_draw else 1)
            case Watching():
                update(self.film, note=f"watching {event.film}")
            case LineBegun():
                text = event.text if len(event.text) < 40 else event.text[:39] + "…"
                head = f"{event.number} {event.speaker}: {text}"
                update(self.line, description=head, total=event.frames, completed=0, visible=True, note="")
            case StageBegun():
                update(self.line if event.number else self.film, note=STAGES.get(event.stage, event.stage))
            case FrameDrawn():
                update(self.line, completed=event.frame, note="drawing")
                note = f"{event.rate:.1f} frames/s, {clock(event.eta_s)} left" if event.rate else ""
                update(self.film, completed=event.done, note=note)
            case LineEnded():
                update(self.line, visible=False)
            case FilmEnded():
                self.progress.console.print(ending(event), markup=False)


__all__ = ["Listener", "ending", "listener", "silent", "summary"]
