"""Pictures made of characters: two pixels in every cell of a terminal, or shades of grey where there is no colour.

Half blocks (`▀`, upper pixel over lower) show in every terminal, through tmux and ssh, and are painted by whoever paints the rest,
so that nothing is left over when something covers them. H rows and W columns of pixels.
"""

from __future__ import annotations

from functools import lru_cache
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

RAMP = " .:-=+*#%@"
"""Characters from dark to light."""
CELL_ASPECT = 2.0
"""Height of a cell of a terminal over its width."""

U8 = NDArray[np.uint8]

_STEPS: U8 = np.array([value & 0xFC | value >> 6 for value in range(256)], np.uint8)
"""Values in 64 steps from 0 to 255."""


def fitted(size_px: tuple[int, int], cells: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of cells, at most `cells`, that keep the shape of a picture of `size_px` (width, height)."""
    (width, height), (columns, rows) = size_px, cells
    scale = min(columns / width, rows * CELL_ASPECT / height)
    return max(1, min(columns, round(width * scale))), max(1, min(rows, round(height * scale / CELL_ASPECT)))


def half_blocks(picture_HW3: U8, columns: int, rows: int) -> list[Strip]:
    """A picture as `rows` strips of `columns` half blocks; every pixel is the mean of what it covers, in 64 steps of each colour,
    so that pictures after one another share theirs."""
    pixels = resized(picture_HW3, columns, 2 * rows)
    pixels = _STEPS[pixels]
    return [_colour_strip(pixels[2 * row], pixels[2 * row + 1]) for row in range(rows)]


def shades(picture_HW3: U8, columns: int, rows: int) -> list[Strip]:
    """A picture as `rows` strips of `columns` characters from dark to light, stretched over what light there is."""
    luma = resized(picture_HW3, columns, rows) @ np.array([0.2126, 0.7152, 0.0722])
    low, high = np.percentile(luma, [2, 98])
    level = np.clip((luma - low) / max(high - low, 1.0), 0, 1) * (len(RAMP) - 1)
    index = level.round().astype(int)
    return [Strip([Segment("".join(RAMP[i] for i in row), Style.null())], columns) for row in index]


def resized(picture_HW3: U8, width: int, height: int) -> U8:
    """A picture of another size, by the mean of the areas."""
    image = Image.fromarray(np.ascontiguousarray(picture_HW3[..., :3]))
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


def _colour_strip(top_W3: U8, bottom_W3: U8) -> Strip:
    segments: list[Segment] = []
    last, run = None, 0
    for cell in zip(map(tuple, top_W3.tolist()), map(tuple, bottom_W3.tolist()), strict=True):
        if cell == last:
            run += 1
            continue
        if last is not None:
            segments.append(Segment("▀" * run, _style(last)))
        last, run = cell, 1
    if last is not None:
        segments.append(Segment("▀" * run, _style(last)))
    return Strip(segments, len(top_W3))


@lru_cache(maxsize=65536)
def _style(cell: tuple[tuple[int, int, int], tuple[int, int, int]]) -> Style:
    top, bottom = cell
    return Style.from_color(_colour(top), _colour(bottom))


@lru_cache(maxsize=65536)
def _colour(rgb: tuple[int, int, int]) -> Color:
    return Color("", ColorType.TRUECOLOR, None, ColorTriplet(*rgb))  # what names it is slow and never asked for


class Picture(Widget):
    """A picture, as large as its shape allows, in the middle of its place; `note` stands there while there is none."""

    DEFAULT_CSS = "Picture { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None, note: str = "", enabled: bool = True) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._picture: U8 | None = None
        self._note, self._enabled = note, enabled
        self._made: tuple[Size, bool, tuple[Strip, ...]] | None = None

    def show(self, picture_HW3: U8 | None, note: str = "") -> None:
        """Show another picture (H, W, 3) of bytes, or none, and a note in its stead. Raises ValueError for another shape."""
        if picture_HW3 is not None and (picture_HW3.ndim != 3 or picture_HW3.shape[2] != 3 or picture_HW3.dtype != np.uint8):
            raise ValueError(f"a picture of {picture_HW3.dtype} {picture_HW3.shape} cannot be shown")
        if picture_HW3 is self._picture and note == self._note:
            return
        self._picture, self._note, self._made = picture_HW3, note, None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """A row of cells."""
        strips = self._strips()
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.rich_style)

    def _strips(self) -> tuple[Strip, ...]:
        grey = bool(self.app.no_color)
        if self._made is None or self._made[:2] != (self.size, grey):
            self._made = (self.size, grey, self._painted(grey))
        return self._made[2]

    def _painted(self, grey: bool) -> tuple[Strip, ...]:
        columns, rows = self.size
        if not columns or not rows:
            return ()
        if self._picture is None or not self._enabled or not self._picture.size:
            lines = wrap(self._note, columns)[:rows]
            return self._framed([Strip([Segment(line, self.rich_style)]) for line in lines], columns, rows)
        height, width = self._picture.shape[:2]
        place = fitted((width, height), (columns, rows))
        return self._framed((shades if grey else half_blocks)(self._picture, *place), columns, rows)

    def _framed(self, strips: list[Strip], columns: int, rows: int) -> tuple[Strip, ...]:
        """Strips in the middle of the widget."""
        blank = Strip.blank(columns, self.rich_style)
        above = (rows - len(strips)) // 2
        framed = []
        for strip in strips:
            left = (columns - strip.cell_length) // 2
            right = columns - left - strip.cell_length
            framed.append(Strip.join([Strip.blank(left, self.rich_style), strip, Strip.blank(right, self.rich_style)]))
        return (*[blank] * above, *framed, *[blank] * (rows - above - len(strips)))
