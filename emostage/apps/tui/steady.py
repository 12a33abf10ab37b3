"""The terminal after a stop that nobody announced: by `kill -STOP` and `-CONT`, or by whatever else stops programs."""

from __future__ import annotations

from contextlib import suppress

from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver


class SteadyDriver(LinuxDriver):
    """Takes the terminal anew when it is continued, and never twice. Textual 8 takes every SIGCONT as the end of a SIGTSTP of its
    own, and begins another thread that reads the keys; two of them wait for each other, so that the editor could not be left."""

    _continuing = False

    def _sigcont_application(self, *_: object) -> None:
        """In its turn, not in the middle of what was stopped: that may hold what is needed here."""
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        if self._key_thread is None or self._continuing:
            return  # not yet begun, or continued in the middle of this
        self._continuing = True
        try:
            if self._auto_restart and not self._must_signal_resume:
                self.suspend_application_mode()
                self._must_signal_resume = True
            super()._sigcont_application()
        finally:
            self._continuing = False


def steady(usual: type[Driver]) -> type[Driver]:
    """A driver that is as steady as it can be in the place of a usual one."""
    return SteadyDriver if usual is LinuxDriver else usual
