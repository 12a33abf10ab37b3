"""Pens keep the shape, the colours, and no more than they need."""

from __future__ import annotations

import numpy as np
import pytest
from rich.style import Style

from emostage.apps.tui.graphics.kind import Graphics
from emostage.apps.tui.graphics.kitty import MOST
from emostage.apps.tui.graphics.pens import Blocks, Kitty, Sixel, sixel_size
from emostage.apps.tui.graphics.sixel import MOST_PX

STYLE = Style(bgcolor="#101010")


def slope(height: int, width: int, up: int = 0) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 200 // width + up, y * 200 // height, (x + y) % 50 + 100], axis=-1).astype(np.uint8)


@pytest.mark.parametrize(
    ("cell_px", "cells", "expected"),
    [
        ((10, 20), (30, 10), (200, 198)),
        ((10, 20), (10, 10), (100, 96)),
        ((8, 18), (80, 40), (512, 510)),
        ((10, 20), (1, 1), (10, 6)),
    ],
)  # fmt: skip
def test_sixels_keep_the_shape_in_whole_bands(cell_px, cells, expected):
    assert sixel_size((320, 320), cells, cell_px) == expected


@pytest.mark.parametrize("size_px", [(1, 1), (1, 4000), (4000, 1), (320, 200), (5, 5)])
@pytest.mark.parametrize("cells", [(1, 1), (44, 18), (3, 30), (200, 3)])
def test_sixels_never_leave_their_cells(size_px, cells):
    for cell_px in [(10, 20), (7, 15), (20, 41), (2, 4)]:
        wide, high = sixel_size(size_px, cells, cell_px)
        assert 0 < wide <= min(MOST_PX, cells[0] * cell_px[0]) and 0 < high <= min(MOST_PX, cells[1] * cell_px[1])


def test_sixels_are_drawn_on_blank_cells_and_keep_their_colours(sixels_of):
    pen = Sixel(Graphics(kind="sixel", cell_px=(10, 20)))
    drawn = pen.draw(slope(100, 100), (30, 10), STYLE)
    assert {strip.text for strip in drawn.strips} == {" " * 20} and len(drawn.strips) == 10 and not drawn.first
    ((_, _, seen),) = sixels_of(drawn.last.encode("ascii"))
    assert seen.shape == (198, 200, 3)
    assert np.corrcoef(seen[::2, ::2].ravel(), slope(99, 100).ravel())[0, 1] > 0.98
    palette = pen._palette
    pen.draw(slope(100, 100, 3), (30, 10), STYLE)
    assert pen._palette is palette
    pen.draw(255 - slope(100, 100), (30, 10), STYLE)
    assert pen._palette is not palette


def test_kitty_has_two_numbers_and_scales_up_itself(kitty_of):
    pen = Kitty(Graphics(kind="kitty", cell_px=(10, 20)))
    written, numbers = "", []
    for up in range(4):
        drawn = pen.draw(slope(60, 60, up), (30, 10), STYLE)
        assert [strip.cell_length for strip in drawn.strips] == [20] * 10 and not drawn.last
        written += drawn.first
        red, green, blue = next(iter(drawn.strips[0])).style.color.triplet
        numbers.append(red << 16 | green << 8 | blue)
    seen = kitty_of(written.encode("ascii"))
    assert numbers == [number for number, _ in seen.all] and numbers[0] == numbers[2] != numbers[1] == numbers[3]
    assert set(seen.places.values()) == {(20, 10)}
    assert (seen.pictures[numbers[3]] == slope(60, 60, 3)).all()
    assert not kitty_of((written + pen.end()).encode("ascii")).pictures
    assert pen.end() == ""


def test_kitty_is_sent_no_more_than_is_seen(kitty_of):
    pen = Kitty(Graphics(kind="kitty", cell_px=(9, 18)))
    ((_, picture),) = kitty_of(pen.draw(slope(512, 512), (20, 9), STYLE).first.encode("ascii")).all
    assert picture.shape == (162, 162, 3)
    drawn = pen.draw(slope(4, 900), (900, 400), STYLE)
    assert drawn.strips[0].cell_length == MOST


def test_blocks_know_the_shape_of_cells():
    picture = slope(100, 100)
    assert len(Blocks(Graphics()).draw(picture, (40, 40), STYLE).strips) == 20
    assert len(Blocks(Graphics(cell_px=(10, 16))).draw(picture, (40, 40), STYLE).strips) == 25
    assert Blocks(Graphics(), grey=True).draw(picture, (4, 2), STYLE).strips[0].text.isprintable()
