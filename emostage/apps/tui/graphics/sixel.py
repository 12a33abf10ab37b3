"""Pictures as sixels: bands of six rows, each painted in one colour after the other (VT330/VT340 Programmer Reference, ch. 14).

A picture is drawn in at most 256 colours of its own. Between them it is dithered by a fixed pattern, so that what keeps still from
frame to frame keeps its pixels, and palettes are kept as long as they fit. H rows, W columns, P colours, N painted columns of
bands, R runs of them that are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emostage.core.tracks import U8

BAND = 6
"""Rows of a band."""
COLOURS = 255
MOST_PX = 512
"""Most rows, and most columns, of a picture."""
_BITS = 5
"""Of every channel, by which the nearest colour is looked up."""
_SPREAD = 5.0
"""How far the pattern moves a value at most, of 255, to either side."""
_SAMPLE_PX = 96
"""A palette is chosen by a picture of this size."""
_PERCENT = 100

I32 = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Palette:
    """Colours (P, 3) in bytes, each of which is a whole percentage, as terminals are told; `nearest_L` is the colour of every cell
    of a grid of 32 steps a channel."""

    colours_P3: U8
    nearest_L: U8

    @property
    def told(self) -> str:
        """The colours, as a terminal is told."""
        percents = np.rint(self.colours_P3 / 255.0 * _PERCENT).astype(int).tolist()
        return "".join(f"#{number};2;{r};{g};{b}" for number, (r, g, b) in enumerate(percents))

    def error(self, picture_HW3: U8) -> float:
        """How far the colours are from those of a picture: the root of the mean square, in bytes."""
        sample = _sample(picture_HW3)
        off = sample.astype(np.float32) - self.colours_P3[self.nearest_L[_cells(sample)]]
        return float(np.sqrt(np.mean(off * off)))


def palette_of(picture_HW3: U8) -> Palette:
    """Colours for a picture and those like it."""
    image = Image.fromarray(_sample(picture_HW3)).quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=3)
    used = np.unique(np.asarray(image))
    colours_P3 = np.array(image.getpalette(), np.float64).reshape(-1, 3)[used]
    percents_P3 = np.unique(np.rint(colours_P3 * (_PERCENT / 255.0)), axis=0)
    colours_P3 = np.rint(percents_P3 * (255.0 / _PERCENT))
    steps = (np.arange(1 << _BITS) + 0.5) * (256 >> _BITS)
    grid_L3 = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    colours_P3 = colours_P3.astype(np.float32)
    distance_LP = (colours_P3**2).sum(axis=1) - 2.0 * (grid_L3.astype(np.float32) @ colours_P3.T)
    return Palette(colours_P3=colours_P3.astype(np.uint8), nearest_L=distance_LP.argmin(axis=1).astype(np.uint8))


def indices(picture_HW3: U8, palette: Palette) -> U8:
    """The number of a colour for every pixel (H, W)."""
    height, width = picture_HW3.shape[:2]
    pattern_HW1 = _pattern(height, width)[:, :, None]
    values = np.clip(picture_HW3.astype(np.int16) + pattern_HW1, 0, 255).astype(np.uint8)
    return palette.nearest_L[_cells(values)]


def sixels(picture_HW3: U8, palette: Palette) -> str:
    """A picture as what draws it where the cursor is, and moves the cursor. Raises ValueError for one that is too large."""
    height, width = picture_HW3.shape[:2]
    if min(height, width) < 1 or max(height, width) > MOST_PX:
        raise ValueError(f"a picture of {width}x{height} is none for sixels")
    return f'\x1bP0;1q"1;1;{width};{height}{palette.told}{_bands(indices(picture_HW3, palette)).decode("ascii")}\x1b\\'


def _bands(index_HW: U8) -> bytes:
    """Every band, colour by colour, as runs of columns."""
    band_N, colour_N, column_N, bits_N = _columns(index_HW)
    first_N = np.empty(len(band_N), bool)
    first_N[0] = True
    first_N[1:] = (band_N[1:] != band_N[:-1]) | (colour_N[1:] != colour_N[:-1])
    after_N = np.empty(len(band_N), np.int32)
    after_N[0] = 0
    after_N[1:] = column_N[:-1] + 1
    gap_N = column_N - np.where(first_N, 0, after_N)
    begins_N = first_N | (gap_N > 0)
    begins_N[1:] |= bits_N[1:] != bits_N[:-1]
    start_R = np.flatnonzero(begins_N)
    length_R = np.diff(start_R, append=len(band_N))
    new_R = first_N[start_R]
    down_R = np.diff(band_N[start_R], prepend=0)
    fields = np.zeros((len(start_R), 16), np.uint8)
    fields[:, 0] = np.where(new_R, np.where(down_R > 0, ord("-"), ord("$")), 0)
    fields[0, 0] = 0
    fields[:, 1:5] = _numbers()[np.where(new_R, colour_N[start_R], COLOURS + 1)]
    fields[:, 5:10] = _runs(ord("?"))[gap_N[start_R]]
    value_R = bits_N[start_R] + ord("?")
    runs_R5 = _runs(0)[length_R]
    fields[:, 10:15] = np.where(runs_R5 == 1, value_R[:, None], runs_R5)
    return fields[fields > 0].tobytes()


def _columns(index_HW: U8) -> tuple[I32, I32, I32, U8]:
    """Columns of bands that have pixels of a colour, ordered by band, colour and place: band, colour, column, and the bits of
    the pixels, the lowest of which is the topmost one."""
    height, width = index_HW.shape
    row_H, column_W = np.arange(height, dtype=np.int32), np.arange(width, dtype=np.int32)
    key = (row_H // BAND << 21)[:, None] | index_HW.astype(np.int32) << 13 | (column_W << 3)[None] | (row_H % BAND)[:, None]
    key = np.sort(key, axis=None)
    place = key >> 3
    start = np.flatnonzero(np.diff(place, prepend=-1))
    bits = np.add.reduceat(np.left_shift(1, key & 7), start).astype(np.uint8)
    place = place[start]
    return place >> 18, place >> 10 & 0xFF, place & 0x3FF, bits


@cache
def _numbers() -> U8:
    """What names a colour, padded by zeros; the last one is none."""
    return _padded([f"#{number}" for number in range(COLOURS + 1)] + [""], 4)


@cache
def _runs(value: int) -> U8:
    """What repeats a value so many times, padded by zeros; for no value, a one stands for it."""
    char = chr(value or 1)
    return _padded([char * times if times < 4 else f"!{times}{char}" for times in range(MOST_PX + 1)], 5)


def _padded(texts: list[str], width: int) -> U8:
    return np.frombuffer(b"".join(text.encode("ascii").ljust(width, b"\0") for text in texts), np.uint8).reshape(-1, width)


@cache
def _square() -> NDArray[np.int16]:
    """Bayer's pattern of 8 x 8 steps, from -`_SPREAD` to `_SPREAD`."""
    square = np.zeros((1, 1))
    for _ in range(3):
        square = np.block([[4 * square, 4 * square + 2], [4 * square + 3, 4 * square + 1]])
    pattern: NDArray[np.int16] = np.rint(((square + 0.5) / 64 - 0.5) * 2 * _SPREAD).astype(np.int16)
    return pattern


def _pattern(height: int, width: int) -> NDArray[np.int16]:
    return np.tile(_square(), (-(-height // 8), -(-width // 8)))[:height, :width]


def _cells(picture: U8) -> I32:
    """Where colours are looked up."""
    step = picture.astype(np.int32) >> (8 - _BITS)
    return step[..., 0] << 2 * _BITS | step[..., 1] << _BITS | step[..., 2]


def _sample(picture_HW3: U8) -> U8:
    height, width = picture_HW3.shape[:2]
    step = max(1, -(-max(height, width) // _SAMPLE_PX))
    return np.ascontiguousarray(picture_HW3[::step, ::step])
