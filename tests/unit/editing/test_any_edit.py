"""Whatever is edited wherever: it is refused with a reason, or the rest of the scene stays as it is, and it can be undone."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from emostage.core.errors import Diagnostic
from emostage.editing.edit import EditError
from emostage.editing.history import History
from emostage.editing.joining import join_with_next
from emostage.editing.lines import delete_line, duplicate_line, move_line, new_beat, new_line, set_pause, set_speaker
from emostage.editing.people import add_person, set_identity, set_mood, set_portrait, set_voice
from emostage.editing.renaming import rename_person
from emostage.editing.rescue import lost_comments
from emostage.editing.saying import told
from emostage.editing.settings import set_film, set_title
from emostage.editing.shots import (
    delete_shot,
    join_shots,
    move_shot,
    new_shot,
    rename_shot,
    set_layout,
    set_transition,
    split_shot,
)
from emostage.editing.splitting import split_line
from emostage.editing.texts import insert_in_text, replace_text, set_text

TEXTS = [
    "Hello",
    "a \"b\" 'c': # d",
    "[happy 0.5] Yes, [nod] you",
    "你好 世界",
    "مرحبا 🎉",
    "- x",
    "two\nlines",
    "  spaced  ",
    "é" * 150,
]
PIECES = ["x", " ", "[nod] ", '"', "'", "\\", "#", ": ", "\n", "好", "", "{", "\u2028", "\t"]
NAMES = ["ada", "bob", "zoë", "nobody", "a b"]
LINES = {
    "set_text": lambda d, i, j, s: set_text(d, i, s),
    "insert": insert_in_text,
    "replace": lambda d, i, j, s: replace_text(d, i, j, j + 2, s),
    "split": lambda d, i, j, s: split_line(d, i, j % 6),
    "join": lambda d, i, j, s: join_with_next(d, i),
    "move": lambda d, i, j, s: move_line(d, i, j % 5 - 2),
    "delete": lambda d, i, j, s: delete_line(d, i),
    "duplicate": lambda d, i, j, s: duplicate_line(d, i),
    "new": lambda d, i, j, s: new_line(d, i if j % 4 else None, NAMES[j % 5], s),
    "beat": lambda d, i, j, s: new_beat(d, i, [*NAMES, None][j % 6], j / 3),
    "pause": lambda d, i, j, s: set_pause(d, i, j / 3),
    "speaker": lambda d, i, j, s: set_speaker(d, i, NAMES[j % 5]),
    "voice": lambda d, i, j, s: set_voice(d, i, "espeak/de"),
    "mood": lambda d, i, j, s: set_mood(d, i, "happy 0.2" if j % 2 else ""),
    "cut": lambda d, i, j, s: split_shot(d, i),
}
FILM = {
    "new_shot": lambda d, i, j, s: new_shot(d, i, NAMES[j % 5], s),
    "join_shots": lambda d, i, j, s: join_shots(d, i),
    "delete_shot": lambda d, i, j, s: delete_shot(d, i),
    "move_shot": lambda d, i, j, s: move_shot(d, i, j % 5 - 2),
    "rename_shot": lambda d, i, j, s: rename_shot(d, i, s),
    "transition": lambda d, i, j, s: set_transition(d, i, ["cut", "fade", "dip", "crossfade"][j % 4], j / 4 if j % 3 else None),
    "layout": lambda d, i, j, s: set_layout(d, i, NAMES[: j % 3]),
    "add": lambda d, i, j, s: add_person(d, [*NAMES, s][j % 6], "sample/astronaut", [None, "espeak/de"][j % 2]),
    "rename": lambda d, i, j, s: rename_person(d, NAMES[i % 2], [*NAMES, s][j % 6]),
    "voice of": lambda d, i, j, s: set_voice(d, NAMES[i % 3], "piper/en_US-ljspeech-high"),
    "portrait": lambda d, i, j, s: set_portrait(d, NAMES[i % 3], s),
    "mood of": lambda d, i, j, s: set_mood(d, NAMES[i % 3], ["", "happy 0.2, sad 0.1", s][j % 3]),
    "identity": lambda d, i, j, s: set_identity(d, NAMES[i % 3], [s, "", "adapter"][j % 3], [None, 0.5][j % 2]),
    "title": lambda d, i, j, s: set_title(d, s if j % 4 else ""),
    "film": lambda d, i, j, s: set_film(d, ["size", "fps", "background", "x"][j % 4], [720, "25", s, None, (64, 64), True][j % 6]),
}
LOSES_ITS_OWN = {
    "delete",
    "delete_shot",
    "film",
    "mood",
    "mood of",
    "layout",
    "rename_shot",
    "transition",
    "voice",
    "title",
    "identity",
}
"""What is taken out takes its comments along."""
CHANGED = dict.fromkeys(LINES, 1) | {"join": 2, "new": 0, "duplicate": 0, "beat": 0, "cut": 0, "move": 0}
"""How many lines an edit of a line may change or take away."""


def lines_of(document):
    return Counter(repr(told(line.node)) for line in document.outline.lines)


def attempt(document, name, numbers, text):
    """The document after an edit, if it is one that can be done."""
    edits = LINES | FILM
    try:
        edit = edits[name](document, *numbers, text)
    except EditError as error:
        assert all(isinstance(d, Diagnostic) and d.code.startswith("E14") and d.message for d in error.diagnostics)
        return None
    history = History(document)
    step = history.do(edit)
    after = history.document
    assert after.root is not None
    if step is not None:
        history.undo()
        assert history.document.raw == document.raw
        history.redo()
        assert history.document.raw == after.raw
    return after


@pytest.mark.parametrize("name", LINES)
@given(data=st.data())
@trying(max_examples=40)
def test_edits_of_lines(documents, name, data):
    document = data.draw(st.sampled_from(documents))
    numbers = data.draw(st.tuples(st.integers(-1, len(document.outline.lines)), st.integers(0, 40)))
    after = attempt(document, name, numbers, data.draw(st.sampled_from([*TEXTS, *PIECES])))
    if after is None:
        return
    gone = lines_of(document) - lines_of(after)
    assert gone.total() <= CHANGED[name]
    if name not in LOSES_ITS_OWN:
        assert lost_comments(document, after) == []
    if "\r" in document.raw:
        assert after.raw.count("\r\n") == after.raw.count("\n") and after.raw[0] == document.raw[0]


@pytest.mark.parametrize("name", FILM)
@given(data=st.data())
@trying(max_examples=40)
def test_edits_of_shots_and_people(documents, name, data):
    document = data.draw(st.sampled_from(documents))
    numbers = data.draw(st.tuples(st.integers(-1, len(document.outline.shots)), st.integers(0, 40)))
    after = attempt(document, name, numbers, data.draw(st.sampled_from([*TEXTS, *PIECES])))
    if after is None or name in ("rename", "delete_shot"):
        return
    assert not lines_of(document) - lines_of(after)
    if name not in LOSES_ITS_OWN:
        assert lost_comments(document, after) == []
