"""The rows of a timeline, as they are drawn for small boards."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from emostage.apps.tui.board import Board, KeyMark, LineStrip, ShotStrip, WordMark
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.grid import grid_of
from emostage.apps.tui.view.playhead import crossed
from emostage.apps.tui.view.sheet import NAMES, Row, draw, plan
from emostage.core.errors import Diagnostic
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
    assert text(found, "keys", "ada") == "──◇H.5────◆ sad .2".ljust(40)
    assert text(found, "moves", "ada").index("◦nod") == 10
    assert text(found, "words", "bob")[20:30] == "▏(a beat) "
    assert text(found, "keys", "bob")[20:] == "┄" * 19 + " "


def test_a_rail_says_what_is_guessed_spoken_and_made_and_who_listens(board: Board) -> None:
    first, second = board.lines
    changed = replace(board, lines=(replace(first, drawn=True, keys=()), replace(second, on_screen="ada")))
    assert text(rows(changed), "keys", "ada")[:20] == "━" * 19 + " "
    assert " ada listens " in text(rows(changed), "keys", "bob")


def test_words_that_do_not_fit_are_a_text_that_goes_on_with_the_playhead(board: Board) -> None:
    said = ["We", "have", "a", "message", "from", "the", "Moon"]
    words = tuple(WordMark(text=text, start_s=0.2 + 0.4 * n, end_s=0.6 + 0.4 * n) for n, text in enumerate(said))
    crowded = replace(board, lines=(replace(board.lines[0], words=words), board.lines[1]))
    assert text(rows(crowded), "words", "ada")[:20] == "▏We have a message… "
    later = rows(crowded, Picked(at_s=2.2))
    assert text(later, "words", "ada")[:20] == "▏…the Moon          "
    row = next(row for row in later if row.spec.kind == "words")
    assert [bool(style.bold) for style in row.canvas.styles[1:7]] == [True] * 4 + [False] * 2


def test_problems_are_marked_where_their_line_begins(board: Board) -> None:
    wrong = replace(board, lines=(replace(board.lines[0], problem=Diagnostic(code="E1", message="m")), board.lines[1]))
    assert text(rows(wrong), "words", "ada").startswith("✗ Hello")


def test_of_keys_in_one_column_the_picked_one_is_drawn_and_hit_first(board: Board) -> None:
    crowd = tuple(replace(board.lines[0].keys[0], ref=KeyRef(line=0, track="emotion", number=n), at_s=1.0) for n in range(3))
    crowded = replace(board, lines=(replace(board.lines[0], keys=crowd), board.lines[1]))
    assert text(rows(crowded), "keys", "ada")[5] == "◈"
    picked = Picked(keys=frozenset({crowd[0].ref}))
    row = next(row for row in rows(crowded, picked) if row.spec.kind == "keys")
    assert row.canvas.characters[5] == "◇" and row.hits[-1].ref == crowd[0]


def test_shots_have_names_and_cuts(board: Board) -> None:
    shots = text(rows(board), "shots")
    assert shots.startswith("│ pad ─")
    assert shots[20:29] == "╳╳ reply "


def test_sound_is_as_high_as_it_is_loud_and_silence_is_a_line(board: Board) -> None:
    wave = text(rows(board), "wave", "ada")
    assert wave[:8] == "─█████──"
    assert set(text(rows(board), "wave", "bob")[20:]) == {"─"}


def test_feelings_are_bars_as_high_as_they_are_strong_the_strongest_at_the_bottom_with_their_letters(board: Board) -> None:
    found = [row for row in rows(board, height=18) if row.spec.kind == "curve" and row.spec.speaker == "ada"]
    column = [row.canvas.characters[5] for row in found]
    assert len(found) == 3 and column == ["▂", "█", "█"]
    assert [row.canvas.text()[:2] for row in found] == ["S▂", "██", "H█"]
    colours = [row.canvas.styles[5].color for row in found]
    assert colours[0] != colours[1] == colours[2]


def test_curves_of_lines_that_are_not_picked_are_dim(board: Board) -> None:
    for at, dim in ((0, None), (1, True)):
        row = next(row for row in rows(board, Picked(line=at)) if row.spec.kind == "curve")
        assert row.canvas.styles[5].dim is dim


def test_of_two_feelings_that_cross_none_jumps_over_the_other(board: Board) -> None:
    felt = np.zeros((100, 8), np.float32)
    felt[:, 1], felt[:, 2] = np.linspace(0.1, 0.6, 100), np.linspace(0.3, 0.2, 100)
    crossing = replace(board, lines=(replace(board.lines[0], weights_T8=felt), board.lines[1]))
    found = [row for row in rows(crossing, height=30) if row.spec.kind == "curve" and row.spec.speaker == "ada"]
    assert len({row.canvas.styles[c].color for row in found[-1:] for c in range(20)}) == 1


@given(st.floats(1 / 120, 4.0), st.floats(0.0, 7.0), st.integers(1, 200))
def test_sound_and_rail_begin_in_the_same_column(step_s: float, start_s: float, width: int) -> None:
    first, second = line(0, 0.0, 3.37), line(1, 3.37, 8.0, drawn=True)
    film = Board(title="", fps=Fraction(24), duration_s=8.0, speakers=("ada",), shots=(), lines=(first, second))
    lens = Lens(width=width, step_s=step_s, start_s=start_s)
    found, begin = list(draw(film, lens, Picked(line=1), plan(film, 12))), max(lens.column(3.37), 0)
    assert text(found, "keys", "ada").find("━") in (-1, begin)
    owners = grid_of(film, "ada").owners(lens).tolist()
    assert set(owners[:begin]) <= {0} and set(owners[begin : max(lens.column(8.0), 0)]) <= {1}


@given(st.floats(1 / 120, 4.0), st.floats(0.0, 7.0), st.integers(1, 200))
def test_any_part_of_a_film_can_be_drawn(step_s: float, start_s: float, width: int) -> None:
    felt = np.full((100, 8), 0.1, np.float32)
    one = line(0, 0.0, 4.0, weights_T8=felt, peaks_P=(0.5,) * 500)
    film = Board(title="", fps=Fraction(25), duration_s=8.0, speakers=("ada",), shots=(), lines=(one, line(1, 4.0, 8.0)))
    for row in draw(film, Lens(width=width, step_s=step_s, start_s=start_s), Picked(), plan(film, 12)):
        assert len(row.canvas.characters) == len(row.canvas.styles) == width


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


def test_names_of_shots_are_whole_cut_or_not_there_at_all(board: Board) -> None:
    def shown(name: str, cells: int) -> str:
        shot = replace(board.shots[0], name=name, end_s=cells * 0.2)
        return text(rows(replace(board, shots=(shot,))), "shots")[:cells]

    assert shown("pad", 4) == "│pad" and shown("pad", 5) == "│ pad" and shown("pad", 3) == "│──"
    assert shown("launch pad", 8) == "│ launc…" and shown("发射台", 7).rstrip() == "│发射台"


def test_a_text_of_several_words_keeps_its_marks_where_they_flow(board: Board) -> None:
    said = ["Well", "what", "does", "it", "say"]
    words = tuple(WordMark(text=text, start_s=0.2 + 0.1 * n, end_s=0.3 + 0.1 * n) for n, text in enumerate(said))
    spoken = replace(board.lines[0], words=words, caption="Well? What does it… say?")
    found = text(rows(replace(board, lines=(spoken, board.lines[1]))), "words", "ada")
    assert found[:20] == "▏Well? What does i… "


@given(st.integers(0, 60), st.sampled_from(["你好世界", "שלום", "e\u030axtra", "👩\u200d🚀 go", "a" * 30]), st.floats(1 / 60, 1.0))
def test_columns_stay_where_they_are_whatever_is_written_and_however_far_one_scrolls(at: int, name: str, step_s: float) -> None:
    words = tuple(WordMark(text=name, start_s=0.2 + n * 0.7, end_s=0.6 + n * 0.7) for n in range(5))
    key = KeyMark(ref=KeyRef(line=0, track="emotion", number=0), at_s=1.0, label=name, dominant="sad", strength=0.5)
    look = KeyMark(ref=KeyRef(line=0, track="gaze", number=0), at_s=1.5, label=name)
    one = line(0, 0.0, 4.0, speaker=name, words=words, caption=name, keys=(key, look), on_screen="other")
    shot = ShotStrip(index=0, name=name, start_s=0.0, end_s=8.0, transition="cut", transition_s=0.0, lines=(0,))
    film = Board(title="", fps=Fraction(25), duration_s=8.0, speakers=(name,), shots=(shot,), lines=(one,))
    lens = Lens(width=40, step_s=step_s, start_s=at * 0.1)
    for row in draw(film, lens, Picked(at_s=1.0), plan(film, 12)):
        drawn = crossed(row.canvas, lens.column(1.0))
        assert drawn.strip().cell_length == cell_len(drawn.text()) == 40
        assert row.name.strip().cell_length == NAMES
    column = lens.column(1.0)
    keys = next(row for row in draw(film, lens, Picked(), plan(film, 12)) if row.spec.kind == "keys")
    if 0 <= column < 40:
        assert keys.canvas.characters[column] == "◆"


@pytest.mark.parametrize("step_s", [1 / 120, 0.01, 0.05, 0.2, 1.0, 4.0])
def test_a_picked_key_and_the_playhead_are_seen_at_every_zoom(board: Board, step_s: float) -> None:
    marks = tuple(replace(board.lines[0].keys[0], ref=KeyRef(line=0, track="emotion", number=n), at_s=0.1 * n) for n in range(40))
    crowded = replace(board, lines=(replace(board.lines[0], keys=marks), board.lines[1]))
    for number in (0, 7, 39):
        picked = Picked(at_s=marks[number].at_s, keys=frozenset({marks[number].ref}))
        lens = Lens(width=40, step_s=step_s, start_s=max(marks[number].at_s - 5 * step_s, 0.0))
        column = lens.column(marks[number].at_s)
        found = draw(crowded, lens, picked, plan(crowded, 20))
        row = next(row for row in found if row.spec.kind == "keys" and row.spec.speaker == "ada")
        assert row.canvas.styles[column].reverse and row.hits and marks[number] in {hit.ref for hit in row.hits}
        for row in found:
            before, after = row.canvas.styles[column], crossed(row.canvas, column).styles[column]
            assert (after.bgcolor or after.reverse) and after != before


def test_a_name_ends_where_the_next_shot_fades_in(board: Board) -> None:
    first, second = board.shots
    long = replace(first, name="a name as long as this one", end_s=4.4)
    row = text(rows(replace(board, shots=(long, replace(second, transition_s=0.8)))), "shots")
    assert row[:20].rstrip().endswith("…")
    assert row[20:24] == "╳╳╳╳"
