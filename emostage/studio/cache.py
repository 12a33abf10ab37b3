"""The content-addressed cache: what was made once for a fingerprint is never made again.

An entry is two files, `KIND/ab/KEY.SHA12.EXT` with the bytes and `KIND/ab/KEY.json` with their name, size and SHA-256, written in
that order and each by rename. A killed process therefore leaves either a whole entry or none, two processes that make the same
entry both leave a whole one (the last one wins), and a damaged entry is noticed and made again. No locks, so none is left behind.
Nothing but entries and their parts is ever removed: the folder may hold other files.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emostage.core.errors import EmostageError
from emostage.core.whole import disk_error, runs
from emostage.studio.fingerprint import file_digest

ENV_FOLDER = "EMOSTAGE_CACHE"
ENV_LIMIT = "EMOSTAGE_CACHE_GB"
DEFAULT_LIMIT_GB = 10.0
PART = ".part-"
_STALE_S, _YOUNG_S = 24 * 3600.0, 60.0
_PART_NAME = re.compile(re.escape(PART) + r"(\d{1,9})-\d+-.*")
_FILE_NAME = re.compile(r"(\w+)\.[0-9a-f]{12}\.\w+")


def default_folder() -> Path:
    """`$EMOSTAGE_CACHE`, or the user's cache folder."""
    if chosen := os.environ.get(ENV_FOLDER):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("emostage", appauthor=False)


def default_limit() -> int:
    """Size in bytes that `trim` keeps to: `$EMOSTAGE_CACHE_GB` or 10 GB."""
    try:
        return int(float(os.environ.get(ENV_LIMIT, DEFAULT_LIMIT_GB)) * 1e9)
    except (ValueError, OverflowError):
        return int(DEFAULT_LIMIT_GB * 1e9)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One cached file. `used_s` is when it was last asked for (seconds since the epoch); `marks` say whose likeness is in it."""

    kind: str
    key: str
    path: Path
    size: int
    used_s: float
    marks: frozenset[str] = frozenset()


class Cache:
    """Files by kind and key below `folder`."""

    def __init__(self, folder: Path | None = None, *, limit_bytes: int | None = None) -> None:
        self.folder = folder or default_folder()
        self.limit_bytes = default_limit() if limit_bytes is None else limit_bytes
        self._since_s = time.time()

    def ready(self) -> None:
        """Make the folder. Raises EmostageError E100, E101 or E102 when nothing can be kept in it."""
        probe = self.folder / f"{PART}{os.getpid()}-{time.monotonic_ns()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            hint = f"set {ENV_FOLDER} to a folder you may write to"
            reason = disk_error(error, self.folder / "x").diagnostics[0]
            why = "it is not a folder" if self.folder.is_file() else error.strerror
            raise EmostageError.of(reason.code, f"the cache '{self.folder}' cannot be used: {why}", hint) from error

    def get(self, kind: str, key: str) -> Path | None:
        """The whole, undamaged file of a key, or None. A damaged entry is thrown away."""
        note = self._note(kind, key)
        try:
            facts = json.loads(note.read_text())
            path = note.with_name(Path(facts["file"]).name)
            if path.stat().st_size == facts["size"] and file_digest(path) == facts["sha256"]:
                os.utime(note)
                return path
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        self._drop(note)
        return None

    def has(self, kind: str, key: str) -> bool:
        """Whether there seems to be an entry for a key: quick, its bytes are not looked at, and it does not count as used."""
        try:
            facts = json.loads((note := self._note(kind, key)).read_text())
            return bool(note.with_name(Path(facts["file"]).name).stat().st_size == facts["size"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def put(self, kind: str, key: str, extension: str, make: Callable[[Path], None], *, marks: Iterable[str] = ()) -> Path:
        """Let `make(path)` write the file of a key and keep it, to be found by its `marks`. Raises EmostageError E100 (disk full),
        E101 or E102 (not writable) when it cannot be kept."""
        note = self._note(kind, key)
        part = note.with_name(f"{PART}{os.getpid()}-{time.monotonic_ns()}-{key[:16]}{extension}")
        try:
            note.parent.mkdir(parents=True, exist_ok=True)
            make(part)
            sha = file_digest(part)
            path = note.with_name(f"{key}.{sha[:12]}{extension}")
            told = {"marks": sorted(set(marks))} if marks else {}
            facts = json.dumps({"file": path.name, "size": part.stat().st_size, "sha256": sha, **told})
            part.replace(path)
            self._write_whole(note, facts)
        except OSError as error:
            raise self._lost(disk_error(error, note)) from error
        except EmostageError as error:
            raise self._lost(error) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return path

    def _lost(self, error: EmostageError) -> EmostageError:
        """The error of an entry that could not be written, as one about the cache; others as they are."""
        problem = error.diagnostics[0]
        if problem.code not in ("E100", "E101", "E102") or str(self.folder) not in problem.message:
            return error
        what = "no space is left in" if problem.code == "E100" else "nothing can be written to"
        hint = f"free some space, or set {ENV_FOLDER} to a folder on another disk"
        return EmostageError.of(problem.code, f"{what} the cache '{self.folder}'", hint)

    def get_or_put(self, kind: str, key: str, extension: str, make: Callable[[Path], None], *, marks: Iterable[str] = ()) -> Path:
        """The file of a key, made by `make` if need be."""
        return self.get(kind, key) or self.put(kind, key, extension, make, marks=marks)

    def entries(self) -> Iterator[Entry]:
        """All entries, in no order."""
        for note in self.folder.glob("*/??/*.json") if self.folder.is_dir() else ():
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                facts = json.loads(note.read_text())
                if not _belongs(note.with_name(facts["file"]), note.stem):
                    continue
                yield Entry(
                    kind=note.parent.parent.name,
                    key=note.stem,
                    path=note.with_name(Path(facts["file"]).name),
                    size=int(facts["size"]),
                    used_s=note.stat().st_mtime,
                    marks=frozenset(map(str, facts.get("marks", ()))),
                )

    def clear(self, kind: str | None = None, *, marks: Iterable[str] | None = None) -> tuple[int, int]:
        """Remove the entries (of one kind, or with one of these marks, if given); returns how many and their bytes."""
        wanted = None if marks is None else frozenset(marks)
        gone = [entry for entry in self.entries() if kind in (None, entry.kind) and (wanted is None or wanted & entry.marks)]
        for entry in gone:
            self._drop(self._note(entry.kind, entry.key))
        self.sweep()
        return len(gone), sum(entry.size for entry in gone)

    def trim(self) -> int:
        """Remove the entries longest unused until the rest fits the limit; never one used since this cache was opened.
        Returns the bytes removed."""
        self.sweep()
        entries = sorted(self.entries(), key=lambda entry: entry.used_s)
        excess, removed = sum(entry.size for entry in entries) - self.limit_bytes, 0
        for entry in entries:
            if removed >= excess or entry.used_s >= self._since_s - 1.0:
                break
            self._drop(self._note(entry.kind, entry.key))
            removed += entry.size
        return removed

    def sweep(self) -> None:
        """Remove what killed processes left: parts whose process is gone, and files no entry names."""
        if not self.folder.is_dir():
            return
        named = {entry.path for entry in self.entries()}
        for path in self.folder.glob("*/??/*"):
            with contextlib.suppress(OSError):
                age_s = time.time() - path.stat().st_mtime
                part = _PART_NAME.fullmatch(path.name)
                left = part and (age_s > _STALE_S or not runs(int(part[1])))
                orphan = path not in named and age_s > _YOUNG_S and _belongs(path)
                if left or orphan:
                    path.unlink()

    def _note(self, kind: str, key: str) -> Path:
        return self.folder / kind / key[:2] / f"{key}.json"

    def _drop(self, note: Path) -> None:
        with contextlib.suppress(OSError):
            note.unlink(missing_ok=True)
        for path in note.parent.glob(f"{note.stem}.*"):
            with contextlib.suppress(OSError):
                if _belongs(path, note.stem):
                    path.unlink(missing_ok=True)

    @staticmethod
    def _write_whole(path: Path, text: str) -> None:
        part = path.with_name(f"{PART}{os.getpid()}-{time.monotonic_ns()}-{path.name}")
        try:
            part.write_text(text)
            part.replace(path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _belongs(path: Path, key: str | None = None) -> bool:
    """Whether a file is named as one of an entry, of the one with `key` if given, and lies where it would."""
    found = _FILE_NAME.fullmatch(path.name)
    return found is not None and found[1][:2] == path.parent.name and key in (None, found[1])
