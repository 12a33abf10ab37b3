"""The rows of a film on the screen: what is seen of it, and where the playhead is. It changes nothing and hears nothing."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from emostage.apps.tui.board import Board, KeyMark
from emostage.apps.tui.colours import PLAIN
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.playhead import crossed
from emostage.apps.tui.view.sheet import NAMES, Row, RowSpec, draw, plan, still
from emostage.apps.tui.view.tracks import word_at
from emostage.apps.tui.widgets.words import look_of

_HEADING = 2
"""Rows that stay when tracks are scrolled."""


class Roll(Widget, can_focus=True):
    """Rows are cached until what they show changes; the playhead is laid over them."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.board: Board | None = None
        self.picked = Picked()
        self.lens = Lens(width=1, step_s=1.0)
        self._specs: tuple[RowSpec, ...] = ()
        self._rows: tuple[Row, ...] | None = None
        self._still: dict[RowSpec, Row] = {}
        self._first = 0
        self._looks: dict[Style, Style] = {}

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
        lens = self.lens.following(picked.at_s, self.duration_s) if follow else self.lens
        if lens != self.lens:
            self.lens = lens
            self._redraw()
            return
        self._repick(before)
        for at_s in (before.at_s, picked.at_s):
            self.refresh(Region(NAMES + self._column(at_s), 0, 1, self.size.height))

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, drawn when they are first asked for."""
        if self._rows is None:
            self._rows = draw(self.board, self.lens, self.picked, self._specs, self._still) if self.board else ()
            self._still = {}
        return self._rows

    def render_line(self, y: int) -> Strip:
        """A row with its name and the playhead."""
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

    def _repick(self, before: Picked) -> None:
        """Draw anew what shows something else now that something else is picked."""
        rows, width = self.rows, self.size.width
        self._still = still(rows, before, self.picked, word=self._word(before) != self._word(self.picked))
        if len(self._still) == len(rows):
            return
        self._rows = None
        for number, row in enumerate(rows):
            y = number if number < _HEADING else number - self._first
            if row.spec not in self._still and (number < _HEADING or y >= _HEADING):
                self.refresh(Region(0, y, width, 1))

    def _word(self, picked: Picked) -> tuple[int, int | None]:
        """The line and the word of it that are bright."""
        lines = self.board.lines if self.board else ()
        return picked.line, word_at(lines[picked.line], picked.at_s) if picked.line < len(lines) else None

    def _look(self, style: Style) -> Style:
        """A style on the ground of the theme."""
        if style not in self._looks:
            self._looks[style] = look_of(self)(style)
        return self._looks[style]

    def _redraw(self) -> None:
        self._rows, self._still = None, {}
        self.refresh()
