"""In the background: the picture under the playhead, always of the last place it was at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from emostage.apps.tui.graphics.kind import Graphics
from emostage.apps.tui.latest import Latest
from emostage.core.errors import EmostageError
from emostage.core.tracks import U8
from emostage.scene.model import Script
from emostage.studio.plan import LineJob

if TYPE_CHECKING:
    from emostage.studio.glimpse import Glimpse

_DRAWN_PX = 320
"""Longest side of pictures that are shown by characters."""
_STRIP_S, _STILL_S = 0.2, 0.6
"""A filmstrip waits so long for another wish, and the engine of a line until nobody moves any more."""
_MOMENT_S = 1.0
_MOST_PX = 512
"""Longest side of those that are shown as graphics: half as dear again."""
_CELLS = (44, 18)
"""Columns and rows that the largest picture has."""


def drawn_px(graphics: Graphics) -> int:
    """The longest side in pixels of pictures for a terminal: as many as it can show."""
    if graphics.kind == "half":
        return _DRAWN_PX
    return min(max(side * px for side, px in zip(_CELLS, graphics.cell_px, strict=True)), _MOST_PX)


@dataclass(frozen=True, kw_only=True, eq=False)
class Wish:
    """A job of a script, and a second of its clip; with `frames` so many over all of the clip instead."""

    script: Script
    job: LineJob
    at_s: float
    frames: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """Pictures of a wish, or why there are none."""

    wish: Wish
    pictures: tuple[U8, ...] = ()
    problem: str = ""


class Glimpser:
    """Draws the last wish for a frame and the last for a filmstrip; `tell` is called from its threads. A line is first performed by
    rules, at once; when there is time it is performed by its own engine and drawn again."""

    def __init__(self, tell: Callable[[Seen], None], *, longest_px: int = _DRAWN_PX) -> None:
        self._tell = tell
        self._longest_px, self._lock = longest_px, Lock()
        self._frames: Latest[Wish] = Latest("glimpse", self._look)
        self._strips: Latest[Wish] = Latest("filmstrip", self._look, rest_s=_STRIP_S)
        self._performances: Latest[Wish] = Latest("performance", self._perform, rest_s=_STILL_S)
        self._last: dict[bool, Wish] = {}

    def ask(self, wish: Wish) -> None:
        """Draw this next."""
        self._last[bool(wish.frames)] = wish
        (self._strips if wish.frames else self._frames).ask(wish)
        self._performances.ask(wish)

    def close(self) -> None:
        """Draw nothing more; what is being drawn is waited for a moment."""
        threads = (self._performances, self._strips, self._frames)
        for thread in threads:
            thread.close()
        for thread in threads:
            thread.close(wait_s=_MOMENT_S / len(threads))

    @cached_property
    def _made(self) -> Glimpse:
        from emostage.studio.glimpse import Glimpse

        return Glimpse(longest_px=self._longest_px)

    @property
    def _glimpse(self) -> Glimpse:
        """What draws; it is loaded when it first has to."""
        with self._lock:
            return self._made

    def _look(self, wish: Wish) -> None:
        try:
            if wish.frames:
                pictures = self._glimpse.filmstrip(wish.script, wish.job, wish.frames)
            else:
                pictures = (self._glimpse.frame(wish.script, wish.job, wish.at_s),)
        except EmostageError as error:
            self._tell(Seen(wish=wish, problem=error.diagnostics[0].message if error.diagnostics else str(error)))
            return
        self._tell(Seen(wish=wish, pictures=pictures))

    def _perform(self, wish: Wish) -> None:
        """Have the line that is on the screen performed by its own engine, and drawn anew."""
        try:
            new = self._glimpse.rehearse(wish.script, wish.job)
        except EmostageError:
            return  # what is drawn stays; rendering says what is wrong
        for last in list(self._last.values()):
            if new and last.job is wish.job:
                (self._strips if last.frames else self._frames).ask(last)
