"""The timeline as somebody with keys and a mouse meets it, and how quickly it paints."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from fractions import Fraction

import numpy as np
import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot

from emostage.apps.tui.board import Board, KeyMark, LineStrip, ShotStrip, WordMark
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.view.sheet import NAMES
from emostage.apps.tui.widgets.timeline import Timeline
from emostage.editing.refs import KeyRef

PAINT_S = 0.04
"""A frame of film: far more than it takes where nothing else runs, so that it says something about the code, not the machine."""
_LINE_S = 4.0


def film(count: int) -> Board:
    """Lines of four seconds, by two in turn, with words, sound, feelings and keys."""
    lines = []
    for n in range(count):
        start_s, felt = n * _LINE_S, np.zeros((100, 8), np.float32)
        felt[:, 1 + n % 7], felt[:, 1 + (n + 2) % 7] = np.linspace(0.0, 0.8, 100), 0.1
        said = ["We", "have", "a", "message", "from", "the", "Moon", "today"]
        times = [start_s + 0.4 + 0.4 * number for number in range(len(said))]
        at = [start_s + 0.4, start_s + 2.0]
        keys = [
            KeyMark(ref=KeyRef(line=n, track="emotion", number=i), at_s=s, label="happy .5", dominant="happy", strength=0.5)
            for i, s in enumerate(at)
        ]
        lines.append(
            LineStrip(
                index=n, speaker="ab"[n % 2], on_screen="ab"[n % 2], caption="", start_s=start_s, end_s=start_s + _LINE_S,
                speech_start_s=start_s + 0.2, weights_T8=felt, peaks_P=(0.3, 0.9) * 80, guessed=False, keys=tuple(keys),
                words=tuple(WordMark(text=text, start_s=s, end_s=s + 0.3) for text, s in zip(said, times, strict=True)),
            )
        )  # fmt: skip
    shot = ShotStrip(
        index=0, name="pad", start_s=0.0, end_s=count * _LINE_S, transition="cut", transition_s=0.0, lines=tuple(range(count))
    )
    return Board(
        title="", fps=Fraction(25), duration_s=count * _LINE_S, speakers=("a", "b"), shots=(shot,), lines=tuple(lines)
    )  # fmt: skip


class Stage(App[None]):
    """A timeline, and what it says; it is shown what it asks for."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board, self.said = board, list[Message]()

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def compose(self) -> ComposeResult:
        yield Timeline(id="timeline")

    def on_mount(self) -> None:
        self.timeline.focus()
        self.timeline.show(self.board)

    def on_timeline_moved(self, message: Timeline.Moved) -> None:
        self.said.append(message)
        self.timeline.pick(self.timeline.picked.moved(message.at_s, self.board))

    def on_timeline_key_picked(self, message: Timeline.KeyPicked) -> None:
        self.said.append(message)
        picked = self.timeline.picked.moved(message.mark.at_s, self.board)
        self.timeline.pick(picked.with_key(message.mark.ref, extend=message.extend))

    def on_timeline_key_dragged(self, message: Timeline.KeyDragged) -> None:
        self.said.append(message)

    def on_timeline_key_asked(self, message: Timeline.KeyAsked) -> None:
        self.said.append(message)

    def row(self, kind: str) -> int:
        return next(y for y, row in enumerate(self.timeline.rows) if row.spec.kind == kind)

    def x(self, at_s: float) -> int:
        return NAMES + self.timeline.lens.column(at_s)


Doing = Callable[[Stage, Pilot[None]], Awaitable[None]]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")

    def run(doing: Doing, *, count: int = 2, size: tuple[int, int] = (80, 12), theme: str = "textual-dark") -> None:
        async def all_of_it() -> None:
            app = Stage(film(count))
            async with app.run_test(size=size) as pilot:
                app.theme = theme
                await pilot.pause()
                await doing(app, pilot)

        asyncio.run(all_of_it())

    return run


def test_keys_move_the_playhead_by_words_frames_keys_and_lines(at: Callable[..., None]) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        seen = []
        for key in (
            "right",
            "right",
            "full_stop",
            "comma",
            "right_square_bracket",
            "pagedown",
            "left_square_bracket",
            "end",
            "home",
        ):
            await pilot.press(key)
            seen.append(round(app.timeline.picked.at_s, 3))
        assert seen == [0.4, 0.8, 0.84, 0.8, 2.0, 4.0, 2.0, 8.0, 0.0]
        assert app.timeline.picked.keys == {KeyRef(line=0, track="emotion", number=1)}

    at(doing)


def test_a_click_moves_the_playhead_or_picks_a_key_and_shift_picks_more(at: Callable[..., None]) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        keys, line = app.row("keys"), app.board.lines[0]
        await pilot.click("#timeline", offset=(app.x(3.0), app.row("ruler")))
        assert app.timeline.picked.at_s == pytest.approx(3.0, abs=app.timeline.lens.step_s)
        await pilot.click("#timeline", offset=(app.x(line.keys[0].at_s), keys))
        assert app.timeline.picked.keys == {line.keys[0].ref}
        await pilot.click("#timeline", offset=(app.x(line.keys[1].at_s), keys), shift=True)
        assert app.timeline.picked.keys == {mark.ref for mark in line.keys}

    at(doing)


def test_a_key_is_dragged_onto_a_word_and_up(at: Callable[..., None]) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        keys, mark = app.row("keys"), app.board.lines[0].keys[1]
        await pilot.mouse_down("#timeline", offset=(app.x(mark.at_s), keys))
        await pilot.hover("#timeline", offset=(app.x(2.8), keys - 2))
        await pilot.mouse_up("#timeline", offset=(app.x(2.8), keys - 2))
        await pilot.hover("#timeline", offset=(app.x(1.0), keys))
        dragged = [message for message in app.said if isinstance(message, Timeline.KeyDragged)]
        assert {message.ref for message in dragged} == {mark.ref}
        assert [message.at_s for message in dragged if message.at_s is not None] == [pytest.approx(2.8)]
        assert all(message.strength == pytest.approx(0.7) for message in dragged)

    at(doing)


def test_a_double_click_asks_for_a_key(at: Callable[..., None]) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        await pilot.double_click("#timeline", offset=(app.x(1.2), app.row("curve")))
        asked = [message for message in app.said if isinstance(message, Timeline.KeyAsked)]
        assert [message.at_s for message in asked] == [pytest.approx(1.2, abs=app.timeline.lens.step_s)]

    at(doing)


def test_zoom_keeps_the_playhead_and_comes_back_to_the_whole_film(at: Callable[..., None]) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        whole = app.timeline.lens
        await pilot.press("right", "z", "z", "z")
        assert app.timeline.lens.step_s < whole.step_s
        assert 0 <= app.timeline.lens.column(app.timeline.picked.at_s) < app.timeline.lens.width
        await pilot.press("Z", "0")
        assert app.timeline.lens == whole

    at(doing)


def test_what_is_seen_after_small_steps_is_what_is_seen_when_all_is_drawn_anew(at: Callable[..., None]) -> None:
    """Rows that are kept must not show what is past."""

    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        for key in ("right", "right_square_bracket", "pagedown", "full_stop", "right", "left_square_bracket", "z", "right"):
            await pilot.press(key)
            kept = [row.canvas.text() for row in app.timeline.rows], [row.canvas.styles for row in app.timeline.rows]
            app.timeline.see(app.timeline.lens)
            assert kept == ([row.canvas.text() for row in app.timeline.rows], [row.canvas.styles for row in app.timeline.rows])

    at(doing)


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
def test_every_cell_has_the_background_of_the_theme(at: Callable[..., None], theme: str) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        base = app.timeline.rich_style.bgcolor
        strip = app.timeline.render_line(app.row("words"))
        grounds = [segment.style.bgcolor for segment in strip if segment.style is not None for _ in segment.text]
        assert len(grounds) == 80 and grounds.count(base) >= 79 and base is not None
        app.theme = {"textual-dark": "textual-light", "textual-light": "textual-dark"}[theme]
        await pilot.pause()
        other = app.timeline.rich_style.bgcolor
        assert other != base
        assert [segment.style.bgcolor for segment in app.timeline.render_line(99) if segment.style is not None] == [other]

    at(doing, theme=theme)


@pytest.mark.parametrize("factor", [1.0, 12.0, 80.0])
def test_scrolling_a_film_of_200_lines_paints_within_a_frame(at: Callable[..., None], factor: float) -> None:
    async def doing(app: Stage, pilot: Pilot[None]) -> None:
        timeline = app.timeline
        timeline.see(Lens.whole(app.board.duration_s, timeline.lens.width).zoomed(factor, 400.0, app.board.duration_s))
        taken = []
        for number in range(15):
            begin = time.perf_counter()
            timeline.see(timeline.lens.scrolled(1 if number % 2 else -1, app.board.duration_s))
            for y in range(timeline.size.height):
                timeline.render_line(y)
            taken.append(time.perf_counter() - begin)
        assert min(taken) < PAINT_S, f"{statistics.median(taken) * 1e3:.1f} ms"

    at(doing, count=200, size=(160, 45))


def test_the_playhead_is_seen_at_the_very_end_of_a_film_too() -> None:
    async def doing() -> None:
        app = Stage(film(3))
        async with app.run_test(size=(80, 24)) as pilot:
            for key, column in (("end", 79), ("home", NAMES)):
                await pilot.press(key)
                await pilot.pause()
                row = app.timeline.render_line(0)
                assert next(iter(row.crop(column, column + 1))).text == "▼"

    asyncio.run(doing())
