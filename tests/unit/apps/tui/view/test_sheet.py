"""The rows of a timeline, as they are drawn for small boards."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.apps.tui.board import Board, KeyMark, LineStrip, ShotStrip, WordMark
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.sheet import Row, draw, plan
from emostage.editing.refs import KeyRef, TrackName


def line(index: int, start_s: float, end_s: float, **more: object) -> LineStrip:
    count = round((end_s - start_s) * 25)
    weights = np.zeros((count, 8), np.float32)
    weights[:, 0] = 1.0
    given: dict[str, object] = {
        "index": index, "speaker": "ada", "on_screen": "ada", "caption": "(a beat)", "start_s": start_s, "end_s": end_s,
        "speech_start_s": start_s + 0.2, "weights_T8": weights,
    }  # fmt: skip
    return LineStrip(**{**given, **more})  # type: ignore[arg-type]


@pytest.fixture
def board() -> Board:
    felt = np.zeros((100, 8), np.float32)
    felt[:, 1], felt[:, 2] = 0.5, 0.25
    felt[:, 0] = 0.25
    words = (WordMark(text="Hello", start_s=0.4, end_s=1.0), WordMark(text="there", start_s=2.0, end_s=3.0))

    def key(track: TrackName, number: int, at_s: float, label: str, **more: object) -> KeyMark:
        return KeyMark(ref=KeyRef(line=0, track=track, number=number), at_s=at_s, label=label, **more)  # type: ignore[arg-type]

    keys = (
        key("emotion", 0, 0.4, "happy .5", dominant="happy", strength=0.5, inline=True),
        key("emotion", 1, 2.0, "sad .2", dominant="sad", strength=0.2),
        key("head", 0, 2.0, "nod"),
    )
    spoken = line(0, 0.0, 4.0, words=words, peaks_P=(1.0,) * 50, weights_T8=felt, keys=keys, guessed=False)
    other = line(1, 4.0, 8.0, speaker="bob", on_screen="bob")
    shots = (
        ShotStrip(index=0, name="pad", start_s=0.0, end_s=4.0, transition="cut", transition_s=0.0, lines=(0,)),
        ShotStrip(index=1, name="reply", start_s=4.0, end_s=8.0, transition="crossfade", transition_s=0.4, lines=(1,)),
    )
    return Board(title="T", fps=Fraction(25), duration_s=8.0, speakers=("ada", "bob"), shots=shots, lines=(spoken, other))


def rows(board: Board, picked: Picked | None = None, height: int = 14) -> list[Row]:
    return list(draw(board, Lens(width=40, step_s=0.2), picked or Picked(), plan(board, height)))


def text(found: list[Row], kind: str, speaker: str = "") -> str:
    return next(row.canvas.text() for row in found if row.spec.kind == kind and row.spec.speaker == speaker)


def test_words_keys_and_moves_stand_where_they_are(board: Board) -> None:
    found = rows(board)
    assert text(found, "words", "ada") == "▏ Hello   there                         "
    assert text(found, "keys", "ada") == "  ◇H hap… ◆S sad .2                     "
    assert text(found, "moves", "ada").index("◦nod") == 10
    assert text(found, "words", "bob")[20:30] == "▏(a beat) "


def test_shots_have_names_and_cuts(board: Board) -> None:
    shots = text(rows(board), "shots")
    assert shots.startswith("│ pad ─")
    assert shots[20:29] == "╳╳ reply "


def test_sound_is_as_high_as_it_is_loud_and_silence_is_a_line(board: Board) -> None:
    wave = text(rows(board), "wave", "ada")
    assert wave[:8] == "██████──"
    assert set(text(rows(board), "wave", "bob")[20:]) == {"─"}


def test_feelings_are_bars_as_high_as_they_are_strong_the_strongest_at_the_bottom(board: Board) -> None:
    found = [row for row in rows(board, height=18) if row.spec.kind == "curve" and row.spec.speaker == "ada"]
    assert len(found) == 4, len(found)
    column = [row.canvas.characters[5] for row in found]
    assert column == [" ", "█", "█", "█"]
    colours = [row.canvas.styles[5].color for row in found[1:]]
    assert colours[1] == colours[2] != colours[0]


def test_keys_can_be_hit_where_they_are_drawn(board: Board) -> None:
    hits = [hit for row in rows(board) for hit in row.hits]
    assert {hit.ref.ref.track for hit in hits} == {"emotion", "head"}
    assert next(hit for hit in hits if hit.ref.label == "sad .2").first == 10


def test_picked_keys_stand_out_without_colour(board: Board) -> None:
    picked = Picked(keys=frozenset({KeyRef(line=0, track="emotion", number=1)}))
    row = next(row for row in rows(board, picked) if row.spec.kind == "keys" and row.spec.speaker == "ada")
    assert row.canvas.styles[10].reverse and not row.canvas.styles[2].reverse


def test_curves_take_the_room_there_is_and_every_row_has_a_place(board: Board) -> None:
    for height in range(6, 40):
        specs = plan(board, height)
        curves = [spec for spec in specs if spec.kind == "curve" and spec.speaker == "ada"]
        assert 1 <= len(curves) <= 8
    assert len(plan(board, 12)) <= 12
