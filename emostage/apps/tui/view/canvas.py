"""A row of terminal cells to write on: characters of two cells never shift what stands behind them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from emostage.apps.tui.colours import PLAIN

_SECOND = ""
"""The second cell of a wide character."""
_JOINED = frozenset(map(chr, (*range(0x1F3FB, 0x1F400), *range(0x1F1E6, 0x1F200))))
"""What only changes the character before it, in as many ways as there are terminals: tones of skin, and the letters of flags."""


class Canvas:
    """`width` cells, each with a character and a style."""

    def __init__(self, width: int, fill: str = " ", style: Style = PLAIN) -> None:
        self.width = width
        self.characters = [fill] * width
        self.styles = [style] * width

    def put(self, column: int, text: str, style: Style = PLAIN, *, until: int | None = None) -> int:
        """Write text from a column on, as far as it goes (before `until`); gives the column behind it."""
        limit = self.width if until is None else min(until, self.width)
        if _is_narrow(text) and _SECOND not in self.characters[max(column, 0) : max(column, 0) + len(text) + 1]:
            shown = text[max(-column, 0) : max(limit - column, 0)]
            first = max(column, 0)
            self.characters[first : first + len(shown)] = shown
            self.styles[first : first + len(shown)] = [style] * len(shown)
            return min(column + len(text), max(limit, column))
        for char in unicodedata.normalize("NFC", text):
            cells = cell_len(char)
            if cells == 0 or char in _JOINED:
                continue
            if column + cells > limit:
                break
            if column >= 0:
                self._set(column, char, style)
                if cells == 2:
                    self._set(column + 1, _SECOND, style)
            column += cells
        return column

    def fitted(self, column: int, text: str, room: int, style: Style = PLAIN) -> None:
        """Write text into `room` cells, cut with an ellipsis where it is longer."""
        if room <= 0:
            return
        if cell_len(text) > room:
            cut, used = "", 0
            for char in text:
                if used + cell_len(char) > room - 1:
                    break
                cut, used = cut + char, used + cell_len(char)
            text = cut + "…" if room > 1 else cut or text[:1]
        self.put(column, text, style, until=column + room)

    def restyle(self, columns: Sequence[int], style: Style) -> None:
        """Lay a style over cells; over all of a wide character."""
        for column in columns:
            if 0 <= column < self.width:
                self.styles[column] = self.styles[column] + style
                if self.characters[column] == _SECOND and column and column - 1 not in columns:
                    self.styles[column - 1] = self.styles[column - 1] + style

    def copied(self) -> Canvas:
        """Another row with the same in it."""
        out = Canvas(0)
        out.width, out.characters, out.styles = self.width, list(self.characters), list(self.styles)
        return out

    def strip(self, look: Callable[[Style], Style] | None = None) -> Strip:
        """The row, with each style as it looks."""
        cells = zip(self.characters, self.styles, strict=True)
        groups = groupby(cells, key=itemgetter(1))
        segments = [Segment("".join([char for char, _ in group]), look(style) if look else style) for style, group in groups]
        return Strip(segments, self.width)

    def text(self) -> str:
        """The characters alone."""
        return "".join(self.characters)

    def _set(self, column: int, char: str, style: Style) -> None:
        if self.characters[column] == _SECOND and char != _SECOND and column > 0:
            self.characters[column - 1] = " "  # half of a wide character is overwritten
        after = column + 1
        if after < self.width and self.characters[after] == _SECOND and cell_len(self.characters[column]) == 2:
            self.characters[after] = " "
        self.characters[column], self.styles[column] = char, style


@lru_cache(maxsize=4096)
def _is_narrow(text: str) -> bool:
    """Whether every character of a text is one cell."""
    return text.isascii() or all(cell_len(char) == 1 and char not in _JOINED for char in text)
