"""Whoever draws a picture into cells: by characters, by kitty's protocol, as sixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image
from rich.style import Style
from textual.strip import Strip

from emostage.apps.tui.graphics import kitty, sixel
from emostage.apps.tui.graphics.blocks import fitted, half_blocks, shades
from emostage.apps.tui.graphics.kind import Graphics
from emostage.core.tracks import U8

_STRANGE = 1.5
"""A palette is kept until its error for a picture is so many times that for the one it was chosen by."""
_STRANGE_AT_LEAST = 2.0


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Strips of equal length. `first` is to be written to the terminal before they are, `last` after them where they begin."""

    strips: list[Strip]
    first: str = ""
    last: str = ""


class Pen(Protocol):
    """Draws one picture after the other at the same place."""

    def draw(self, picture_HW3: U8, cells: tuple[int, int], style: Style) -> Drawn:
        """A picture in at most so many (columns, rows) of cells; where it leaves cells open, they have a style."""

    def end(self) -> str:
        """What is to be written when the last picture is no longer shown."""


class Blocks:
    """Half blocks, or shades where there is no colour."""

    def __init__(self, graphics: Graphics, *, grey: bool = False) -> None:
        self._graphics, self._paint = graphics, shades if grey else half_blocks

    def draw(self, picture_HW3: U8, cells: tuple[int, int], style: Style) -> Drawn:  # noqa: ARG002 - all cells are full
        """See `Pen`."""
        return Drawn(strips=self._paint(picture_HW3, *fitted(_size(picture_HW3), cells, self._graphics.aspect)))

    def end(self) -> str:
        """See `Pen`."""
        return ""


class Kitty:
    """Pictures that are sent under two numbers in turn, so that one is there until its cells name the next."""

    def __init__(self, graphics: Graphics) -> None:
        self._graphics = graphics
        self._numbers: list[int] = []

    def draw(self, picture_HW3: U8, cells: tuple[int, int], style: Style) -> Drawn:
        """See `Pen`."""
        self._numbers = self._numbers[::-1] if self._numbers else [kitty.new_number(), kitty.new_number()]
        cells = min(cells[0], kitty.MOST), min(cells[1], kitty.MOST)
        columns, rows = fitted(_size(picture_HW3), cells, self._graphics.aspect)
        width, height = self._graphics.cell_px
        picture_HW3 = _at_most(picture_HW3, columns * width, rows * height)
        sent = kitty.transmission(picture_HW3, self._numbers[0], columns, rows)
        return Drawn(strips=kitty.placeholders(self._numbers[0], columns, rows, style), first=sent)

    def end(self) -> str:
        """See `Pen`."""
        gone, self._numbers = self._numbers, []
        return "".join(map(kitty.deletion, gone))


class Sixel:
    """Pictures of the size of their cells, in colours that are kept from one to the next."""

    def __init__(self, graphics: Graphics) -> None:
        self._graphics = graphics
        self._palette: sixel.Palette | None = None
        self._error = 0.0

    def draw(self, picture_HW3: U8, cells: tuple[int, int], style: Style) -> Drawn:
        """See `Pen`."""
        width, height = sixel_size(_size(picture_HW3), cells, self._graphics.cell_px)
        picture_HW3 = _scaled(picture_HW3, width, height)
        columns, rows = -(-width // self._graphics.cell_px[0]), -(-height // self._graphics.cell_px[1])
        return Drawn(strips=[Strip.blank(columns, style)] * rows, last=sixel.sixels(picture_HW3, self._colours(picture_HW3)))

    def end(self) -> str:
        """See `Pen`."""
        return ""

    def _colours(self, picture_HW3: U8) -> sixel.Palette:
        if self._palette is None or self._palette.error(picture_HW3) > _STRANGE * self._error + _STRANGE_AT_LEAST:
            self._palette = sixel.palette_of(picture_HW3)
            self._error = self._palette.error(picture_HW3)
        return self._palette


def sixel_size(size_px: tuple[int, int], cells: tuple[int, int], cell_px: tuple[int, int]) -> tuple[int, int]:
    """Width and height in pixels of a picture of `size_px` in cells: its shape, whole bands, no more than can be drawn."""
    (width, height), (columns, rows) = size_px, cells
    scale = min(columns * cell_px[0] / width, rows * cell_px[1] / height, sixel.MOST_PX / max(width, height))
    wide, high = max(1, int(width * scale + 1e-6)), max(1, int(height * scale + 1e-6))
    return wide, max(high - high % sixel.BAND, min(high, sixel.BAND))


def _size(picture_HW3: U8) -> tuple[int, int]:
    return picture_HW3.shape[1], picture_HW3.shape[0]


def _at_most(picture_HW3: U8, width: int, height: int) -> U8:
    """A picture that is no larger than it is shown."""
    wide, high = _size(picture_HW3)
    share = min(1.0, width / wide, height / high)
    return _scaled(picture_HW3, max(1, round(wide * share)), max(1, round(high * share)))


def _scaled(picture_HW3: U8, width: int, height: int) -> U8:
    if _size(picture_HW3) == (width, height):
        return picture_HW3
    image = Image.fromarray(np.ascontiguousarray(picture_HW3))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
