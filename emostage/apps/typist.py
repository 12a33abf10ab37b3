"""A person at a terminal: starts a program on a pseudo-terminal, presses keys, and notes when the screen was done with them.

Times are those of the bytes that come out, so that all is in them: the reading of the key, the work, and the painting. POSIX only.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from emostage.core.errors import EmostageError

KEYS: Mapping[str, bytes] = {
    "left": b"\x1b[D", "right": b"\x1b[C", "up": b"\x1b[A", "down": b"\x1b[B", "home": b"\x1b[H", "end": b"\x1b[F",
    "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "enter": b"\r", "escape": b"\x1b", "f2": b"\x1bOQ", "f3": b"\x1bOR",
    "alt+up": b"\x1b[1;3A", "alt+down": b"\x1b[1;3B",
}  # fmt: skip
"""What a terminal sends for keys that have names; `ctrl+q` and single characters are told by themselves."""
QUIET_S = 0.12
"""A screen to which nothing comes for so long is done."""
_PAINTED_S, _SURE_S, _ANSWER_S = 0.003, 0.35, 5.0
"""What belongs to one painting comes so closely; where a key is timed, all that comes in the longer time belongs to it."""
_HINT = "measure again when the machine has less to do"
_CHUNK = 1 << 16
_SURROUNDINGS: Mapping[str, str | None] = {
    "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": None, "LINES": None, "NO_COLOR": None, "TERM_PROGRAM": None,
    "SSH_CONNECTION": None, "SSH_TTY": None,
}  # fmt: skip
"""This terminal, and not the one that there is already."""


class Answer(NamedTuple):
    """Seconds from a key until the first painting is there, and until the last is."""

    first_s: float
    all_s: float


def sent(key: str) -> bytes:
    """What a terminal sends for a key. Raises ValueError for one it has no name for."""
    if key.startswith("ctrl+") and len(key) == len("ctrl+x"):
        return bytes([ord(key[-1]) & 0x1F])
    if key in KEYS:
        return KEYS[key]
    if len(key) != 1:
        raise ValueError(f"'{key}' is no key")
    return key.encode()


class Typist:
    """Somebody at a screen of `size` (columns, rows). `seen` is all that has come to it."""

    def __init__(
        self, command: Sequence[str], *, size: tuple[int, int] = (160, 45), env: Mapping[str, str | None] | None = None
    ) -> None:
        """Start a program with the surroundings of this one and `env`, of which None takes a variable away."""
        columns, rows = size
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        wanted: dict[str, str | None] = {**os.environ, **_SURROUNDINGS, **(env or {})}
        self.seen = bytearray()
        self.begun_s = time.perf_counter()
        self.process = subprocess.Popen(
            list(command), stdin=slave, stdout=slave, stderr=slave, start_new_session=True, close_fds=True,
            env={name: value for name, value in wanted.items() if value is not None},
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def press(self, *keys: str) -> None:
        """Press keys, one right after the other."""
        for key in keys:
            self.send(sent(key))

    def send(self, data: bytes) -> None:
        """Send what a terminal sends."""
        os.write(self._master, data)

    def timed(self, key: str) -> Answer:
        """Press a key; how soon the screen answers, and when it is all that the key makes of it. Nothing may be going on before.
        Raises EmostageError E148 when the key makes nothing of it."""
        begun_s = time.perf_counter()
        self.press(key)
        if not self._read(_ANSWER_S):
            raise EmostageError.of("E148", f"'{key}' changes nothing on the screen in {_ANSWER_S:g} s", _HINT)
        first_s = self.settled(quiet_s=_PAINTED_S, since_s=time.perf_counter())
        return Answer(first_s - begun_s, self.settled(quiet_s=_SURE_S, since_s=first_s) - begun_s)

    def settled(self, *, quiet_s: float = QUIET_S, limit_s: float = 60.0, since_s: float | None = None) -> float:
        """Wait until nothing more comes to the screen; gives when the last of it came (`since_s` or now, if nothing did).

        Raises EmostageError E148 when the program ends or never comes to rest.
        """
        begun_s = time.perf_counter()
        last_s = begun_s if since_s is None else since_s
        while (now_s := time.perf_counter()) - last_s < quiet_s:
            if now_s - begun_s > limit_s:
                raise EmostageError.of("E148", f"the screen does not come to rest in {limit_s:g} s", _HINT)
            if self._read(quiet_s - (now_s - last_s)):
                last_s = time.perf_counter()
        return last_s

    def shows(self, text: str, *, limit_s: float = 60.0) -> float:
        """Wait until a text comes to the screen; gives when. Raises EmostageError E148 when it does not."""
        begun_s, wanted = time.perf_counter(), text.encode()
        while wanted not in self.seen:
            if time.perf_counter() - begun_s > limit_s:
                raise EmostageError.of("E148", f"'{text}' does not come to the screen in {limit_s:g} s", _HINT)
            self._read(0.05)
        return time.perf_counter()

    @property
    def memory_mb(self) -> float | None:
        """Memory that the program holds now; None where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        except (OSError, ValueError, IndexError):
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def close(self) -> None:
        """End the program, if it has not ended."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._master)

    def ended(self, limit_s: float = 10.0) -> int | None:
        """Wait for the program to end; its exit code, or None when it goes on."""
        until_s = time.perf_counter() + limit_s
        while self.process.poll() is None and time.perf_counter() < until_s:
            self._read(0.05, ends=True)
        return self.process.poll()

    def _read(self, wait_s: float, *, ends: bool = False) -> bool:
        """Take what comes within a time; whether anything did. Raises EmostageError E148 when the program has ended, unless it
        `ends` as it should."""
        ready, _, _ = select.select([self._master], [], [], max(wait_s, 0.0))
        if not ready:
            return False
        try:
            data = os.read(self._master, _CHUNK)
        except OSError:  # Linux tells the end of the other side so
            data = b""
        if not data and not ends:
            raise EmostageError.of("E148", f"the program has ended ({self.process.wait()})", "run it by itself: it says why")
        self.seen += data
        return bool(data)
