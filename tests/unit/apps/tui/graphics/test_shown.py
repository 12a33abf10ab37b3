"""What is on a terminal after a picture was shown, covered, uncovered, replaced and taken away."""

from __future__ import annotations

import asyncio
import re

import numpy as np
import pytest
from textual.app import App
from textual.containers import Horizontal
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import ModalScreen
from textual.widgets import Static

from emostage.apps.tui.graphics.kind import Graphics
from emostage.apps.tui.graphics.kitty import ACCENTS, PLACEHOLDER
from emostage.apps.tui.picture import Picture

CELL_PX = (10, 20)
SIZE = (60, 16)
WIDE, HIGH = 24, 12
_TOKEN = re.compile(
    r"\x1b\[(?P<y>\d+);(?P<x>\d+)H|\x1bP[\d;]*q\"1;1;(?P<width>\d+);(?P<height>\d+)[^\x1b]*\x1b\\|\x1b(?P<keep>[78])"
    r"|\x1b\[(?P<sgr>[\d;]*)m|\x1b_[^\x1b]*\x1b\\|\x1b[\[\]][^a-zA-Z]*[a-zA-Z]|(?P<new>\n)|(?P<text>[^\x1b\n][\u0300-\u0f87]*)"
)


class Screenful:
    """A terminal's cells: each holds text and its colour, or the number of the sixel that was drawn on it last."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], object] = {}
        self.written = ""
        self.sixels = 0

    def take(self) -> None:
        """What was written is shown."""
        written, self.written = self.written, ""
        x = y = at = 0
        kept, colour = (0, 0), ""
        while at < len(written):
            found = _TOKEN.match(written, at)
            assert found, repr(written[at : at + 40])
            at = found.end()
            if found["y"]:
                x, y = int(found["x"]) - 1, int(found["y"]) - 1
            elif found["width"]:
                self.sixels += 1
                for row in range(-(-int(found["height"]) // CELL_PX[1])):
                    for column in range(-(-int(found["width"]) // CELL_PX[0])):
                        self.cells[x + column, y + row] = self.sixels
                x, y = 99, 99
            elif found["keep"]:
                kept, (x, y) = ((x, y), (x, y)) if found["keep"] == "7" else (kept, kept)
            elif found["sgr"] is not None:
                colour = found["sgr"]
            elif found["new"]:
                y += 1
            elif found["text"]:
                self.cells[x, y] = found["text"], colour
                x += 1

    def seen(self, region) -> set[object]:  # type: ignore[no-untyped-def]
        """The sixels, characters, and kitty's colours that are in a region."""
        self.take()
        out: set[object] = set()
        for x, y in ((x, y) for y in range(region.y, region.bottom) for x in range(region.x, region.right)):
            cell = self.cells[x, y]
            if isinstance(cell, tuple):
                text, colour = cell
                if text.startswith(PLACEHOLDER):
                    out.add(colour.split(";48")[0])
                    assert text == PLACEHOLDER + ACCENTS[y - region.y] + ACCENTS[x - region.x]
                else:
                    out.add(text)
            else:
                out.add(cell)
        return out


class Dialog(ModalScreen[None]):
    """Something in front."""

    DEFAULT_CSS = "Dialog Static { width: 10; height: 3; background: red; }"

    def compose(self):  # type: ignore[no-untyped-def]
        yield Static("a dialog")


class Show(App[None]):
    CSS = f"#picture {{ width: {WIDE}; height: {HIGH}; }} #row {{ height: {HIGH}; }}"

    def __init__(self, graphics: Graphics, terminal: Screenful) -> None:
        class Driver(HeadlessDriver):
            is_headless = False

            def write(self, data: str) -> None:
                terminal.written += data

        super().__init__(driver_class=Driver)
        self._given = graphics
        self.picture = Picture(id="picture", note="nothing", graphics=graphics)

    def compose(self):  # type: ignore[no-untyped-def]
        with Horizontal(id="row"):
            yield self.picture
            yield Static("beside")
        yield Static("below", id="below")


def picture(shift: int = 0) -> np.ndarray:
    y, x = np.mgrid[:120, :120]
    return np.stack([x + shift, y, (x + y) // 2], axis=-1).astype(np.uint8)


@pytest.fixture
def showing(monkeypatch):  # type: ignore[no-untyped-def]
    """Runs a story at a terminal of a kind: (app, pilot, terminal)."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")

    def run(kind, story, **environment):  # type: ignore[no-untyped-def]
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        terminal = Screenful()
        app = Show(Graphics(kind=kind, cell_px=CELL_PX), terminal)

        async def pilot_it(pilot):  # type: ignore[no-untyped-def]
            try:
                await settled(pilot)
                await story(app, pilot, terminal)
            finally:
                app.exit()

        asyncio.run(app.run_async(size=SIZE, auto_pilot=pilot_it))
        return terminal

    return run


async def settled(pilot) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        await pilot.pause(0.02)


def test_a_sixel_is_drawn_on_its_cells_and_only_what_draws_it_is_written_for_the_next(showing):
    async def story(app, pilot, terminal):
        assert {"n", "o"} < terminal.seen(app.picture.region)
        app.picture.show(picture())
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels}
        app.picture.show(picture(9))
        await settled(pilot)
        rows = {int(row) for row in re.findall(r"\x1b\[(\d+);\d+H(?!\x1bP)", terminal.written)}
        assert rows - {1} == {HIGH}
        assert terminal.seen(app.picture.region) == {terminal.sixels} == {2}
        app.picture.show(None, "gone")
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {" ", *"gone"}

    showing("sixel", story)


def test_a_dialog_above_sixels_shows_half_blocks_and_then_sixels_again(showing):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        app.push_screen(Dialog())
        await settled(pilot)
        assert terminal.seen(app.picture.region) >= {"▀", "d"}
        before = terminal.sixels
        app.picture.show(picture(30))
        await settled(pilot)
        assert terminal.seen(app.picture.region) >= {"▀", "d"} and terminal.sixels == before
        app.pop_screen()
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels} and terminal.sixels > before

    showing("sixel", story)


def test_what_lies_above_sixels_on_the_same_screen_is_seen_and_leaves_nothing(showing):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        above = Static("#" * 20)
        above.styles.layer, above.styles.width, above.styles.height, above.styles.offset = "_toastrack", 20, 3, (4, 5)
        app.screen.mount(above)
        await settled(pilot)
        assert "#" in terminal.seen(app.picture.region) and "#" * 20 in "".join(
            cell[0] if isinstance(cell, tuple) else " " for cell in (terminal.cells[x, above.region.y] for x in range(WIDE))
        )
        app.picture.show(picture(5))
        await settled(pilot)
        assert "#" in terminal.seen(app.picture.region)
        await above.remove()
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels}

    showing("sixel", story)


def test_what_is_told_beside_a_sixel_leaves_it(showing):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        app.notify("hello")
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels}
        app.picture.show(picture(9))
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels}
        assert "hello" in "".join(cell[0] for cell in terminal.cells.values() if isinstance(cell, tuple))

    showing("sixel", story)


def test_sixels_go_with_their_place(showing):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        old = app.picture.region
        app.query_one("#row").styles.margin = (2, 0, 0, 3)
        await settled(pilot)
        assert app.picture.region != old
        assert terminal.seen(app.picture.region) == {terminal.sixels}
        app.picture.styles.width = 12
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels, " "}
        app.picture.display = False
        await settled(pilot)
        terminal.take()
        assert not any(isinstance(cell, int) for cell in terminal.cells.values())

    showing("sixel", story)


def test_kitty_shows_the_last_picture_and_forgets_all_at_the_end(showing, kitty_of):
    written = []

    async def story(app, pilot, terminal):
        colours = []
        for shift in (0, 9, 30):
            app.picture.show(picture(shift))
            await settled(pilot)
            written.append(terminal.written)
            (colour,) = terminal.seen(app.picture.region)
            colours.append(colour)
            red, green, blue = map(int, colour.split(";")[2:])
            seen = kitty_of("".join(written).encode())
            assert (seen.pictures[red << 16 | green << 8 | blue] == picture(shift)).all()
        assert colours[0] == colours[2] != colours[1]
        app.push_screen(Dialog())
        await settled(pilot)
        written.append(terminal.written)
        assert "▀" in terminal.seen(app.picture.region)
        app.pop_screen()
        await settled(pilot)
        written.append(terminal.written)
        (colour,) = terminal.seen(app.picture.region)
        assert colour.startswith("38;2;")

    terminal = showing("kitty", story)
    assert kitty_of("".join(written).encode()).pictures
    assert not kitty_of(("".join(written) + terminal.written).encode()).pictures


def test_sixels_follow_the_size_of_cells(showing, monkeypatch):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        assert terminal.seen(app.picture.region) == {terminal.sixels}
        smaller = Graphics(kind="sixel", cell_px=(5, 10))
        monkeypatch.setattr("emostage.apps.tui.picture.resized", lambda _: smaller)
        app.picture.refresh()
        await settled(pilot)
        assert 'q"1;1;120;120' in terminal.written

    showing("sixel", story)


@pytest.mark.parametrize("kind", ["kitty", "sixel"])
def test_after_another_program_had_the_terminal_all_is_drawn_anew(showing, kind):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        terminal.take()
        app.app_resume_signal.publish(app)
        await settled(pilot)
        assert "\x1b_Ga=t" in terminal.written or "\x1bP" in terminal.written
        assert len(terminal.seen(app.picture.region)) == 1

    showing(kind, story)


@pytest.mark.parametrize(
    ("kind", "environment", "shown"),
    [
        ("half", {}, "▀"), ("kitty", {"NO_COLOR": "1"}, "@"), ("sixel", {"NO_COLOR": "1"}, "@"),
        ("kitty", {"COLORTERM": "", "TERM": "xterm-256color"}, "▀"),
    ],
)  # fmt: skip
def test_where_graphics_cannot_be_shown_characters_are(showing, kind, environment, shown):
    async def story(app, pilot, terminal):
        app.picture.show(picture())
        await settled(pilot)
        assert "\x1b_G" not in terminal.written and "\x1bP" not in terminal.written
        assert shown in terminal.seen(app.picture.region)

    showing(kind, story, **environment)
