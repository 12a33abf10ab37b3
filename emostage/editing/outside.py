"""The file of a scene as others see it: noticing that it was changed, and saving without ever leaving half a file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from emostage.core.whole import real_place, whole_file, writing
from emostage.editing.recovery import digest
from emostage.scene.reader import MAX_BYTES


@dataclass(frozen=True, kw_only=True)
class Stamp:
    """What a file was like when it was last looked at: cheap signs of a change, and what it held (empty: no file)."""

    modified_ns: int = 0
    size: int = -1
    number: int = 0
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Look:
    """A file looked at again. `data` is what it holds now when that is new, None when it is gone; `changed` says whether it is."""

    stamp: Stamp
    changed: bool = False
    data: bytes | None = None


def stamp_of(path: Path, data: bytes) -> Stamp:
    """The stamp of a file that was just read or written as `data`."""
    signs = _signs(path)
    return Stamp(sha256=digest(data)) if signs is None else Stamp(**signs, sha256=digest(data))


def look(path: Path, last: Stamp) -> Look:
    """Look whether a file still holds what it held. Never raises: a file that cannot be read counts as unchanged, one that is gone
    as changed. Of a file over the limit of scenes no more is read than shows that it is too large."""
    signs = _signs(path)
    if signs is None:
        gone = not os.path.lexists(path)
        return Look(stamp=Stamp() if gone else last, changed=gone and bool(last.sha256))
    if signs == {"modified_ns": last.modified_ns, "size": last.size, "number": last.number}:
        return Look(stamp=last)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError:
        return Look(stamp=last)
    stamp = Stamp(**signs, sha256=digest(data))
    same = stamp.sha256 == last.sha256
    return Look(stamp=stamp, changed=not same, data=None if same else data)


def save(path: Path, data: bytes) -> Stamp:
    """Put `data` into a file, whole or not at all, and on the disk before the old one is given up. Its mode stays, and a link stays
    a link. Raises EmostageError E100 (disk full), E101 (not writable, also for a file that is read-only), E102 (a folder)."""
    real = real_place(path)
    mode = _mode(real)
    with writing(path):
        if mode is not None and not os.access(real, os.W_OK):
            raise PermissionError(13, "it is read-only")
    with whole_file(path) as part, writing(path):
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            part.chmod(mode)
    _sync_folder(real.parent)
    return stamp_of(path, data)


def _signs(path: Path) -> dict[str, int] | None:
    """Time, size and number of a regular file, links followed; None for anything else."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return {"modified_ns": found.st_mtime_ns, "size": found.st_size, "number": found.st_ino}


def _mode(real: Path) -> int | None:
    try:
        return stat.S_IMODE(real.stat().st_mode)
    except OSError:
        return None


def _sync_folder(folder: Path) -> None:
    """Make a new name last; where folders cannot be opened, it lasts without."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass
    finally:
        os.close(descriptor)
