"""The timeline: it shows a board and says what is done to it; it changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from emostage.apps.tui.board import Board, KeyMark
from emostage.apps.tui.colours import PLAYHEAD
from emostage.apps.tui.keymap import bindings
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.stops import SNAPS, frame_step, next_key, snapped, step
from emostage.apps.tui.view.canvas import Canvas
from emostage.apps.tui.view.sheet import NAMES, Row, RowSpec, draw, plan
from emostage.editing.refs import KeyRef

_ZOOM, _WHEEL = 1.5, 6.0
_NEAR_CELLS = 1.0
"""A dragged key snaps to what is so near."""
_FULL_ROWS = 10
"""Rows by which a key is dragged up from nothing to full strength."""
_HEADING = 2


@dataclass(frozen=True, kw_only=True)
class _Drag:
    """What the mouse holds: a key, or the playhead (None), taken at a row with some strength."""

    mark: KeyMark | None
    row: int
    strength: float
    at_s: float


class Timeline(Widget, can_focus=True):
    """Rows of a film, cached until what they show changes; the playhead is laid over them."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("timeline")]
    DEFAULT_CSS = "Timeline { height: 1fr; min-height: 6; }"

    class Moved(Message):
        """The playhead is wanted elsewhere."""

        def __init__(self, at_s: float) -> None:
            super().__init__()
            self.at_s = at_s

    class KeyPicked(Message):
        """A key is picked, beside others with `extend`."""

        def __init__(self, mark: KeyMark, *, extend: bool = False) -> None:
            super().__init__()
            self.mark, self.extend = mark, extend

    class KeyDragged(Message):
        """A key is dragged to a film time, and its strength to a value."""

        def __init__(self, ref: KeyRef, at_s: float | None, strength: float | None) -> None:
            super().__init__()
            self.ref, self.at_s, self.strength = ref, at_s, strength

    class KeyAsked(Message):
        """A key is wanted where there is none."""

        def __init__(self, at_s: float) -> None:
            super().__init__()
            self.at_s = at_s

    def __init__(self, *, id: str | None = None, snap: str = "words") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.board: Board | None = None
        self.picked = Picked()
        self.lens = Lens(width=1, step_s=1.0)
        self.snap = snap
        self._specs: tuple[RowSpec, ...] = ()
        self._rows: tuple[Row, ...] | None = None
        self._first = 0
        self._drag: _Drag | None = None

    def show(self, board: Board) -> None:
        """Show a film, in the part that was seen before."""
        before = self.board
        self.board = board
        self._specs = plan(board, self.size.height)
        whole = before is None or self.lens.width <= 1
        self.lens = Lens.whole(board.duration_s, self._width) if whole else self._kept(before, board)
        self._redraw()

    def pick(self, picked: Picked, *, follow: bool = True) -> None:
        """Show the playhead and what is picked."""
        before, self.picked = self.picked, picked
        lens = self.lens.following(picked.at_s, self._duration_s) if follow else self.lens
        if lens != self.lens or before.keys != picked.keys or before.line != picked.line or self._words_differ(before):
            self.lens = lens
            self._redraw()
            return
        for at_s in (before.at_s, picked.at_s):
            self.refresh(Region(NAMES + self.lens.column(at_s), 0, 1, self.size.height))

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, drawn when they are first asked for."""
        if self._rows is None:
            self._rows = draw(self.board, self.lens, self.picked, self._specs) if self.board else ()
        return self._rows

    def render_line(self, y: int) -> Strip:
        """A row with its name and the playhead."""
        number = y if y < _HEADING else y + self._first
        if number >= len(self.rows):
            return Strip.blank(self.size.width)
        row = self.rows[number]
        column = self.lens.column(self.picked.at_s)
        body = row.canvas.strip([(column, PLAYHEAD)])
        if row.spec.kind == "ruler" and 0 <= column < self.lens.width:
            body = _headed(row.canvas, column)
        return Strip.join([row.name.strip(), body])

    def on_resize(self, event: events.Resize) -> None:
        """Room has changed."""
        del event
        self.lens = self.lens.resized(self._width, self._duration_s) if self.board else self.lens
        self._specs = plan(self.board, self.size.height) if self.board else ()
        self._redraw()

    # --- moving -------------------------------------------------------------------------------------------------------------

    def action_timeline_left(self) -> None:
        """One step to the left."""
        self._step(-1)

    def action_timeline_right(self) -> None:
        """One step to the right."""
        self._step(1)

    def action_timeline_frame_left(self) -> None:
        """One frame to the left."""
        if self.board:
            self.post_message(self.Moved(frame_step(self.board, self.picked.at_s, -1)))

    def action_timeline_frame_right(self) -> None:
        """One frame to the right."""
        if self.board:
            self.post_message(self.Moved(frame_step(self.board, self.picked.at_s, 1)))

    def action_timeline_key_left(self) -> None:
        """The key before."""
        self._next_key(-1)

    def action_timeline_key_right(self) -> None:
        """The next key."""
        self._next_key(1)

    def action_timeline_line_left(self) -> None:
        """The line before."""
        self._line(-1)

    def action_timeline_line_right(self) -> None:
        """The next line."""
        self._line(1)

    def action_timeline_up(self) -> None:
        """The track above."""
        self._scroll(-1)

    def action_timeline_down(self) -> None:
        """The track below."""
        self._scroll(1)

    def action_timeline_start(self) -> None:
        """The beginning of the film."""
        self.post_message(self.Moved(0.0))

    def action_timeline_end(self) -> None:
        """The end of the film."""
        self.post_message(self.Moved(self._duration_s))

    def action_timeline_zoom_in(self) -> None:
        """Closer about the playhead."""
        self._zoom(_ZOOM, self.picked.at_s)

    def action_timeline_zoom_out(self) -> None:
        """Farther about the playhead."""
        self._zoom(1 / _ZOOM, self.picked.at_s)

    def action_timeline_zoom_film(self) -> None:
        """The whole film; when that is seen already, the line."""
        whole = Lens.whole(self._duration_s, self._width)
        line = self.board.line_at(self.picked.at_s) if self.board else None
        self.lens = self.lens.showing(line.start_s, line.end_s, self._duration_s) if self.lens == whole and line else whole
        self._redraw()

    def action_timeline_snap(self) -> None:
        """What steps and drags snap to."""
        self.snap = SNAPS[(SNAPS.index(self.snap) + 1) % len(SNAPS)]
        self.post_message(self.Moved(self.picked.at_s))

    # --- mouse --------------------------------------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take a key, or the playhead."""
        if self.board is None or event.button != 1:
            return
        mark, at_s = self._mark_at(event), self._time_at(event)
        if mark is not None:
            self.post_message(self.KeyPicked(mark, extend=event.shift))
        else:
            self.post_message(self.Moved(at_s))
        self._drag = _Drag(mark=mark, row=event.y, strength=mark.strength if mark else 0.0, at_s=at_s)
        self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag what was taken."""
        if self._drag is None or self.board is None:
            return
        at_s = self._time_at(event)
        if self._drag.mark is None:
            self.post_message(self.Moved(at_s))
            return
        target_s = snapped(self.board, at_s, self.snap, _NEAR_CELLS * self.lens.step_s)
        strength = min(max(self._drag.strength + (self._drag.row - event.y) / _FULL_ROWS, 0.0), 1.0)
        moved = abs(at_s - self._drag.at_s) > self.lens.step_s / 2
        raised = event.y != self._drag.row and self._drag.mark.ref.track == "emotion"
        if moved or raised:
            self._drag = replace(self._drag, at_s=at_s) if moved else self._drag
            self.post_message(self.KeyDragged(self._drag.mark.ref, target_s if moved else None, strength if raised else None))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        del event
        self._drag = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """A double click asks for a key."""
        if event.chain == 2 and self._mark_at(event) is None and self.board is not None:
            self.post_message(self.KeyAsked(self._time_at(event)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll to the right, or farther with ctrl."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll to the left, or closer with ctrl."""
        self._wheel(event, -1)

    # --- within -------------------------------------------------------------------------------------------------------------

    @property
    def _width(self) -> int:
        return max(self.size.width - NAMES, 1)

    @property
    def _duration_s(self) -> float:
        return self.board.duration_s if self.board else 0.0

    def _kept(self, before: Board | None, board: Board) -> Lens:
        """The part that was seen; the whole film stays the whole film."""
        if before is not None and self.lens.step_s * self.lens.width >= before.duration_s - 1e-6:
            return Lens.whole(board.duration_s, self._width)
        return self.lens.resized(self._width, board.duration_s)

    def _words_differ(self, before: Picked) -> bool:
        """Whether another word is under the playhead."""
        line = self.board.line_at(self.picked.at_s) if self.board else None
        if line is None:
            return True
        inside = [sum(word.start_s <= at_s for word in line.words) for at_s in (before.at_s, self.picked.at_s)]
        return inside[0] != inside[1]

    def _redraw(self) -> None:
        self._rows = None
        self.refresh()

    def _step(self, way: int) -> None:
        if self.board:
            self.post_message(self.Moved(step(self.board, self.picked.at_s, way, self.snap)))

    def _next_key(self, way: int) -> None:
        mark = next_key(self.board, self.picked.at_s, way) if self.board else None
        if mark is not None:
            self.post_message(self.KeyPicked(mark))

    def _line(self, way: int) -> None:
        wanted = self.picked.line + way
        if self.board and 0 <= wanted < len(self.board.lines):
            self.post_message(self.Moved(self.board.lines[wanted].start_s))

    def _scroll(self, way: int) -> None:
        most = max(len(self._specs) - self.size.height, 0)
        self._first = min(max(self._first + way, 0), most)
        self.refresh()

    def _zoom(self, factor: float, about_s: float) -> None:
        self.lens = self.lens.zoomed(factor, about_s, self._duration_s)
        self._redraw()

    def _wheel(self, event: events.MouseEvent, way: int) -> None:
        if event.ctrl:
            self._zoom(_ZOOM**-way, self._time_at(event))
        elif len(self._specs) > self.size.height and event.shift:
            self._scroll(way)
        else:
            self.lens = self.lens.scrolled(way * _WHEEL, self._duration_s)
            self._redraw()
        event.stop()

    def _time_at(self, event: events.MouseEvent) -> float:
        return min(max(self.lens.at(event.x - NAMES), 0.0), self._duration_s)

    def _mark_at(self, event: events.MouseEvent) -> KeyMark | None:
        number = event.y if event.y < _HEADING else event.y + self._first
        if not 0 <= number < len(self.rows):
            return None
        column = event.x - NAMES
        return next((hit.ref for hit in self.rows[number].hits if hit.first <= column < hit.last), None)


def _headed(canvas: Canvas, column: int) -> Strip:
    """The ruler with the head of the playhead."""
    row = Canvas(canvas.width)
    row.characters, row.styles = list(canvas.characters), list(canvas.styles)
    row.put(column, "▼", PLAYHEAD)
    return row.strip()
