"""A film for ears: one thing a line, in the order of time."""

from fractions import Fraction
from pathlib import Path

import numpy as np

from emostage.apps.tui.board import Board, KeyMark, LineStrip, MusicSpan, ShotStrip, WordMark
from emostage.apps.tui.boards import board_of
from emostage.apps.tui.listing import clock, listing, teller
from emostage.core.errors import Diagnostic
from emostage.editing.refs import KeyRef
from emostage.scene.check import check_text
from emostage.studio.rehearsal import Rehearsal


def board():
    def key(track, number, at_s, **given):
        return KeyMark(ref=KeyRef(line=1, track=track, number=number), at_s=at_s, **given)

    weights = np.zeros((1, 8), np.float32)
    first = LineStrip(index=0, speaker="", on_screen="ada", caption="", start_s=0, end_s=4.2, speech_start_s=0, weights_T8=weights)
    second = LineStrip(
        index=1,
        speaker="bob",
        on_screen="ada",
        caption="I believe\n\x1b[2Jit.",
        start_s=4.2,
        end_s=6.8,
        speech_start_s=4.3,
        weights_T8=weights,
        guessed=False,
        words=(WordMark(text="I", start_s=4.3, end_s=4.5), WordMark(text="believe", start_s=4.5, end_s=5.2)),
        keys=(
            key("head", 0, 4.3, label="nod"),
            key("emotion", 1, 5.1, label="angry 0.9", dominant="angry", strength=0.9, inline=True),
            key("emotion", 0, 4.2, dominant="happy", strength=0.5, label=""),
        ),
        problem=Diagnostic(code="W018", message="a transition that cannot be seen"),
    )
    shots = (
        ShotStrip(index=0, name="", start_s=0, end_s=4.2, transition="cut", transition_s=0, lines=(0,)),
        ShotStrip(index=1, name="close", start_s=4.2, end_s=6.8, transition="fade", transition_s=0.5, lines=(1,)),
    )
    return Board(
        title="Two",
        fps=Fraction(25),
        duration_s=6.8,
        speakers=("bob",),
        shots=shots,
        lines=(first, second),
        music=(MusicSpan(label="theme.ogg", start_s=0, end_s=6.8),),
    )


def test_the_list_of_a_film():
    assert list(listing(board())) == [
        'film "Two", 0:06.80 long, 2 lines',
        "shot 1, 0:00.00 to 0:04.20",
        "line 1, nobody (seen: ada), 0:00.00 to 0:04.20 (estimated), silent",
        'shot 2 "close", 0:04.20 to 0:06.80, begins with a fade of 0.5 s',
        'line 2, bob (seen: ada), 0:04.20 to 0:06.80: "I believe \ufffd[2Jit."',
        "  warning W018: a transition that cannot be seen",
        "  key 1 of 2 at 0:04.20: happy 0.5",
        "  head 1 of 1 at 0:04.30 (word: I): nod",
        "  key 2 of 2 at 0:05.10 (word: believe): angry 0.9, written in the text",
        'music "theme.ogg", 0:00.00 to 0:06.80',
    ]


def test_words_and_more_about_keys_on_demand():
    lines = list(listing(board(), words=True, told=lambda ref: "all of it, in-out" if ref.track == "emotion" else ""))
    assert "  word 2 of 2, 0:04.50 to 0:05.20: believe" in lines
    assert "  key 1 of 2 at 0:04.20: all of it, in-out" in lines
    assert "  head 1 of 1 at 0:04.30 (word: I): nod" in lines


def test_clocks():
    assert [clock(at) for at in (0, 59.999, 3599.994, 3661.5, -1)] == ["0:00.00", "1:00.00", "59:59.99", "1:01:01.50", "0:00.00"]


SCENE = """emostage: 1
cast:
  ada: {portrait: sample/astronaut}
shots:
  - lines:
      - ada: {pause: 3s, emotion: [{at: 1s, happy: 1, ease: linear}, {at: end, sad: 0.5, angry: 0.2, over: 400ms}]}
      - ada: (a beat) she said.
"""


def test_how_a_key_is_reached_and_that_beats_are_not_said():
    script = check_text(SCENE, Path("s.yaml")).script
    assert script is not None
    shown = board_of(script, Rehearsal(script).rehearsed())
    lines = list(listing(shown, told=teller(shown, script)))
    assert lines[2] == "line 1, ada, 0:00.00 to 0:03.00 (estimated), a beat"
    assert lines[3:5] == [
        "  key 1 of 2 at 0:01.00: happy 1, easing linear",
        "  key 2 of 2 at 0:03.00: sad 0.5, angry 0.2, over 0.4 s",
    ]
    assert lines[5].endswith(': "(a beat) she said."')
