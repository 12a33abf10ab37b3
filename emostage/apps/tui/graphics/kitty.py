"""Pictures by kitty's graphics protocol, at places that are text.

The picture is sent once under a number; cells of U+10EEEE whose colour is that number, and whose accents are their row and column
in it, show it (https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders). So it goes wherever its cells go, and
what is painted over them covers it. The terminal scales it to the cells.
"""

from __future__ import annotations

import os
import zlib
from base64 import standard_b64encode
from itertools import count

import numpy as np
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from emostage.core.tracks import U8

PLACEHOLDER = "\U0010eeee"
ACCENTS = "".join(
    map(
        chr,
        (
            0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F, 0x346, 0x34A, 0x34B, 0x34C, 0x350, 0x351, 0x352, 0x357, 0x35B,
            *range(0x363, 0x370), *range(0x483, 0x488), *range(0x592, 0x596), *range(0x597, 0x59A), *range(0x59C, 0x5A2),
            0x5A8, 0x5A9, 0x5AB, 0x5AC, 0x5AF, 0x5C4, *range(0x610, 0x618), *range(0x657, 0x65C), 0x65D, 0x65E,
            *range(0x6D6, 0x6DD), *range(0x6DF, 0x6E3), 0x6E4, 0x6E7, 0x6E8, 0x6EB, 0x6EC, 0x730, 0x732, 0x733, 0x735, 0x736,
            0x73A, 0x73D, 0x73F, 0x740, 0x741, 0x743, 0x745, 0x747, 0x749, 0x74A, *range(0x7EB, 0x7F2), 0x7F3,
            *range(0x816, 0x81A), *range(0x81B, 0x824), *range(0x825, 0x828), *range(0x829, 0x82E),
        ),
    )
)  # fmt: skip
"""Accents that stand for 0, 1, 2, ... (kitty's rowcolumn-diacritics.txt, its first ones)."""
MOST = len(ACCENTS)
"""Most rows, and most columns, of a picture."""
_CHUNK = 4096
_LEVEL = 1
"""Of zlib: local terminals are fast, and fingers do not wait."""
_numbers = count(1)


def new_number() -> int:
    """A number for a picture, of 24 bits, that other editors in the same terminal do not use."""
    return (os.getpid() << 8 | next(_numbers) & 0xFF) & 0xFFFFFF or 1


def transmission(picture_HW3: U8, number: int, columns: int, rows: int) -> str:
    """What sends a picture to the terminal, in the stead of what had its number, to be shown by placeholders of that size."""
    height, width = picture_HW3.shape[:2]
    data = standard_b64encode(zlib.compress(np.ascontiguousarray(picture_HW3).tobytes(), _LEVEL)).decode("ascii")
    chunks = [data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK)]
    keys = [f"a=t,f=24,o=z,s={width},v={height},i={number},q=2,"] + [""] * (len(chunks) - 1)
    more = [1] * (len(chunks) - 1) + [0]
    sent = "".join(f"\x1b_G{key}m={flag};{chunk}\x1b\\" for key, flag, chunk in zip(keys, more, chunks, strict=True))
    return f"{sent}\x1b_Ga=p,U=1,i={number},c={columns},r={rows},q=2\x1b\\"


def deletion(number: int) -> str:
    """What makes the terminal forget a picture."""
    return f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\"


def placeholders(number: int, columns: int, rows: int, style: Style) -> list[Strip]:
    """`rows` strips of `columns` cells that show a picture; every cell tells its place, so that they can be cut anywhere."""
    colour = Style.from_color(Color.from_rgb(number >> 16, number >> 8 & 0xFF, number & 0xFF), style.bgcolor)
    return [
        Strip([Segment("".join(PLACEHOLDER + ACCENTS[row] + ACCENTS[column] for column in range(columns)), colour)], columns)
        for row in range(rows)
    ]
