"""The rows of a film on the screen: what is seen of it, and where the playhead is. It changes nothing and hears nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from emostage.apps.tui.board import Board, KeyMark
from emostage.apps.tui.colours import PLAIN
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.canvas import Canvas
from emostage.apps.tui.view.drawn import Drawn, changed, drawn
from emostage.apps.tui.view.playhead import crossed
from emostage.apps.tui.view.sheet import NAMES, Row, RowSpec, plan
from emostage.apps.tui.widgets.words import look_of

_HEADING = 2
"""Rows that stay when tracks are scrolled."""
_FELT = frozenset({"curve", "keys"})
"""Rows that show what is felt."""


class Roll(Widget, can_focus=True):
    """Rows are cached until what they show changes; the playhead is laid over them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.board: Board | None = None
        self.picked = Picked()
        self.lens = Lens(width=1, step_s=1.0)
        self._specs: tuple[RowSpec, ...] = ()
        self._drawn: Drawn | None = None
        self._first = 0
        self._listing: Callable[[int, int], Sequence[Canvas]] | None = None
        self._looks: dict[Style, Style] = {}

    def show(self, board: Board, picked: Picked | None = None) -> None:
        """Show a film, in the part that was seen before, and what is picked in it."""
        before, whole, column = self.board, self.board is None or self.lens.width <= 1, self._column(self.picked.at_s)
        self.board, self.picked = board, picked or self.picked
        specs = plan(board, self.size.height)
        lens = Lens.whole(board.duration_s, self._width) if whole else self._kept(before, board)
        if (specs, lens) != (self._specs, self.lens):
            self._specs, self.lens = specs, lens
            self._redraw()
        else:
            self._renew(column)

    def show_list(self, rows: Callable[[int, int], Sequence[Canvas]]) -> None:
        """Show rows, made for a width and height, in the place of a film that cannot be shown."""
        self._listing = rows
        self.refresh()

    def pick(self, picked: Picked, *, follow: bool = True) -> None:
        """Show the playhead and what is picked."""
        column, other, self.picked = self._column(self.picked.at_s), picked.line != self.picked.line, picked
        if other and follow:
            self._show_track(picked.line)
        lens = self.lens.following(picked.at_s, self.duration_s) if follow else self.lens
        if lens != self.lens:
            self.lens = lens
            self._redraw()
            return
        self._renew(column)

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, drawn when they are first asked for, as far as they look different from before."""
        if self.board is None:
            return ()
        before = self._drawn
        if before is None or (before.board, before.lens, before.picked) != (self.board, self.lens, self.picked):
            self._drawn = drawn(self.board, self.lens, self.picked, self._specs, before)
        return self._drawn.rows if self._drawn else ()

    def render_line(self, y: int) -> Strip:
        """A row with its name and the playhead."""
        if self.board is None and self._listing is not None:
            listed = self._listing(self.size.width, self.size.height)
            return listed[y].strip(look=self._look) if y < len(listed) else Strip.blank(self.size.width, self._look(PLAIN))
        number = y if y < _HEADING else y + self._first
        if number >= len(self.rows):
            return Strip.blank(self.size.width, self._look(PLAIN))
        row = self.rows[number]
        column = self._column(self.picked.at_s)
        body = crossed(row.canvas, column, head=row.spec.kind == "ruler")
        return Strip.join([row.name.strip(self._look), body.strip(self._look)])

    def notify_style_update(self) -> None:
        """The theme may be another one."""
        super().notify_style_update()
        self._looks = {}

    def on_resize(self, event: events.Resize) -> None:
        """Room has changed."""
        del event
        self.lens = self.lens.resized(self._width, self.duration_s) if self.board else self.lens
        self._specs = plan(self.board, self.size.height) if self.board else ()
        self._redraw()

    def see(self, lens: Lens) -> None:
        """Show another part of the film."""
        self.lens = lens
        self._redraw()

    def zoom(self, factor: float, about_s: float) -> None:
        """Closer by a factor about a moment."""
        self.lens = self.lens.zoomed(factor, about_s, self.duration_s)
        self._redraw()

    def scroll_tracks(self, way: int) -> None:
        """Other tracks, where not all fit."""
        most = max(len(self._specs) - self.size.height, 0)
        self._first = min(max(self._first + way, 0), most)
        self.refresh()

    def _show_track(self, line: int) -> None:
        """Scroll to the track of a line's speaker, where not all fit."""
        speaker = self.board.lines[line].speaker if self.board and line < len(self.board.lines) else None
        found = [number for number, spec in enumerate(self._specs) if spec.speaker and spec.speaker == speaker]
        if found and found[0] - _HEADING < self._first:
            self.scroll_tracks(found[0] - _HEADING - self._first)
        elif found and found[-1] >= self._first + self.size.height:
            self.scroll_tracks(min(found[-1] + 1 - self.size.height, found[0] - _HEADING) - self._first)

    def line_regions(self) -> list[tuple[str, str, Region]]:
        """Where the lines that are seen begin on the screen, by number and name."""
        out, words = [], {row.spec.speaker: y for y, row in enumerate(self.rows) if row.spec.kind == "words"}
        for line in self.board.lines if self.board else ():
            column, y = self.lens.column(line.start_s), words.get(line.speaker, 0) - self._first
            if 0 <= column < self.lens.width and _HEADING <= y < self.size.height:
                region = Region(self.region.x + NAMES + column, self.region.y + y, 3, 1)
                out.append((str(line.index), f"line {line.index + 1}", region))
        return out

    def time_at(self, x: int) -> float:
        """The moment at a column of the widget."""
        return min(max(self.lens.at(x - NAMES), 0.0), self.duration_s)

    def mark_at(self, x: int, y: int) -> KeyMark | None:
        """The key that is drawn at a cell of the widget."""
        number = y if y < _HEADING else y + self._first
        if not 0 <= number < len(self.rows):
            return None
        column = x - NAMES
        return next((hit.ref for hit in reversed(self.rows[number].hits) if hit.first <= column < hit.last), None)

    def marks_within(self, x0: int, x1: int, y0: int, y1: int) -> list[KeyMark]:
        """The keys between two columns and two rows of the widget; curves hold the keys of emotion, as the row below them."""
        (left, right), (top, bottom) = sorted((x0, x1)), sorted((y0, y1))
        start_s, end_s = self.lens.at(left - NAMES), self.lens.at(right - NAMES + 1)
        shift = [y if y < _HEADING else y + self._first for y in range(top, bottom + 1)]
        specs = [self.rows[number].spec for number in shift if 0 <= number < len(self.rows)]
        felt = {spec.speaker for spec in specs if spec.kind in _FELT}
        done = {spec.speaker for spec in specs if spec.kind == "moves"}
        marks = [mark for line in (self.board.lines if self.board else ()) for mark in line.keys if start_s <= mark.at_s < end_s]
        speakers = [line.speaker for line in (self.board.lines if self.board else ())]
        return [m for m in marks if speakers[m.ref.line] in (felt if m.ref.track == "emotion" else done)]

    @property
    def duration_s(self) -> float:
        """Length of the film."""
        return self.board.duration_s if self.board else 0.0

    def _column(self, at_s: float) -> int:
        """The column of the playhead: the end of what is seen is in the last one."""
        column = self.lens.column(at_s)
        return column - (column == self.lens.width and at_s >= self.duration_s - 1e-6)

    @property
    def _width(self) -> int:
        return max(self.size.width - NAMES, 1)

    def _kept(self, before: Board | None, board: Board) -> Lens:
        """The part that was seen; the whole film stays the whole film."""
        if before is not None and self.lens.step_s * self.lens.width >= before.duration_s - 1e-6:
            return Lens.whole(board.duration_s, self._width)
        return self.lens.resized(self._width, board.duration_s)

    def _renew(self, before: int) -> None:
        """Paint anew what looks different now, and the playhead that was in a column before."""
        if self._drawn is None or self.board is None:
            self.refresh()
            return
        for number in changed(self._drawn, self.board, self.lens, self.picked):
            y = number if number < _HEADING else number - self._first
            if number < _HEADING or y >= _HEADING:
                self.refresh(Region(0, y, self.size.width, 1))
        for column in {before, self._column(self.picked.at_s)}:
            self.refresh(Region(NAMES + column - 1, 0, 3, self.size.height))  # a character may be two cells wide

    def _look(self, style: Style) -> Style:
        """A style on the ground of the theme."""
        if style not in self._looks:
            self._looks[style] = look_of(self)(style)
        return self._looks[style]

    def _redraw(self) -> None:
        self._drawn = None
        self.refresh()
