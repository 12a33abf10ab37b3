"""A screen that tells and asks."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from typing import Any, TypeVar

from textual.screen import ModalScreen, Screen

from emostage.core.errors import EmostageError

Answer = TypeVar("Answer")
_READ_S, _READ_WRONG_S = 3.0, 6.0
"""How long it takes to read what is told, and what is wrong."""


class Telling(Screen[None]):
    """What is told goes away by itself; what is asked stays until it is answered."""

    def __init__(self) -> None:
        super().__init__()
        self._readable: dict[str, float] = {}

    def tell(self, message: str, *, wrong: bool = False) -> None:
        """Say something that goes away by itself; what is still to be read is not said again."""
        stays_s, now_s = _READ_WRONG_S if wrong else _READ_S, time.monotonic()
        if now_s >= self._readable.get(message, 0.0):
            self._readable = {message: now_s + stays_s} | {said: end_s for said, end_s in self._readable.items() if end_s > now_s}
            self.notify(message, severity="error" if wrong else "information", timeout=stays_s, markup=False)

    def refuse(self, error: EmostageError) -> None:
        """Say what could not be done, and what to do about it."""
        for found in error.diagnostics[:2]:
            self.tell(f"{found.message}{'. ' + found.hint if found.hint else ''} ({found.code})", wrong=True)

    async def ask(self, screen: ModalScreen[Answer]) -> Answer | None:
        """Ask something on a screen of its own; only in a worker."""
        return await self.app.push_screen_wait(screen)

    def later(self, work: Awaitable[Any]) -> None:
        """Do something that asks or waits. A fault in it is told, and the editor goes on: edits are done whole or not at all."""
        self.run_worker(self._told(work), group="asking", exclusive=False, exit_on_error=True)

    async def _told(self, work: Awaitable[Any]) -> None:
        try:
            await work
        except Exception as error:
            if getattr(self.app, "traceback", True):
                raise
            from emostage.apps.guard import known

            self.refuse(known(error))
