"""Cells to write on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from emostage.apps.tui.view.canvas import Canvas


@given(st.lists(st.tuples(st.integers(-5, 30), st.text("ab你界🙂 é█◆👩🚀👍🏽🇩🇪\u200d\ufe0f\u0301", max_size=8)), max_size=6))
def test_whatever_is_written_where_a_row_is_as_wide_as_it_is(writings: list[tuple[int, str]]) -> None:
    row = Canvas(24)
    for column, text in writings:
        row.put(column, text)
    assert cell_len(row.text()) == 24
    assert row.strip().cell_length == 24


def test_what_does_not_fit_is_cut_with_an_ellipsis_and_what_does_is_not() -> None:
    row = Canvas(12)
    row.fitted(0, "photograph", 6)
    row.fitted(7, "only", 5)
    assert row.text() == "photo… only "


def test_a_character_of_several_is_as_wide_as_terminals_agree_on() -> None:
    row = Canvas(8)
    row.put(0, "e\u0301👍🏽👩\u200d🚀x")
    assert row.text() == "é👍👩🚀x"


def test_half_a_wide_character_is_never_left() -> None:
    row = Canvas(6)
    row.put(0, "你好")
    row.put(1, "x")
    assert row.text() == " x好  "


def test_a_style_laid_over_a_cell_of_a_copy_is_not_in_the_row() -> None:
    row = Canvas(4)
    row.put(0, "abcd", Style(color="red"))
    over = row.copied()
    over.restyle([1], Style(reverse=True))
    assert [segment.text for segment in over.strip()] == ["a", "b", "cd"]
    assert [segment.text for segment in row.strip()] == ["abcd"]


def test_a_style_laid_over_half_a_wide_character_is_on_all_of_it() -> None:
    row = Canvas(4)
    row.put(0, "a你b")
    row.restyle([2], Style(reverse=True))
    assert [bool(style.reverse) for style in row.styles] == [False, True, True, False]
