"""Files that are whole or not there: written beside their place as `NAME.part`, moved there when finished, removed on failure."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

    Raises EmostageError E100 (disk full), E101 (not writable), E102 (a folder, or no folder) when it cannot be made or moved.
    """
    part = path.with_name(path.name + ".part")
    if "\0" in str(path):
        raise disk_error(OSError(errno.EINVAL, os.strerror(errno.EINVAL)), path)
    with writing(path):
        part.unlink(missing_ok=True)  # a new file: whoever still holds the part of a killed run cannot write into this one
        part.open("xb").close()
    try:
        yield part
        with writing(path):
            os.replace(part, path)  # noqa: PTH105 - the documented atomic call
    finally:
        part.unlink(missing_ok=True)
