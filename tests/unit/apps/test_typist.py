import sys

import pytest

from emostage.apps import typist
from emostage.apps.typist import KEYS, Typist, sent
from emostage.core.errors import EmostageError

ANSWERS = """
import os, sys, termios, time, tty
tty.setraw(0)
print("size", *os.get_terminal_size(), flush=True)
while (key := os.read(0, 8)) != b"q":
    time.sleep(0.2)
    os.write(1, b"seen ")
    time.sleep(0.1)
    os.write(1, repr(key).encode())
"""


@pytest.fixture
def answering():
    with Typist([sys.executable, "-c", ANSWERS], size=(91, 17)) as somebody:
        somebody.shows("size")
        somebody.settled()
        yield somebody


def test_the_program_has_a_screen_of_its_own(answering):
    assert b"size 91 17" in answering.seen


def test_a_key_is_timed_until_its_first_answer_and_until_all_of_it_is_there(answering):
    answer = answering.timed("right")
    assert 0.2 <= answer.first_s < answer.all_s < 2.0
    assert answer.all_s >= 0.3
    assert repr(KEYS["right"]).encode() in answering.seen


def test_a_key_that_changes_nothing_is_told(monkeypatch):
    monkeypatch.setattr(typist, "_ANSWER_S", 0.3)
    with Typist([sys.executable, "-c", "import time, tty; tty.setraw(0); print('here', flush=True); time.sleep(9)"]) as asleep:
        asleep.shows("here")
        asleep.settled()
        with pytest.raises(EmostageError) as told:
            asleep.timed("up")
    assert "up" in told.value.diagnostics[0].message


def test_keys_are_what_terminals_send():
    assert [sent(key) for key in ("a", "ctrl+q", "up")] == [b"a", b"\x11", b"\x1b[A"]
    with pytest.raises(ValueError, match="f13"):
        sent("f13")


def test_what_has_ended_or_does_not_answer_is_told(answering):
    if answering.memory_mb is not None:
        assert answering.memory_mb > 1
    with pytest.raises(EmostageError) as told:
        answering.shows("never", limit_s=0.2)
    assert told.value.diagnostics[0].code == "E148"
    answering.press("q")
    assert answering.ended() == 0
    with pytest.raises(EmostageError) as told:
        answering.settled(quiet_s=5.0)
    assert told.value.diagnostics[0].code == "E148"


def test_a_screen_that_never_rests_is_given_up():
    with Typist([sys.executable, "-c", "while True: print('x', flush=True)"]) as busy, pytest.raises(EmostageError):
        busy.settled(limit_s=0.3)
