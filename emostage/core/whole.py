"""Files that are whole or not there: written beside their place as `NAME.….part`, moved there when finished, removed on failure.

A link is followed: what it points to is replaced, and the link stays.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from emostage.core.errors import EmostageError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""System errors of a disk, quota or file size that is used up."""


def disk_error(error: OSError, path: Path) -> EmostageError:
    """What a system error means for a file that should have been written at `path`."""
    if error.errno in FULL:
        return EmostageError.of("E100", f"no space left for '{path}'", "free some space, or write to another disk")
    if error.errno in (errno.EISDIR, errno.ENOTEMPTY) or _is(Path.is_dir, path):
        return EmostageError.of("E102", f"'{path}' is a folder", "give the name of a file")
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EEXIST) and not _is(Path.is_dir, path.parent):
        if _is(Path.exists, path.parent):
            return EmostageError.of("E102", f"'{path.parent}' is not a folder", "choose another place")
        return EmostageError.of("E102", f"there is no folder '{path.parent}'", "create it, or choose another place")
    if error.errno == errno.ENAMETOOLONG:
        return EmostageError.of("E101", f"cannot write '{path.name[:40]}…': its name is too long", "choose a shorter name")
    reason = error.strerror or type(error).__name__
    return EmostageError.of("E101", f"cannot write '{path}': {reason}", "choose a folder that you may write to")


def _is(kind: Callable[[Path], bool], path: Path) -> bool:
    """Whether a path is of a kind; no where that cannot be found out (names with null characters, names that are too long)."""
    try:
        return kind(path)
    except (OSError, ValueError):
        return False


def real_place(path: Path) -> Path:
    """Where a file written at `path` ends up: links are followed. Raises EmostageError E101 for links that lead nowhere in
    circles and E102 for what is neither a file nor free (a folder, a device, a pipe)."""
    with writing(path):
        try:
            real = path.resolve()
        except RuntimeError as error:  # a circle of links, up to Python 3.12
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error
        except ValueError as error:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from error
        mode = real.lstat().st_mode if os.path.lexists(real) else stat.S_IFREG
        if stat.S_ISLNK(mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    if stat.S_ISDIR(mode):
        raise disk_error(IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)), path)
    if not stat.S_ISREG(mode):
        raise EmostageError.of("E102", f"'{path}' is a device or pipe", "give the name of a file")
    return real


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A block whose system errors are about writing `path`: they become EmostageError E100, E101 or E102."""
    try:
        yield
    except OSError as error:
        raise disk_error(error, path) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; it takes the place of `path` when the block ends well and vanishes when it does not.

    Every call writes to a name of its own, for the ffmpeg of a run that was killed may live on for a moment; what killed runs have
    left is removed. Raises EmostageError E100 (disk full), E101 (not writable), E102 (a folder or device, or no folder).
    """
    real = real_place(path)
    with writing(path):
        _sweep(real)
        part = _new_part(real)
    try:
        yield part
        with writing(path):
            os.replace(part, real)  # noqa: PTH105 - the documented atomic call
    finally:
        part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises EmostageError E100, E101, E102."""
    with whole_file(path) as part, writing(path):
        part.write_bytes(data)


def check_writable(path: Path) -> None:
    """Try whether `whole_file` could begin; nothing is left. Raises EmostageError E100, E101, E102."""
    real = real_place(path)
    with writing(path):
        _new_part(real).unlink()


def _new_part(path: Path) -> Path:
    part = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}.part")
    part.open("xb").close()
    return part


def _sweep(path: Path) -> None:
    """Remove the parts of `path` whose process is gone."""
    pattern = re.compile(re.escape(path.name) + r"\.(\d{1,9})-[0-9a-f]{8}\.part")
    for part in path.parent.iterdir():
        found = pattern.fullmatch(part.name)
        if found and not runs(int(found[1])):
            part.unlink(missing_ok=True)


def runs(process: int) -> bool:
    """Whether a process runs, by its number; yes where that cannot be asked without harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
