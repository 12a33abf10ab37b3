"""Pictures made of characters: two pixels in every cell of a terminal, or shades of grey where there is no colour.

Half blocks (`▀`, upper pixel over lower) show in every terminal, through tmux and ssh, and are painted by whoever paints the rest,
so that nothing is left over when something covers them. H rows and W columns of pixels.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from emostage.core.tracks import U8

RAMP = " .:-=+*#%@"
"""Characters from dark to light."""

_STEPS: U8 = np.array([value & 0xFC | value >> 6 for value in range(256)], np.uint8)
"""Values in 64 steps from 0 to 255."""


def fitted(size_px: tuple[int, int], cells: tuple[int, int], aspect: float = 2.0) -> tuple[int, int]:
    """Columns and rows of cells, at most `cells`, that keep the shape of a picture of `size_px` (width, height); `aspect` is the
    height of a cell over its width."""
    (width, height), (columns, rows) = size_px, cells
    scale = min(columns / width, rows * aspect / height)
    return max(1, min(columns, round(width * scale))), max(1, min(rows, round(height * scale / aspect)))


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
