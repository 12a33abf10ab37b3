"""How the editor looks: whether everything can be read, on every theme, in every size, with few colours or none."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.color import ColorSystem
from textual.color import Color
from textual.geometry import Region

from emostage.apps.tui.colours import EMOTION_COLOURS
from emostage.apps.tui.legible import TEXT, contrast
from emostage.apps.tui.screens.emotion import Mixer

SCENE = """emostage: 1
film: {size: 96, quality: draft}
cast:
  ada: {portrait: sample/astronaut, framing: close}
  宇航员的名字: {portrait: sample/hopper, framing: close}
shots:
  - name: pad
    lines:
      - ada: "[happy 0.5, surprised 0.2] We have lift-off, and [sad 0.4] nobody saw it!"
        emotion: [{at: 0, angry: 0.2}]
      - pause: 400ms
      - 宇航员的名字: "[afraid 0.6] 你好世界 [look camera] 再见 [disgusted 0.4] naïve"
  - name: 第二个镜头
    lines:
      - ada: "[contempt 0.7] I wish he could see it."
"""
THEMES = ("textual-dark", "textual-light", "solarized-light", "catppuccin-latte")
STEPS = (
    ("the desk", ()), ("a key", ("right_square_bracket",)), ("emotions", ("enter",)), ("easings", ("escape", "b")),
    ("a text", ("escape", "t")), ("cues", ("left_square_bracket", "s")), ("finding", ("escape", "escape", "slash", "i")),
    ("speakers", ("escape", "W")), ("a menu", ("escape", "o")), ("looks", ("escape", "e")), ("a length", ("escape", "N")),
    ("a wrong one", ("ctrl+u", "x")), ("settings", ("escape", "O")), ("keys", ("escape", "f1")),
    ("leaving", ("escape", "D", "q", "v")),
)  # fmt: skip


def faint(person) -> list[str]:  # type: ignore[no-untyped-def]
    """What is written on the screen, or in the box of its question, with too little contrast."""
    app, out = person.app, []
    boxes = list(app.screen.query("#box"))
    seen = boxes[0].region if boxes else Region(0, 0, *app.size)
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        segments = list(strip.crop(seen.x, seen.right)) if seen.y <= y < seen.bottom else []
        for line_filter in app.get_line_filters():
            segments = line_filter.apply(segments, Color.parse("black"))
        for text, style, _ in segments:
            if not any(char.isalnum() for char in text):
                continue
            assert style and style.color and style.bgcolor and not style.dim, (y, text)
            found = contrast(style.color.get_truecolor(), style.bgcolor.get_truecolor())
            if found < TEXT:
                out.append(f"{found:.2f} {y} {text.strip()}")
    return out


@pytest.mark.parametrize("theme", THEMES)
def test_everything_can_be_read_in_dark_and_light(at, play, scene: Path, theme: str, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")

    async def doing() -> None:
        async with at(scene, size=(100, 30)) as ada:
            ada.app.theme = theme
            await ada.settled()
            for what, keys in STEPS:
                await ada.press(*keys)
                await ada.pilot.pause(0.05)
                assert faint(ada) == [], what

    play(doing())


def test_without_truecolor_every_emotion_of_the_mixer_has_a_number_of_its_own(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLORTERM", raising=False)
    monkeypatch.setenv("TERM_PROGRAM", "")

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            assert ada.app.console.color_system == "standard"
            await ada.press("right_square_bracket", "enter")
            region, numbers = ada.app.screen.query_one(Mixer).region, {}
            for y, strip in enumerate(ada.app.screen._compositor.render_strips()):
                for text, style, _ in strip.crop(region.x, region.right):
                    name = next((name for name in EMOTION_COLOURS if name in text), None)
                    if region.contains(region.x, y) and name and style and style.color:
                        numbers[name] = style.color.downgrade(ColorSystem.STANDARD).number
            assert len(numbers) == len(set(numbers.values())) == len(EMOTION_COLOURS), numbers

    play(doing())


@pytest.mark.parametrize("size", [(40, 12), (20, 6), (250, 70)])
def test_on_small_and_large_terminals_nothing_raises_and_the_film_is_seen(at, play, scene: Path, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, size=size) as ada:
            await ada.settled()
            for what, keys in STEPS:
                await ada.press(*keys)
                assert all(cell_len(line) <= size[0] for line in ada.screen().splitlines()), what
            await ada.press("escape", "f3", "ctrl+o", "escape")
            if size[1] >= 12:
                assert "▼" in ada.screen() and "pad" in ada.screen() and "0:00" in ada.screen()

    play(doing())


def test_the_filmstrip_leaves_room_for_the_timeline_and_the_status(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("f3")
            strip, timeline, status = (ada.editor.query_one(f"#{name}").region for name in ("strip", "timeline", "status"))
            assert strip.height >= 3 and timeline.height >= 6 and timeline.y >= strip.bottom
            assert status.bottom == 23 and ada.editor.max_scroll_y == 0

    play(doing())


def test_hints_can_be_clicked(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, size=(100, 30)) as ada:
            await ada.settled()
            asked = "no key picked: [ and "
            await ada.until(lambda: asked in ada.screen().splitlines()[ada.editor.query_one("#key").region.y])
            await ada.pilot.click("#key", offset=(len(asked), 0))
            await ada.until(lambda: bool(ada.editor.picked.keys))
            await ada.press("enter")
            mixer = ada.app.screen.query_one(Mixer)
            number = mixer.number
            await ada.pilot.click("#hint", offset=(1, 0))
            await ada.until(lambda: mixer.number == number + 1)
            await ada.pilot.click("#hint", offset=("tab own words   enter takes it   ".index("enter"), 1))
            await ada.until(lambda: ada.app.screen is ada.editor)

    play(doing())


def test_the_playhead_is_seen_in_every_row_also_without_colour(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("NO_COLOR", "1")

    async def doing() -> None:
        async with at(scene, size=(100, 30)) as ada:
            await ada.settled()
            await ada.press("right_square_bracket")
            timeline = ada.editor.timeline
            column = 9 + timeline.lens.column(ada.editor.picked.at_s)
            for y in range(min(len(timeline.rows), timeline.size.height)):
                strip = timeline.render_line(y)
                here, beside = (next(iter(strip.crop(x, x + 1))) for x in (column, column - 1))
                grounds = [(s.style.bgcolor, bool(s.style.reverse)) for s in (here, beside) if s.style]
                assert grounds[0] != grounds[1] or here.text == "┃", y

    play(doing())
