"""Where the playhead stops."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from emostage.apps.tui.board import Board, KeyMark, LineStrip, WordMark
from emostage.apps.tui.moments import moment_of
from emostage.apps.tui.stops import frame_step, in_order, next_key, next_picked, snapped, step
from emostage.editing.moments import Moment
from emostage.editing.refs import KeyRef


@pytest.fixture
def board() -> Board:
    key = KeyMark(ref=KeyRef(line=0, track="emotion", number=0), at_s=1.5, label="happy .5", dominant="happy", strength=0.5)
    words = (WordMark(text="Hello", start_s=0.4, end_s=0.9), WordMark(text="there", start_s=1.0, end_s=1.6))
    line = LineStrip(
        index=0, speaker="ada", on_screen="ada", caption="", start_s=0.0, end_s=2.0, speech_start_s=0.3,
        weights_T8=np.zeros((50, 8), np.float32), words=words, keys=(key,),
    )  # fmt: skip
    return Board(title="", fps=Fraction(25), duration_s=2.0, speakers=("ada",), shots=(), lines=(line,))


def test_steps_go_from_word_to_word_and_stop_at_the_ends(board: Board) -> None:
    at_s, found = 0.0, []
    for _ in range(6):
        at_s = step(board, at_s, 1, "words")
        found.append(at_s)
    assert found == [0.4, 1.0, 1.6, 2.0, 2.0, 2.0]
    assert step(board, 1.0, -1, "words") == 0.4
    assert step(board, 0.0, -1, "words") == 0.0


def test_frames_keys_and_nothing(board: Board) -> None:
    assert step(board, 0.0, 1, "frames") == pytest.approx(0.04)
    assert frame_step(board, 0.0, -1) == 0.0
    assert step(board, 0.0, 1, "keys") == 1.5
    assert step(board, 0.0, 1, "off") == pytest.approx(0.1)
    assert next_key(board, 0.0, 1) is not None
    assert next_key(board, 1.5, 1) is None


def test_a_drag_snaps_to_what_is_near_only(board: Board) -> None:
    assert snapped(board, 0.95, "words", 0.1) == 1.0
    assert snapped(board, 0.7, "words", 0.1) == 0.7
    assert snapped(board, 0.71, "frames", 0.0) == pytest.approx(0.72)


def test_film_times_are_said_by_words_where_there_are_any(board: Board) -> None:
    line = board.lines[0]
    assert moment_of(line, 1.0) == Moment(word=1)
    assert moment_of(line, 1.12) == Moment(word=1, offset_s=0.12)
    assert moment_of(line, 0.35) == Moment(seconds=0.05)
    assert moment_of(line, 9.0).word == 1


def test_keys_at_the_same_time_are_gone_through_and_picked_on_both_sides(board: Board) -> None:
    times = {"emotion": 0.0, "gaze": 1.5, "head": 1.5}
    marks = [KeyMark(ref=KeyRef(line=0, track=track, number=0), at_s=at_s, label="") for track, at_s in times.items()]  # type: ignore[arg-type]
    board = replace(board, lines=(replace(board.lines[0], keys=tuple(reversed(marks))),))
    assert in_order(board) == marks
    gone, mark = [], next_key(board, -1.0, 1)
    while mark is not None:
        gone.append(mark.ref)
        mark = next_picked(board, mark.at_s, 1, {mark.ref})
    assert gone == [mark.ref for mark in marks]
    picked = {marks[1].ref}
    for way, ref in ((1, marks[2].ref), (-1, marks[0].ref)):
        found = next_picked(board, marks[1].at_s, way, picked, extend=True)
        assert found is not None and found.ref == ref
        picked.add(ref)
