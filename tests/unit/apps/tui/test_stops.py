"""Where the playhead stops."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.apps.tui.board import Board, KeyMark, LineStrip, WordMark
from emostage.apps.tui.moments import moment_of
from emostage.apps.tui.stops import frame_step, next_key, snapped, step
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
