"""Runs ffmpeg, the one that comes with imageio-ffmpeg: as argument lists, without a shell, never left behind.

Paths are handed over absolute, so that no name is read as an option or a protocol. What ffmpeg says on stderr is kept (its tail)
and becomes the message of the error. Set `IMAGEIO_FFMPEG_EXE` to use another ffmpeg.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType
from typing import IO, Self

from emostage.core.errors import EmostageError

QUIET = ("-nostdin", "-hide_banner", "-v", "error")
STALL_S = 300.0
"""Longest time ffmpeg may take for a single step before it counts as hanging."""
QUEUE_LENGTH = 8
"""Pieces of input that may wait for ffmpeg."""
PIPE_BYTES = 1 << 20
SIGXFSZ = 25
"""The signal that ends a program which writes more than it may."""


@lru_cache(maxsize=1)
def executable() -> str:
    """Path of ffmpeg. Raises EmostageError E114 when there is none."""
    from imageio_ffmpeg import get_ffmpeg_exe

    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as error:
        hint = "reinstall imageio-ffmpeg, or set IMAGEIO_FFMPEG_EXE"
        raise EmostageError.of("E114", "no ffmpeg found to write the film", hint) from error


def place(path: Path) -> str:
    """A path as ffmpeg takes it: absolute."""
    return str(path.absolute())


def failure(returncode: int, said: str, target: Path | None = None) -> EmostageError:
    """What an exit status and the tail of stderr mean for a file to be written, if any. ffmpeg exits with -errno."""
    what = f"'{target}'" if target else "a film"
    last = said.strip().splitlines()[-1] if said.strip() else "it gave no reason"
    if "No space left" in said or "File too large" in said or returncode in (228, -SIGXFSZ):
        return EmostageError.of("E100", f"no space left for {what}", "free some space, or write to another disk")
    if "Permission denied" in said or "Read-only file system" in said:
        return EmostageError.of("E101", f"cannot write {what}: {last}", "choose a folder that you may write to")
    if returncode < 0:
        hint = "the machine may be out of memory; run the same command again to continue"
        return EmostageError.of("E115", f"ffmpeg was stopped by signal {-returncode}", hint)
    return EmostageError.of("E115", f"ffmpeg failed: {last}")


def stalled(timeout_s: float) -> EmostageError:
    """The error of an ffmpeg that hangs."""
    return EmostageError.of("E116", f"ffmpeg did not answer for {timeout_s:g} s", "run the same command again to continue")


class Child:
    """A running ffmpeg. Leaving the block without `finish` kills it; `finish` waits, and raises EmostageError if it failed."""

    def __init__(self, arguments: Sequence[str], *, feeds: bool = False, reads: bool = False, target: Path | None = None) -> None:
        command = [executable(), *QUIET, *arguments]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if feeds else subprocess.DEVNULL,
                stdout=subprocess.PIPE if reads else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                bufsize=0,
                process_group=0,
            )
        except (OSError, ValueError) as error:
            raise EmostageError.of("E114", f"cannot start ffmpeg: {error}") from error
        self._target = target
        for pipe in (self._process.stdin, self._process.stdout):
            _widen(pipe)
        self._said: deque[bytes] = deque(maxlen=16)
        self._threads = [Thread(target=self._listen, daemon=True)]
        self._queue: Queue[bytes | None] = Queue(QUEUE_LENGTH)
        if feeds:
            self._threads.append(Thread(target=self._write, daemon=True))
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._kill()
        if len(self._threads) > 1 and self._threads[1].is_alive():
            self._queue.put(None)  # the writer meets a broken pipe and empties the queue, so this cannot block for long
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def output(self) -> IO[bytes]:
        """What ffmpeg writes, when started with `reads`."""
        assert self._process.stdout is not None
        return self._process.stdout

    def put(self, piece: bytes, timeout_s: float) -> bool:
        """Queue a piece of input; false when ffmpeg no longer listens. Raises EmostageError E116 when it hangs."""
        try:
            self._queue.put(piece, timeout=timeout_s)
        except Full:
            raise stalled(timeout_s) from None
        return self._process.poll() is None

    def finish(self, timeout_s: float = STALL_S) -> None:
        """End the input and wait. Raises EmostageError (E100, E101, E115, E116)."""
        try:
            if len(self._threads) > 1:
                self._queue.put(None, timeout=timeout_s)
            self._threads[0].join(timeout_s)  # stderr ends with ffmpeg; this wakes at once, a wait with a timeout would poll
            returncode = self._process.wait(1.0 if self._threads[0].is_alive() else timeout_s)
        except (Full, subprocess.TimeoutExpired):
            raise stalled(timeout_s) from None
        if returncode != 0:
            raise failure(returncode, b"".join(self._said).decode("utf-8", "replace"), self._target)

    def _kill(self) -> None:
        if self._process.poll() is None:
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        while said := self._process.stderr.read(4096):
            self._said.append(said)

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        broken = False
        while (piece := self._queue.get()) is not None:
            if not broken:
                try:
                    _write_all(pipe, piece)
                except OSError:  # ffmpeg is gone; its exit status tells why
                    broken = True
        if not broken:
            pipe.close()


def _widen(pipe: IO[bytes] | None) -> None:
    """Let a pipe hold a megabyte, where the system can (Linux); fewer turns for both sides."""
    if pipe is not None and sys.platform == "linux":
        import fcntl

        with suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


def _write_all(pipe: IO[bytes], piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[pipe.write(rest) :]


def run(arguments: Sequence[str], *, target: Path | None = None, timeout_s: float = STALL_S) -> None:
    """Run ffmpeg to its end; errors name `target`. Raises EmostageError (E100, E101, E114, E115, E116)."""
    with Child(arguments, target=target) as child:
        child.finish(timeout_s)


def feed(arguments: Sequence[str], pieces: Iterable[bytes], *, target: Path | None = None, timeout_s: float = STALL_S) -> None:
    """Run ffmpeg with `pieces` as its `pipe:0`: a thread writes while the caller makes the next piece.

    Whatever `pieces` raises ends ffmpeg and is handed on; errors name `target`. Raises EmostageError (E100, E101, E114 to E116).
    """
    with Child(arguments, feeds=True, target=target) as child:
        for piece in pieces:
            if not child.put(piece, timeout_s):
                break
        child.finish(timeout_s)


def read(arguments: Sequence[str], block_bytes: int) -> Iterator[bytearray]:
    """The `pipe:1` of ffmpeg in blocks of `block_bytes`, the last may be shorter. Raises EmostageError (E114, E115, E116)."""
    with Child(arguments, reads=True) as child:
        while True:
            block = bytearray(block_bytes)
            view, filled = memoryview(block), 0
            while filled < block_bytes and (count := child.output.readinto(view[filled:])):  # type: ignore[attr-defined]
                filled += count
            if filled:
                yield block[:filled] if filled < block_bytes else block
            if filled < block_bytes:
                break
        child.finish()
