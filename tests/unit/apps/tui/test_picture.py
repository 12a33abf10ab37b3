"""Pictures of characters keep shape and colours."""

import asyncio

import numpy as np
import pytest
from textual.app import App

from emostage.apps.tui.graphics.blocks import RAMP, fitted, half_blocks, shades
from emostage.apps.tui.picture import Picture


def test_the_shape_stays():
    assert fitted((100, 100), (64, 32)) == (64, 32)
    assert fitted((200, 100), (64, 32)) == (64, 16)
    assert fitted((100, 200), (64, 32)) == (32, 32)
    assert fitted((10_000, 1), (20, 5)) == (20, 1)


def test_half_blocks_hold_two_pixels_each():
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[:2] = (255, 0, 0)
    picture[2:] = (0, 0, 203)
    (strip,) = half_blocks(picture, 2, 1)
    assert strip.text == "▀▀" and strip.cell_length == 2
    (segment,) = list(strip)
    assert segment.style.color.triplet == (255, 0, 0)
    assert segment.style.bgcolor.triplet == (0, 0, 203)


def test_shades_go_from_dark_to_light():
    picture = np.repeat(np.linspace(20, 200, 10).astype(np.uint8)[None, :, None], 3, axis=2).repeat(4, axis=0)
    strips = shades(picture, 10, 2)
    assert [strip.text for strip in strips] == [RAMP, RAMP]
    assert shades(np.full((4, 4, 3), 7, np.uint8), 3, 1)[0].text == "   "


@pytest.mark.parametrize("grey", [False, True])
def test_the_widget_shows_a_picture_and_then_another(grey, monkeypatch):
    if grey:
        monkeypatch.setenv("NO_COLOR", "1")

    class Show(App):
        def compose(self):
            yield Picture(note="no picture yet")

    async def go():
        app = Show()
        async with app.run_test(size=(20, 10)) as pilot:
            widget = app.query_one(Picture)
            assert "no picture yet" in "".join(widget.render_line(y).text for y in range(10))
            picture = np.zeros((40, 40, 3), np.uint8)
            picture[:, 20:] = 250
            widget.show(picture)
            await pilot.pause()
            rows = [widget.render_line(y) for y in range(10)]
            assert {row.cell_length for row in rows} == {20}
            assert rows[0].text == (" " * 10 + "@" * 10 if grey else "▀" * 20)
            assert rows[0] is widget.render_line(0)
            widget.show(None)
            assert widget.render_line(0).text.strip() == ""
            with pytest.raises(ValueError, match="cannot be shown"):
                widget.show(np.zeros((4, 4), np.uint8))

    asyncio.run(go())
