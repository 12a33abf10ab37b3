"""The playhead over whatever stands in a row."""

from __future__ import annotations

import pytest
from rich.style import Style

from emostage.apps.tui.colours import PICKED, PLAYHEAD
from emostage.apps.tui.view.canvas import Canvas
from emostage.apps.tui.view.playhead import crossed


@pytest.mark.parametrize("text", [" ", "─", "▅", "█", "a", "你"])
@pytest.mark.parametrize("style", [Style(), Style(color="#f2c14e"), Style(color="#f2c14e", dim=True), PICKED])
def test_it_is_seen_whatever_is_there_and_the_row_stays_as_it_was(text: str, style: Style) -> None:
    row = Canvas(4)
    row.put(1, text, style)
    before = (list(row.characters), list(row.styles))
    out = crossed(row, 1)
    assert (row.characters, row.styles) == before
    assert out.strip().cell_length == 4
    told = out.styles[1]
    line = out.characters[1] == "┃"
    assert line == (text == "█")
    assert told.reverse if line else told.bgcolor == PLAYHEAD.bgcolor and not told.reverse


def test_outside_of_a_row_there_is_none_and_the_ruler_has_its_head() -> None:
    row = Canvas(4)
    assert crossed(row, -1) is row and crossed(row, 4) is row
    assert crossed(row, 3, head=True).text() == "   ▼"
