"""A thread that does the last thing it was asked for: what was asked before and has not begun is forgotten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """`work` is called in the thread, with one thing after the other, as soon as nothing else was asked for in `rest_s`. It must
    not raise."""

    def __init__(self, name: str, work: Callable[[T], None], *, rest_s: float = 0.0) -> None:
        self._work, self._rest_s = work, rest_s
        self._wanted: list[T] = []
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def ask(self, thing: T) -> None:
        """Do this next."""
        with self._changed:
            self._wanted[:] = [thing]
            self._changed.notify()
        if not self._thread.is_alive() and not self._closed:
            self._thread.start()

    def close(self, wait_s: float = 0.0) -> None:
        """Do nothing else, and wait for what is being done."""
        with self._changed:
            self._closed = True
            self._wanted.clear()
            self._changed.notify()
        if self._thread.is_alive() and wait_s > 0:
            self._thread.join(wait_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._wanted and not self._closed:
                    self._changed.wait()
                while self._rest_s and not self._closed and self._changed.wait(self._rest_s):
                    pass  # something else was asked for: it rests anew
                if self._closed:
                    return
                thing = self._wanted.pop()
            self._work(thing)
