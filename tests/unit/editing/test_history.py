from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit
from emostage.editing.history import History
from emostage.editing.refs import Focus


def history(raw="one two"):
    return History(Document(path=Path("x.yaml"), raw=raw))


def write(text, *, label="write", merges=False, focus=None):
    return Edit(label=label, spans=(Span(0, 0, text),), merges=merges, focus=focus)


def test_undo_and_redo():
    film = history()
    film.do(write("A"), before=Focus(line=3))
    film.do(write("B"))
    assert film.document.raw == "BAone two" and film.undo_label == "write" and not film.can_redo
    film.undo()
    step = film.undo()
    assert step.before == Focus(line=3) and film.document.raw == "one two" and not film.can_undo and film.undo() is None
    film.redo()
    film.redo()
    assert film.document.raw == "BAone two" and film.redo() is None


def test_what_changes_nothing_is_no_step():
    film = history()
    assert film.do(Edit(label="x", spans=(Span(0, 3, "one"),))) is None
    assert not film.can_undo and not film.dirty


def test_a_new_step_forgets_what_was_undone():
    film = history()
    film.do(write("A"))
    film.undo()
    film.do(write("B"))
    assert not film.can_redo and film.document.raw == "Bone two"


def test_steps_that_go_on_are_undone_at_once():
    film = history()
    focus = Focus(line=1)
    for text in "abc":
        film.do(write(text, merges=True, focus=focus))
    film.undo()
    assert film.document.raw == "one two" and not film.can_undo
    film.redo()
    assert film.document.raw == "cbaone two"


@pytest.mark.parametrize(
    "other", [{"label": "other", "merges": True}, {"merges": False}, {"merges": True, "focus": Focus(line=2)}], ids=str
)
def test_other_steps_are_undone_alone(other):
    film = history()
    film.do(write("a", merges=True))
    film.do(write("b", **other))
    film.undo()
    assert film.document.raw == "aone two"


def test_dirty_tells_whether_the_file_differs():
    film = history()
    assert not film.dirty
    film.do(write("a"))
    assert film.dirty
    film.saved()
    assert not film.dirty
    film.undo()
    assert film.dirty
    film.redo()
    assert not film.dirty


def test_a_saved_state_that_cannot_be_reached_any_more():
    film = history()
    film.do(write("a"))
    film.saved()
    film.undo()
    film.do(write("b"))
    assert film.dirty
    film.undo()
    assert film.dirty


def test_what_is_saved_stays_a_step_of_its_own():
    film = history()
    film.do(write("a", merges=True))
    film.saved()
    film.do(write("b", merges=True))
    assert film.dirty
    film.undo()
    assert film.document.raw == "aone two" and not film.dirty


@given(st.lists(st.tuples(st.sampled_from(["do", "undo", "redo"]), st.integers(0, 20), st.text(alphabet="ab\n", max_size=3))))
def test_undoing_everything_gives_the_first_characters(moves):
    film = history("\ufeffone\r\ntwo\r\n")
    first = film.document.raw
    for move, place, text in moves:
        if move == "do":
            start = min(place, len(film.document.text))
            film.do(Edit(label="x", spans=(Span(start, min(start + 2, len(film.document.text)), text),), merges=place % 2 == 0))
        else:
            getattr(film, move)()
    while film.can_undo:
        film.undo()
    assert film.document.raw == first
