"""Forgetting a person: an identity's folder is emptied of all that is the identity's, and the cache of what was drawn with it.

Only what an identity is made of is removed. Links are removed themselves, never what they lead to. The card goes last, so that a
folder of which something could not be removed is still known for what it is, and can be deleted again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emostage.core.errors import AssetError
from emostage.core.identity import CARD, LARGEST_CARD, OWN, SUFFIX, WORK, bytes_digest
from emostage.studio.cache import Cache
from emostage.studio.identities import folder_mark

_FORMAT = re.compile(rb'"format"\s*:\s*"emostage\.identity\.v\d{1,3}"')
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r".+\.\d{1,9}-[0-9a-f]{8}\.part")
"""A file that was being written when its process was killed (`core.whole`)."""
_PLAN = Path(WORK, "plan.json")
_TRACKED = re.compile(rb'"format"\s*:\s*"emostage\.tracked\.v\d{1,3}"')
"""What the plan of tracked footage says, in the work of an identity that was never finished."""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was removed: files with their bytes, and entries of the cache with theirs. `stuck` is what is the identity's and could
    not be removed, `left` what is not the identity's and stays."""

    files: int
    size: int
    entries: int
    entries_size: int
    stuck: tuple[Path, ...]
    left: tuple[Path, ...]


def require_identity(folder: Path) -> None:
    """Raises AssetError E136 for what is no folder of an identity. A damaged card will do, as long as it says what it is of, and so
    does the tracked footage of one that was never finished."""
    why = _unlike(folder)
    if why:
        hint = "name the folder of an identity; nothing was removed"
        raise AssetError.of("E136", f"'{folder}' is no identity: {why}", hint)


def forget(folder: Path, cache: Cache) -> Forgotten:
    """Remove an identity, all that was drawn with it from the cache first. Raises AssetError E136 as `require_identity`."""
    require_identity(folder)
    entries, entries_size = cache.clear(marks=_marks(folder))
    own = [path for path in _within(folder) if _owned(path)]
    files = [file for path in (*own, folder / CARD) if os.path.lexists(path) for file in _files(path)]
    size = sum(file.lstat().st_size for file in files)
    for path in own:
        _remove(path)
    stuck = tuple(path for path in own if os.path.lexists(path))
    if not stuck:
        _remove(folder / CARD)
    left = tuple(path for path in _within(folder) if path not in stuck and path.name != CARD)
    stuck += tuple(path for path in (folder / CARD,) if os.path.lexists(path))
    kept = [file for path in stuck for file in _files(path)]
    if not stuck and not left:
        with suppress(OSError):
            folder.rmdir()
    removed = size - sum(file.lstat().st_size for file in kept)
    return Forgotten(files=len(files) - len(kept), size=removed, entries=entries, entries_size=entries_size, stuck=stuck, left=left)


def _unlike(folder: Path) -> str:
    """Why a folder is none of an identity; empty when it is one."""
    card = folder / CARD
    try:
        if folder.is_symlink():
            return "it is a link"
        if not folder.is_dir():
            return "there is no such folder"
        if not os.path.lexists(card) and _is_begun(folder):
            return ""
        if card.is_symlink() or not card.is_file():
            return f"there is no {CARD} in it"
        with card.open("rb") as file:
            return "" if _FORMAT.search(file.read(LARGEST_CARD)) else f"its {CARD} is that of something else"
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)


def _is_begun(folder: Path) -> bool:
    """Whether an identity was begun in a folder."""
    plan = folder / _PLAN
    if plan.parent.is_symlink() or plan.is_symlink() or not plan.is_file():
        return False
    with plan.open("rb") as file:
        return _TRACKED.search(file.read(LARGEST_CARD)) is not None


def _marks(folder: Path) -> set[str]:
    """Of the folder, of the parts that lie in it, and of those that its card names."""
    marks = {folder_mark(folder)}
    for path in _within(folder):
        if path.name.endswith(SUFFIX) and stat.S_ISREG(path.lstat().st_mode):
            with suppress(OSError):
                marks.add(bytes_digest(path))
    with suppress(OSError, ValueError, RecursionError, KeyError, TypeError, AttributeError):
        told = json.loads((folder / CARD).read_bytes()[:LARGEST_CARD])["parts"].values()
        marks |= {part["sha256"] for part in told if _SHA256.fullmatch(part["sha256"])}
    return marks


def _within(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(folder.iterdir())
    return []


def _owned(path: Path) -> bool:
    """Whether something that lies in an identity's folder is the identity's, the card aside."""
    if path.name == WORK:
        return True
    folder = stat.S_ISDIR(path.lstat().st_mode)
    return not folder and (path.name in OWN or path.name.endswith(SUFFIX) or _PART.fullmatch(path.name) is not None)


def _files(path: Path) -> Iterator[Path]:
    """The files at or below a path; links are such, wherever they lead."""
    if stat.S_ISDIR(path.lstat().st_mode):
        for folder, folders, names in os.walk(path, followlinks=False):
            links = [name for name in folders if Path(folder, name).is_symlink()]
            yield from (Path(folder, name) for name in (*names, *links))
    elif os.path.lexists(path):
        yield path


def _remove(path: Path) -> None:
    with suppress(OSError):
        if stat.S_ISDIR(path.lstat().st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
