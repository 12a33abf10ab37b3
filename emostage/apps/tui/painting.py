"""How long the timeline takes to paint, without a terminal: all of its rows, as it scrolls along a film and shows all of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from emostage.apps.tui.app import EditorApp
from emostage.apps.tui.config import Settings
from emostage.apps.tui.widgets.timeline import Timeline
from emostage.editing.document import Document

_STEP = 5.0
"""Columns by which it is scrolled."""
_CLOSER = 8.0
_WAIT_S = 0.01
_LONGEST_S = 60.0


def painting_ms(document: Document, size: tuple[int, int], repeat: int) -> dict[str, tuple[float, ...]]:
    """Milliseconds of each painting of the timeline of a scene in a terminal of `size` (columns, rows)."""
    return asyncio.run(_painted(document, size, repeat))


async def _painted(document: Document, size: tuple[int, int], repeat: int) -> dict[str, tuple[float, ...]]:
    app = EditorApp(document, Settings(picture="none"), journal=False, speak=False)
    async with app.run_test(size=size) as pilot:
        until_s = time.perf_counter() + _LONGEST_S
        while (app.editor is None or app.editor.board is None) and time.perf_counter() < until_s:
            await asyncio.sleep(_WAIT_S)
        await pilot.pause()
        assert app.editor is not None and app.editor.board is not None
        timeline, duration_s = app.editor.timeline, app.editor.board.duration_s
        whole = [
            _timed(timeline, lambda: timeline.see(timeline.lens.resized(timeline.lens.width, duration_s))) for _ in range(repeat)
        ]
        timeline.zoom(_CLOSER, 0.0)
        scrolled = [_timed(timeline, lambda: timeline.see(timeline.lens.scrolled(_STEP, duration_s))) for _ in range(repeat)]
    return {"scrolling": tuple(scrolled), "whole film": tuple(whole)}


def _timed(timeline: Timeline, change: Callable[[], None]) -> float:
    """Milliseconds until every row of a timeline is painted after a change."""
    begun_s = time.perf_counter()
    change()
    for y in range(timeline.size.height):
        timeline.render_line(y)
    return 1000 * (time.perf_counter() - begun_s)
