"""The playhead in a row: it is seen in every cell, whatever stands there."""

from __future__ import annotations

from rich.style import Style

from emostage.apps.tui.colours import PLAYHEAD
from emostage.apps.tui.view.canvas import Canvas

_HEAD, _LINE, _FULL = "▼", "┃", "█"


def crossed(row: Canvas, column: int, *, head: bool = False) -> Canvas:
    """A row with the playhead in a column, its head in the ruler: the row itself where that is not seen. Behind a full block
    nothing could be seen, so there it is a line; in what is the other way round it is the right way round."""
    if not 0 <= column < row.width:
        return row
    out = row.copied()
    character, style = out.characters[column], out.styles[column]
    if head:
        out.put(column, _HEAD, PLAYHEAD)
    elif character == _FULL:
        out.put(column, _LINE, style + Style(reverse=True, dim=False))
    else:
        out.restyle([column], PLAYHEAD + Style(reverse=False) if style.reverse else PLAYHEAD)
    return out
