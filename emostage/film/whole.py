"""Files that are whole or not there: written beside their place as `NAME.….part`, moved there when finished, removed on failure."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
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
    if error.errno in (errno.EISDIR, errno.ENOTEMPTY) or (chr(0) not in str(path) and path.is_dir()):
        return EmostageError.of("E102", f"'{path}' is a folder", "give the name of a file")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return EmostageError.of("E102", f"there is no folder '{path.parent}'", "create it, or choose another place")
    reason = error.strerror or type(error).__name__
    return EmostageError.of("E101", f"cannot write '{path}': {reason}", "choose a folder that you may write to")


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
    left is removed. Raises EmostageError E100 (disk full), E101 (not writable), E102 (a folder, or no folder).
    """
    if "\0" in str(path):
        raise disk_error(OSError(errno.EINVAL, os.strerror(errno.EINVAL)), path)
    part = path.with_name(f"{path.name}.{os.getpid()}-{token_hex(4)}.part")
    with writing(path):
        _sweep(path)
        part.open("xb").close()
    try:
        yield part
        with writing(path):
            os.replace(part, path)  # noqa: PTH105 - the documented atomic call
    finally:
        part.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove the parts of `path` whose process is gone."""
    pattern = re.compile(re.escape(path.name) + r"\.(\d{1,9})-[0-9a-f]{8}\.part")
    for part in path.parent.iterdir():
        found = pattern.fullmatch(part.name)
        if found and not _runs(int(found[1])):
            part.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether a process runs; yes where that cannot be asked without harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
