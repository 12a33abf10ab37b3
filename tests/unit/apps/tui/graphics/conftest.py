"""Terminals that are played: they answer what real ones answer, and keep what was written to them."""

from __future__ import annotations

import os
import pty
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from emostage.apps.tui.graphics.probe import QUESTIONS


class Terminal:
    """A terminal on a pty. It says `before` at once, `answers` when it is asked, and nothing more."""

    def __init__(self, answers: bytes, before: bytes = b"") -> None:
        self.master, self.slave = pty.openpty()
        self.heard = bytearray()
        self._answers, self._before = answers, before
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        if self._before:
            os.write(self.master, self._before)
        while not self._end.is_set():
            if select.select([self.master], [], [], 0.01)[0]:
                self.heard += os.read(self.master, 4096)
                if self._answers and QUESTIONS in self.heard:
                    os.write(self.master, self._answers)
                    self._answers = b""

    def close(self) -> None:
        self._end.set()
        self._thread.join()
        os.close(self.master)
        os.close(self.slave)


class Stream:
    """What `sys.__stdin__` is there."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        return self._fd


@pytest.fixture
def sitting_at() -> Iterator[Callable[..., AbstractContextManager[Terminal]]]:
    """`with sitting_at(answers, before=b"") as terminal`."""
    with pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def sit(answers: bytes, before: bytes = b"") -> Iterator[Terminal]:
            terminal = Terminal(answers, before)
            patch.setattr("sys.__stdin__", Stream(terminal.slave))
            patch.setattr("sys.__stderr__", Stream(terminal.slave))
            try:
                yield terminal
            finally:
                patch.undo()
                terminal.close()

        yield sit
