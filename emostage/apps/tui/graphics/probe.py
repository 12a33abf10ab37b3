"""What the terminal can draw: it is asked once, before anything is drawn.

Four questions are written at once: a picture of one pixel by kitty's protocol
(https://sw.kovidgoyal.net/kitty/graphics-protocol/#querying-support-and-available-transmission-mediums), the size of a cell
(xterm's `CSI 16 t`), its name (`CSI > q`), and what it is (DA1, `CSI c`). All terminals answer the last one, in order, so that
nothing is waited for once it is answered. Who knows sixels has a 4 among the attributes that DA1 tells. Many who know kitty's
protocol do not know its placeholders, and cannot be asked: those that do are known by name.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from emostage.apps.tui.graphics.kind import CELL_PX, Graphics, Kind

try:
    import fcntl
    import struct
    import termios
    import tty
except ImportError:  # where there are no terminals of this kind, as on Windows, half blocks are drawn
    termios = None  # type: ignore[assignment]

QUESTIONS = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[16t\x1b[>q\x1b[c"
LIMIT_S, FAR_LIMIT_S = 0.25, 1.0
"""How long an answer is waited for; longer where the terminal is far away, since answers that come later are taken for keys."""
_FORCED: dict[str, Kind] = {"kitty": "kitty", "sixel": "sixel"}
_MUTE = ("", "dumb", "linux")
"""Terminals that draw nothing, or that print what they are asked."""
_MOST = 64 * 1024
"""Most bytes that are read."""
_KITTY = re.compile(rb"\x1b_Gi=31;OK\x1b\\")
_NAME = re.compile(rb"\x1bP>\|([ -~]{1,99})\x1b\\")
_KITTY_NAME = re.compile(r"kitty\((\d+)\.(\d+)")
_PLACEHOLDERS_SINCE = (0, 28)
"""The version of kitty that first knows placeholders."""
_CELL = re.compile(rb"\x1b\[6;(\d{1,4});(\d{1,4})t")
_ATTRIBUTES = re.compile(rb"\x1b\[\?\d+((?:;\d*)*)c")
_SIXEL = b"4"
_SIDES_PX = range(2, 257)
_ASPECTS = (0.8, 5.0)


def probe(wanted: str = "auto") -> Graphics:
    """What the terminal draws of what is `wanted`: auto, kitty, sixel, half, none. It is asked where that matters, for at most
    `LIMIT_S`, and left as it was; keys that were pressed meanwhile are forgotten. Never raises."""
    fds = _terminal()
    if fds is None or "NO_COLOR" in os.environ:
        return Graphics()
    cell_px = _cell_of(fds[1])
    if wanted != "auto" and wanted not in _FORCED:
        return Graphics(cell_px=cell_px or CELL_PX, system_px=cell_px)
    said, asks = b"", not _mute()
    if asks:
        with suppress(OSError, ValueError):
            said = asked(*fds, FAR_LIMIT_S if os.environ.keys() & {"SSH_CONNECTION", "SSH_TTY"} else LIMIT_S)
    kind, told_px = understood(said)
    late = asks and not _ATTRIBUTES.search(said)
    kind = _FORCED.get(wanted, kind)
    return Graphics(kind=kind, cell_px=told_px or cell_px or CELL_PX, system_px=cell_px, late=late)


def resized(graphics: Graphics) -> Graphics:
    """The same after the terminal may have taken another font: cells are larger or smaller by as much as the system says."""
    fds, before = _terminal(), graphics.system_px
    now = _cell_of(fds[1]) if fds and before else None
    if now is None or before is None or now == before:
        return graphics
    width, height = (max(1, round(side * new / old)) for side, new, old in zip(graphics.cell_px, now, before, strict=True))
    return replace(graphics, cell_px=(width, height), system_px=now)


def understood(said: bytes) -> tuple[Kind, tuple[int, int] | None]:
    """The kind of graphics, and the (width, height) of a cell in pixels, that answers tell, whatever was typed between them."""
    attributes = _ATTRIBUTES.search(said)
    kind: Kind = "half"
    if attributes and _SIXEL in attributes[1].split(b";"):
        kind = "sixel"
    elif _KITTY.search(said) and _knows_placeholders(said):
        kind = "kitty"
    cell = _CELL.search(said)
    return kind, _sensible(int(cell[2]), int(cell[1])) if cell else None


def _knows_placeholders(said: bytes) -> bool:
    """Whether it is kitty or Ghostty, new enough; who does not tell a name is taken for what `$TERM` says."""
    told = _NAME.search(said)
    if told is None:
        return os.environ.get("TERM") in ("xterm-kitty", "xterm-ghostty")
    name = told[1].decode("ascii").lower()
    version = _KITTY_NAME.match(name)
    return "ghostty" in name or (version is not None and (int(version[1]), int(version[2])) >= _PLACEHOLDERS_SINCE)


def asked(reads: int, writes: int, limit_s: float) -> bytes:
    """What a terminal, on two file descriptors, answers to the questions, and what was typed. Raises OSError for what is none."""
    said = bytearray()
    end_s = time.monotonic() + limit_s
    with _raw(reads):
        os.write(writes, QUESTIONS)
        while not _ATTRIBUTES.search(said) and len(said) < _MOST:
            ready, _, _ = select.select([reads], [], [], max(0.0, end_s - time.monotonic()))
            if not ready or not (read := os.read(reads, 4096)):
                break
            said += read
    return bytes(said)


def forget() -> None:
    """Forget what came from the terminal and was not read, such as answers that came too late."""
    fds = _terminal()
    if fds is not None:
        with suppress(OSError, termios.error):
            termios.tcflush(fds[0], termios.TCIFLUSH)


@contextmanager
def _raw(fd: int) -> Iterator[None]:
    """Every byte as it comes, without an echo; afterwards as before, and nothing is left to read."""
    try:
        before = termios.tcgetattr(fd)
        tty.setcbreak(fd, termios.TCSANOW)
    except termios.error as error:
        raise OSError(str(error)) from error
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcflush(fd, termios.TCIFLUSH)
            termios.tcsetattr(fd, termios.TCSANOW, before)  # waits for nothing: output may be held


def _terminal() -> tuple[int, int] | None:
    """Where Textual reads and writes, if both are a terminal."""
    if termios is None or sys.__stdin__ is None or sys.__stderr__ is None:
        return None
    with suppress(OSError, ValueError):
        fds = sys.__stdin__.fileno(), sys.__stderr__.fileno()
        if all(os.isatty(fd) for fd in fds):
            return fds
    return None


def _mute() -> bool:
    environ = os.environ
    return environ.get("TERM", "") in _MUTE or environ.get("TERM_PROGRAM") == "Apple_Terminal"


def _cell_of(fd: int) -> tuple[int, int] | None:
    """The size of a cell by what the system knows of the terminal."""
    try:
        rows, columns, width, height = struct.unpack("HHHH", fcntl.ioctl(fd, termios.TIOCGWINSZ, bytes(8)))
    except OSError:
        return None
    return _sensible(width // columns, height // rows) if rows and columns else None


def _sensible(width: int, height: int) -> tuple[int, int] | None:
    """A size, if a cell can have it."""
    good = width in _SIDES_PX and height in _SIDES_PX and _ASPECTS[0] <= height / width <= _ASPECTS[1]
    return (width, height) if good else None
