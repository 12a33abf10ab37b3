"""What is left of an edit that never ended: recovery files, and reading them back.

A recovery file holds one JSON value a line: first who edits what (`format`, `scene`, `host`, `pid`, `started`), the SHA-256 of
what was in the scene's `file`, and the characters to start from (`base`, `sha256`); then what was done to them, in order:

    {"do": LABEL, "patches": [[AT, OLD, NEW], ...]}   {"undo": LABEL, "patches": [...]}   {"redo": LABEL, "patches": [...]}
    {"saved": SHA256}

Patches are those that were made, also of an undo, so that every line says what it changes without those before. A line that is cut
or makes no sense ends the reading: what came before it counts.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

import platformdirs

from emostage.core.whole import runs

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ENV_STATE = "EMOSTAGE_STATE"
FORMAT = "emostage-recovery/1"
LARGEST_FILE = 96 * 2**20
"""Largest recovery file that is read."""
LARGEST_TEXT = 16 * 2**20
"""Most characters of a scene on the way."""
MOST_LINES = 50_000
"""Most lines of a file that are read."""


class Change(NamedTuple):
    """`old` at an offset of the raw characters becomes `new`."""

    at: int
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class Done:
    """One line of a recovery file: `do`, `undo` or `redo`, and the changes it made one after the other."""

    kind: str
    label: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What a recovery file holds: the characters of the scene when the file begins (`base`) and when it ends (`text`), and all
    that was done between. `differs`: the text is not what is in the file now. `moved_on`: the file was changed by somebody else
    since it was begun or saved. `open_by`: the process that has it open at this moment. `at_s`: of the last change, since 1970."""

    path: Path
    scene: Path
    base: str = field(repr=False)
    text: str = field(repr=False)
    at_s: float
    done: tuple[Done, ...] = field(default=(), repr=False)
    differs: bool = True
    moved_on: bool = False
    open_by: int | None = None


def recovery_folder() -> Path:
    """Where recovery files lie: `$EMOSTAGE_STATE/recover`, else in the user's state folder."""
    override = os.environ.get(ENV_STATE)
    root = Path(override).expanduser() if override else platformdirs.user_state_path("emostage", appauthor=False)
    return root / "recover"


def recovery_path(folder: Path, scene: Path) -> Path:
    """The recovery file of a scene, named after where the scene really lies."""
    return folder / f"{hashlib.sha256(os.path.realpath(scene).encode(errors='surrogateescape')).hexdigest()[:32]}.jsonl"


def recoverable(scene: Path, folder: Path | None = None) -> Recovered | None:
    """What the last editor of a scene left; None for nothing, or nothing that can be read. Never raises.

    `scene` need not be there any more.
    """
    try:
        path = recovery_path(folder or recovery_folder(), scene)
        if not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return None
        data, at_s, held = path.read_bytes(), path.stat().st_mtime, is_held(path)
    except (OSError, ValueError):
        return None
    lines = data.split(b"\n")[:-1]  # a last line without its end is cut
    header = _json(lines[0]) if lines else None
    if not _is_header(header):
        return None
    base = header["base"]
    text, done, saved = _replayed(base, lines[1 : MOST_LINES + 1])
    now = _bytes_of(scene)
    return Recovered(
        path=path,
        scene=Path(os.path.realpath(scene)),
        base=base,
        text=text,
        at_s=at_s,
        done=done,
        differs=encoded(text) != now,
        moved_on=digest(now) != (saved or header["file"]),
        open_by=header["pid"] if _is_open(header, held) else None,
    )


def forget(recovered: Recovered) -> None:
    """Throw a recovery file away, unless somebody has it open."""
    if not is_held(recovered.path):
        recovered.path.unlink(missing_ok=True)


def encoded(text: str) -> bytes:
    """The bytes of characters; halves of a pair, which no file can hold, do not raise."""
    return text.encode("utf-8", "surrogatepass")


def digest(data: bytes) -> str:
    """What tells bytes from others."""
    return hashlib.sha256(data).hexdigest()


def is_held(path: Path) -> bool | None:
    """Whether a living editor holds a recovery file; None where that cannot be found out."""
    if fcntl is None:
        return None
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    except OSError:
        return None
    return False


def hold(descriptor: int) -> None:
    """Hold a recovery file for as long as this process lives or the descriptor is open."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_open(header: dict[str, Any], held: bool | None) -> bool:
    """Whether the writer of a file lives; by its number where there are no locks."""
    if held is not None:
        return held
    return bool(header["host"] == socket.gethostname() and runs(header["pid"]))


def _is_header(value: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        return False
    kinds = {"scene": str, "base": str, "sha256": str, "file": str, "host": str, "pid": int}
    if not all(type(value.get(name)) is kind for name, kind in kinds.items()):
        return False
    return 0 < value["pid"] < 2**31 and len(value["base"]) <= LARGEST_TEXT and digest(encoded(value["base"])) == value["sha256"]


def _replayed(base: str, lines: list[bytes]) -> tuple[str, tuple[Done, ...], str | None]:
    """The text after the lines of a file up to the first that does not fit, what was done, and what was last saved."""
    text, saved, done = base, None, []
    for line in lines:
        record = _json(line)
        if isinstance(record, dict) and isinstance(record.get("saved"), str):
            saved = record["saved"]
            continue
        step = _done(record)
        after = _applied(text, step.changes) if step else None
        if step is None or after is None:
            break
        text = after
        done.append(step)
    return text, tuple(done), saved


def _done(record: Any) -> Done | None:
    if not isinstance(record, dict) or not isinstance(record.get("patches"), list):
        return None
    kind = next((kind for kind in ("do", "undo", "redo") if isinstance(record.get(kind), str)), None)
    changes = tuple(_changes(record["patches"]))
    if kind is None or len(changes) != len(record["patches"]):
        return None
    return Done(kind=kind, label=record[kind], changes=changes)


def _changes(patches: list[Any]) -> Iterator[Change]:
    for patch in patches:
        if isinstance(patch, list) and [type(part) for part in patch] == [int, str, str]:
            yield Change(*patch)


def _applied(text: str, changes: tuple[Change, ...]) -> str | None:
    """A text after changes one after the other; None when they are of another text, or make it too long."""
    for at, old, new in changes:
        if not 0 <= at <= len(text) or not text.startswith(old, at) or len(text) + len(new) > LARGEST_TEXT:
            return None
        text = text[:at] + new + text[at + len(old) :]
    return text


def _json(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _bytes_of(scene: Path) -> bytes:
    """What is in the file of a scene; nothing where there is none."""
    try:
        with scene.open("rb") as file:
            return file.read(LARGEST_TEXT + 1)
    except (OSError, ValueError):
        return b""
