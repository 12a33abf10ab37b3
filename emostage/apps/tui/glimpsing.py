"""In the background: the picture under the playhead, always of the last place it was at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from emostage.apps.tui.graphics.kind import Graphics
from emostage.apps.tui.latest import Latest
from emostage.core.errors import EmostageError
from emostage.core.tracks import U8
from emostage.scene.model import Script
from emostage.studio.glimpse import Glimpse
from emostage.studio.plan import LineJob

_DRAWN_PX = 320
"""Longest side of pictures that are shown by characters."""
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
    """Draws the last wish; `tell` is called from its thread."""

    def __init__(self, tell: Callable[[Seen], None], *, longest_px: int = _DRAWN_PX) -> None:
        self._tell, self._longest_px = tell, longest_px
        self._glimpse: Glimpse | None = None
        self._latest: Latest[Wish] = Latest("glimpse", self._look)

    def ask(self, wish: Wish) -> None:
        """Draw this next."""
        self._latest.ask(wish)

    def close(self) -> None:
        """Draw nothing more; what is being drawn is waited for a moment."""
        self._latest.close(wait_s=1.0)

    def _look(self, wish: Wish) -> None:
        try:
            glimpse = self._glimpse = self._glimpse or Glimpse(longest_px=self._longest_px)
            if wish.frames:
                pictures = glimpse.filmstrip(wish.script, wish.job, wish.frames)
            else:
                pictures = (glimpse.frame(wish.script, wish.job, wish.at_s),)
        except EmostageError as error:
            self._tell(Seen(wish=wish, problem=error.diagnostics[0].message if error.diagnostics else str(error)))
            return
        self._tell(Seen(wish=wish, pictures=pictures))
