"""Rows that are kept from one film, or one thing picked, to the next: never a row that shows what is past."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.apps.tui.board import Board, KeyMark, LineStrip, ShotStrip, WordMark
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.drawn import Drawn, changed, drawn
from emostage.apps.tui.view.sheet import plan
from emostage.core.errors import Diagnostic
from emostage.editing.refs import KeyRef

WRONG = Diagnostic(code="E070", message="no face", hint="")
LENS = Lens(width=60, step_s=0.15)


def strip(index: int, speaker: str, **more: object) -> LineStrip:
    start_s, weights_T8 = 3.0 * index, np.full((75, 8), 0.125, np.float32)
    key = KeyMark(ref=KeyRef(line=index, track="emotion", number=0), at_s=start_s + 1, label="sad .2", dominant="sad", strength=0.2)
    look = KeyMark(ref=KeyRef(line=index, track="gaze", number=0), at_s=start_s + 2, label="camera")
    words = (
        WordMark(text="One", start_s=start_s + 0.4, end_s=start_s + 1),
        WordMark(text="two", start_s=start_s + 1, end_s=start_s + 2),
    )
    given: dict[str, object] = {
        "index": index, "speaker": speaker, "on_screen": speaker, "caption": "One two", "start_s": start_s, "end_s": start_s + 3,
        "speech_start_s": start_s + 0.4, "weights_T8": weights_T8, "words": words, "keys": (key, look), "peaks_P": (0.5,) * 100,
        "guessed": False,
    }  # fmt: skip
    return LineStrip(**{**given, **more})  # type: ignore[arg-type]


def film(*lines: LineStrip, **more: object) -> Board:
    shots = (ShotStrip(index=0, name="one", start_s=0, end_s=9, transition="cut", transition_s=0, lines=(0, 1, 2)),)
    given: dict[str, object] = {"title": "", "fps": Fraction(25), "duration_s": 9.0, "speakers": ("ada", "bob"), "shots": shots}
    return Board(**{**given, "lines": lines, **more})  # type: ignore[arg-type]


FILM = film(strip(0, "ada"), strip(1, "bob"), strip(2, "ada"))
CHANGES: dict[str, tuple[dict[str, object], set[str]]] = {
    "felt": ({"weights_T8": np.full((75, 8), 0.5, np.float32)}, {"curve"}),
    "a key": ({"keys": ()}, {"keys", "moves"}),
    "made": ({"drawn": True}, {"keys"}),
    "loud": ({"peaks_P": (1.0,) * 100}, {"wave"}),
    "wrong": ({"problem": WRONG}, {"words"}),
    "guessed": ({"guessed": True}, {"words", "wave", "keys"}),
    "who listens": ({"on_screen": "bob"}, {"keys"}),
    "longer": ({"end_s": 2.7}, {"words", "wave", "curve", "keys", "moves"}),
}


def all_of(board: Board, picked: Picked, before: Drawn | None = None) -> Drawn:
    return drawn(board, LENS, picked, plan(FILM, 24), before)


def looks(rows: Drawn) -> list[object]:
    return [(row.canvas.text(), row.canvas.styles, row.name.text(), row.name.styles, row.hits) for row in rows.rows]


@pytest.mark.parametrize("name", CHANGES)
def test_a_line_that_is_another_is_drawn_anew_where_it_is_seen(name: str) -> None:
    change, kinds = CHANGES[name]
    before = all_of(FILM, Picked())
    now = replace(FILM, lines=(replace(FILM.lines[0], **change), *FILM.lines[1:]))
    assert {before.rows[number].spec.kind for number in changed(before, now, LENS, Picked())} == kinds
    assert looks(all_of(now, Picked(), before)) == looks(all_of(now, Picked()))


def test_what_is_picked_is_drawn_anew() -> None:
    before, key = all_of(FILM, Picked()), Picked(keys=frozenset({KeyRef(line=0, track="emotion", number=0)}))

    def kinds(picked: Picked) -> set[str]:
        return {before.rows[number].spec.kind for number in changed(before, FILM, LENS, picked)}

    assert kinds(Picked(at_s=0.1)) == set()
    assert kinds(Picked(at_s=0.5)) == {"words"}
    assert kinds(key) == {"keys", "moves"}
    assert kinds(Picked(line=1)) == {"words", "wave", "curve", "keys", "moves"}
    assert len(list(changed(before, FILM, replace(LENS, start_s=1.0), Picked()))) == len(before.rows)


picks = st.builds(
    Picked,
    at_s=st.floats(0, 9),
    line=st.integers(0, 3),
    keys=st.frozensets(st.builds(KeyRef, line=st.integers(0, 2), track=st.sampled_from(["emotion", "gaze"]), number=st.just(0))),
)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(sorted(CHANGES))), max_size=3), picks, picks)
def test_what_is_kept_looks_as_if_it_were_drawn_anew(changes: list[tuple[int, str]], first: Picked, then: Picked) -> None:
    lines = list(FILM.lines)
    for index, name in changes:
        lines[index] = replace(lines[index], **CHANGES[name][0])
    now, before = replace(FILM, lines=tuple(lines)), all_of(FILM, first)
    after = all_of(now, then, before)
    assert looks(after) == looks(all_of(now, then))
    told = set(changed(before, now, LENS, then))
    seen = {number for number, (one, other) in enumerate(zip(looks(before), looks(after), strict=True)) if one != other}
    assert seen <= told
