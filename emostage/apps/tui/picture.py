"""A picture in its place on the screen: as graphics where the terminal draws them, else of characters.

Graphics of kitty are cells like others, but their colours are numbers: where a dialog dims what is below it, characters are shown.
Sixels lie on the cells they were drawn on until those are written to. So they are drawn with the last row of cells of their place,
after all others, and anew when anything was there; as long as something lies above them, characters are shown.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Literal

import numpy as np
from rich.segment import ControlType, Segment
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from textual.widget import Widget

from emostage.apps.tui.graphics.kind import HALF, Graphics
from emostage.apps.tui.graphics.pens import Blocks, Drawn, Kitty, Pen, Sixel
from emostage.apps.tui.graphics.probe import resized
from emostage.core.tracks import U8

Mode = Literal["grey", "half", "kitty", "sixel"]


class Picture(Widget):
    """A picture, as large as its shape allows, in the middle of its place; `note` stands there while there is none."""

    DEFAULT_CSS = "Picture { width: 1fr; height: 1fr; }"

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name
        note: str = "",
        enabled: bool = True,
        graphics: Graphics = HALF,
    ) -> None:
        super().__init__(id=id)
        self._picture: U8 | None = None
        self._note, self._enabled, self._graphics = note, enabled, graphics
        self._pens: dict[Mode, Pen] = {}
        self._as: tuple[Mode, Offset, tuple[int, int]] | None = None
        self._made: tuple[Size, tuple[Strip, ...]] | None = None
        self._lies: Region | None = None

    def show(self, picture_HW3: U8 | None, note: str = "") -> None:
        """Show another picture (H, W, 3) of bytes, or none, and a note in its stead. Raises ValueError for another shape."""
        if picture_HW3 is not None and (picture_HW3.ndim != 3 or picture_HW3.shape[2] != 3 or picture_HW3.dtype != np.uint8):
            raise ValueError(f"a picture of {picture_HW3.dtype} {picture_HW3.shape} cannot be shown")
        if picture_HW3 is self._picture and note == self._note:
            return
        alike = picture_HW3 is not None and self._picture is not None and picture_HW3.shape == self._picture.shape
        self._picture, self._note, self._made = picture_HW3, note, None
        if alike and self._lies is not None:  # a sixel covers the last one: only what draws it is written
            self.refresh(Region(0, self._lies.bottom - 1, self.size.width, 1))
        else:
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Rows of cells; all are made anew when the picture is to be drawn in another way."""
        self._measure()
        drawn_as = self._mode(whole=crop.size == self.size), self.region.offset, self._graphics.cell_px
        if drawn_as != self._as:
            changed = self._as is not None
            self._as, self._made = drawn_as, None
            if changed:
                self.refresh()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """A row of cells."""
        if self._made is None or self._made[0] != self.size:
            self._made = self.size, self._painted()
        strips = self._made[1]
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def on_mount(self) -> None:
        """Terminals may forget what was drawn while another program had them."""
        self.app.app_resume_signal.subscribe(self, self._again)

    def on_unmount(self) -> None:
        """Nothing is left."""
        self.end()

    def end(self) -> None:
        """Show no picture any more; the terminal forgets what it was sent."""
        self._enabled = False
        for pen in self._pens.values():
            self._write(pen.end())

    def _again(self, _app: object) -> None:
        self._made = None
        self.refresh()

    def _measure(self) -> None:
        """Sixels must be as large as cells are now; the terminal scales all else."""
        now = resized(self._graphics) if self._graphics.kind == "sixel" else self._graphics
        if now != self._graphics:
            self._graphics, self._pens = now, {}

    def _mode(self, *, whole: bool) -> Mode:
        """How the picture can be drawn now."""
        kind = self._graphics.kind
        if self.app.no_color:
            return "grey"
        if kind == "half" or self.screen is not self.app.screen:
            return "half"
        if kind == "kitty":
            return "kitty" if self.app.console.color_system == "truecolor" else "half"
        return "sixel" if whole and not self._covered() else "half"

    def _covered(self) -> bool:
        """Whether anything lies above."""
        own, around = self.region, set(self.ancestors_with_self)
        others = (widget for widget in self.screen.walk_children(Widget) if widget not in around)
        return any(widget.region.overlaps(own) and widget.visible for widget in others)

    def _pen(self, mode: Mode) -> Pen:
        if mode not in self._pens:
            if mode == "kitty":
                self._pens[mode] = Kitty(self._graphics)
            elif mode == "sixel":
                self._pens[mode] = Sixel(self._graphics)
            else:
                self._pens[mode] = Blocks(self._graphics, grey=mode == "grey")
        return self._pens[mode]

    def _painted(self) -> tuple[Strip, ...]:
        columns, rows = self.size
        self._lies = None
        if not columns or not rows:
            return ()
        if self._picture is None or not self._enabled or not self._picture.size:
            lines = wrap(self._note, columns)[:rows]
            return self._framed(Drawn(strips=[Strip([Segment(line, self.rich_style)]) for line in lines]))
        mode = self._as[0] if self._as else self._mode(whole=True)
        drawn = self._pen(mode).draw(self._picture, (columns, rows), self.rich_style)
        self._write(drawn.first)
        return self._framed(drawn)

    def _framed(self, drawn: Drawn) -> tuple[Strip, ...]:
        """Strips in the middle of the widget."""
        columns, rows = self.size
        blank = Strip.blank(columns, self.rich_style)
        above = (rows - len(drawn.strips)) // 2
        framed, left = [], 0
        for strip in drawn.strips:
            left = (columns - strip.cell_length) // 2
            right = columns - left - strip.cell_length
            framed.append(Strip.join([Strip.blank(left, self.rich_style), strip, Strip.blank(right, self.rich_style)]))
        if drawn.last:
            self._lies = Region(left, above, drawn.strips[0].cell_length, len(framed))
            framed[-1] = _with(framed[-1], self.region.offset + self._lies.offset, drawn.last)
        return (*[blank] * above, *framed, *[blank] * (rows - above - len(framed)))

    def _write(self, text: str) -> None:
        """Write to the terminal, in order with all else that is written there."""
        if text and self.app._driver is not None:
            self.app._driver.write(text)


def _with(strip: Strip, at: Offset, drawing: str) -> Strip:
    """A strip after which something is drawn elsewhere. It stands at the end, where it is kept or left out whole by whoever cuts
    strips, and takes no cells."""
    drawing = f"\x1b7\x1b[{at.y + 1};{at.x + 1}H{drawing}\x1b8"
    return Strip([*strip, Segment(drawing, None, [(ControlType.HOME,)])], strip.cell_length)
