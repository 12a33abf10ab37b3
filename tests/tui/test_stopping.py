"""The editor, and what the system does to programs: they are stopped and continued, ended, and their terminals are closed."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from emostage.editing.recovery import recoverable
from tests.tui.test_graphics import Terminal

SCENE = """emostage: 1
film: {size: 96, quality: draft}
cast:
  ada: {portrait: sample/astronaut}
shots:
  - lines:
      - ada: "[happy 0.9] We have lift-off!"
"""


@pytest.fixture
def terminal(scene: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The editor on a terminal that answers nothing, with the scene open."""
    opened = Terminal(scene, b"", tmp_path)
    opened.until(lambda written: b"lift-off" in written)
    yield opened
    opened.close()


def test_who_was_stopped_and_continued_still_hears_every_key_once(terminal: Terminal, scene: Path) -> None:
    for _ in range(3):
        os.kill(terminal.process.pid, signal.SIGSTOP)
        time.sleep(0.05)
        os.kill(terminal.process.pid, signal.SIGCONT)
        begun_s = time.monotonic()
        terminal.until(lambda _, begun_s=begun_s: time.monotonic() > begun_s + 0.5)
    terminal.send(b"Y")
    terminal.until(lambda written: b"copy" in written)
    terminal.send(b"\x13")
    terminal.until(lambda _: scene.read_text(encoding="utf-8").count("lift-off") == 2)
    assert terminal.leave() == 0


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_who_is_ended_ends_soon_and_keeps_what_was_not_saved(
    terminal: Terminal, scene: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("EMOSTAGE_STATE", str(tmp_path / "state"))
    terminal.send(b"Y")
    terminal.until(lambda written: b"copy" in written)
    began_s = time.monotonic()
    os.kill(terminal.process.pid, number)
    terminal.until(lambda _: terminal.process.poll() is not None)
    assert time.monotonic() - began_s < 5.0
    left = recoverable(scene)
    assert left is not None and left.open_by is None
    assert left.text.count("lift-off") == 2
    assert b"offered at the next start" in terminal.written
    assert b"Traceback" not in terminal.written
