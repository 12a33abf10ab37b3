"""The easings, drawn."""

from __future__ import annotations

from textual.widgets import OptionList

from emostage.apps.tui.colours import of_emotion
from emostage.apps.tui.screens.easing import EasingScreen, curve, graph
from emostage.core.keyframes import Easing
from emostage.scene.emotions import parse_easing


def beyond(text) -> list[str]:  # type: ignore[no-untyped-def]
    """What goes beyond a key, row by row from the top."""
    style = of_emotion("surprised")
    cells = {n for span in text.spans if span.style == style for n in range(span.start, span.end)}
    rows, at = [], 0
    for row in text.plain.split("\n"):
        rows.append("".join(char for n, char in enumerate(row) if at + n in cells).strip())
        at += len(row) + 1
    return rows


def test_an_easing_rises_from_the_key_before_to_the_key() -> None:
    rows = graph(Easing(name="linear")).plain.split("\n")
    assert len(rows) == 6 and {len(row) for row in rows} == {63}
    assert rows[0].startswith("   key ") and rows[-1].startswith("before ")
    filled = [sum(char == "█" for char in row) for row in rows]
    assert filled == sorted(filled) and rows[0].endswith("█")
    assert not any(beyond(graph(Easing(name="linear"))))
    assert graph(Easing(name="hold")).plain.split("\n")[0].strip(" key") == "█"


def test_what_goes_beyond_its_ends_is_drawn_and_stands_out() -> None:
    over = beyond(graph(parse_easing("cubic-bezier(0.3, 2, 0.2, 1.5)")))
    assert over[0] and not any(over[3:])
    under = graph(parse_easing("cubic-bezier(0.3, -1, 0.7, 1)"))
    assert beyond(under)[-1] and not beyond(under)[0]
    assert not under.plain.split("\n")[-1].startswith("before"), "before is above what goes beyond it"


def test_rows_of_the_list_are_cut_at_the_ends() -> None:
    assert curve(parse_easing("cubic-bezier(0.3, 2, 0.2, 1.5)")).endswith("████")
    assert len(curve(Easing())) == 24


def test_the_easing_that_is_chosen_or_written_is_drawn(ask) -> None:  # type: ignore[no-untyped-def]
    said = ask(EasingScreen("in"), "down", "tab", *"cubic-bezier", "left_parenthesis", "enter", "escape")
    first, moved = said.shown[0].splitlines(), said.shown[1].splitlines()
    assert first != moved and any("before" in line for line in moved)
    assert "needs four numbers" in said.shown[-2] or "E036" in said.shown[-2] or "unknown easing" in said.shown[-2]


def test_on_a_low_terminal_there_is_no_drawing_but_the_list(ask) -> None:  # type: ignore[no-untyped-def]
    said = ask(EasingScreen("in"), size=(40, 12))
    assert "before" not in said.shown[0] and "linear" in said.shown[0]


def test_a_wish_with_no_name_is_drawn_at_once(ask) -> None:  # type: ignore[no-untyped-def]
    async def highlighted(pilot) -> None:  # type: ignore[no-untyped-def]
        assert pilot.app.screen.query_one(OptionList).highlighted == 0

    said = ask(EasingScreen("cubic-bezier(0.3, 2, 0.2, 1.5)"), highlighted)
    assert any(line.count("█") > 20 for line in said.shown[0].splitlines())
