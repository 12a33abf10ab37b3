"""The recovery file of a scene that is being edited: whatever is done is written down at once, so that a crash loses nothing.

Every line is one write to the system, so that an editor that is killed leaves whole lines; once a second they are made to last
through a loss of power too. `emostage.editing.recovery` says what the lines hold and reads them back.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol, Self

from emostage.core.errors import EmostageError
from emostage.core.whole import writing
from emostage.editing.recovery import FORMAT, digest, encoded, hold, recoverable, recovery_folder, recovery_path

LARGEST = 8 * 2**20
"""A file that grows over this many bytes is begun again."""
MOST_RECORDS = 10_000
"""A file of more lines than this is begun again, so that reading it back stays quick."""
SYNC_S = 1.0
"""What is written lasts through a loss of power after this long at the latest, as long as something is written."""


class PatchLike(Protocol):
    """`old` at an offset of the raw characters becomes `new`."""

    @property
    def at(self) -> int:
        """Offset in the characters that patches before this one have left."""

    @property
    def old(self) -> str:
        """What stands there."""

    @property
    def new(self) -> str:
        """What will stand there."""


class Journal:
    """The recovery file of an open scene. Begun by `Journal.begin`, ended by `close`.

    Errors of the disk are raised as EmostageError E100, E101 or E102, and the edit they stopped from being written is written with
    the next one: whoever edits may go on.
    """

    def __init__(self, path: Path, scene: Path, base: str) -> None:
        self.path, self._scene = path, scene
        self._text, self._descriptor = base, -1
        self._size = self._records = self._first = 0
        self._file = digest(encoded(base))
        self._whole = True
        self._synced_s = time.monotonic()

    @classmethod
    def begin(cls, scene: Path, base: str, *, folder: Path | None = None, text: str | None = None) -> Self:
        """Begin the recovery file of a scene whose file holds `base`; `text` is what a recovery has made of it already. What an
        earlier editor has left there is replaced, whole, at the last moment.

        Raises EmostageError E140 when another editor has the scene open, and E100, E101, E102 for the disk.
        """
        folder = folder or recovery_folder()
        path = recovery_path(folder, scene)
        with writing(path):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _refuse_if_held(path, scene)
            for left in folder.glob(f"{path.name}.*.part"):  # of an editor that was killed while it began
                left.unlink(missing_ok=True)
        journal = cls(path, Path(os.path.realpath(scene)), base)
        journal._begin_again(base, _recovery(base, text) if text is not None and text != base else ())
        journal._text = base if text is None else text
        return journal

    def did(self, label: str, patches: Iterable[PatchLike]) -> None:
        """An edit was done. `patches` in the order they were made."""
        self._changed("do", label, patches)

    def undid(self, label: str, patches: Iterable[PatchLike]) -> None:
        """An edit was taken back; `patches` are those that took it back, in the order they were made."""
        self._changed("undo", label, patches)

    def redid(self, label: str, patches: Iterable[PatchLike]) -> None:
        """An edit was done again."""
        self._changed("redo", label, patches)

    def saved(self, data: bytes) -> None:
        """The scene was written to its file."""
        self._file = digest(data)
        self._write({"saved": self._file})

    def reloaded(self, base: str) -> None:
        """The characters are those of the file now, whatever they were: the recovery file is begun again."""
        self._text, self._file = base, digest(encoded(base))
        self._begin_again(base, ())

    def sync(self) -> None:
        """Make all that was written last through a loss of power."""
        if self._descriptor >= 0:
            with writing(self.path):
                os.fsync(self._descriptor)
            self._synced_s = time.monotonic()

    def close(self, *, keep: bool = False) -> None:
        """End the recovery file: it is removed, unless it is to be kept for the next start."""
        if self._descriptor < 0:
            return
        if not keep:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1

    def _changed(self, kind: str, label: str, patches: Iterable[PatchLike]) -> None:
        made = [(patch.at, patch.old, patch.new) for patch in patches]
        text = self._text
        for at, old, new in made:
            if not text.startswith(old, at):
                raise ValueError("this edit is of another text")
            text = text[:at] + new + text[at + len(old) :]
        self._text = text
        self._write({kind: label, "patches": made})

    def _write(self, record: dict[str, Any]) -> None:
        if self._descriptor < 0:
            return
        line = _line(record)
        too_much = self._size + len(line) > max(LARGEST, 4 * self._first) or self._records >= MOST_RECORDS
        if too_much or not self._whole:
            self._begin_again(self._text, ())
            return
        with writing(self.path):
            self._append(line)
            if time.monotonic() - self._synced_s >= SYNC_S:
                self.sync()

    def _append(self, line: bytes) -> None:
        """Write a line; of one that cannot be written whole nothing stays."""
        self._whole = False
        try:
            written = os.write(self._descriptor, line)
            if written < len(line):
                os.write(self._descriptor, line[written:])  # says why
        except OSError:
            os.ftruncate(self._descriptor, self._size)
            raise
        self._whole = True
        self._size += len(line)
        self._records += 1

    def _begin_again(self, base: str, records: Iterable[dict[str, Any]]) -> None:
        """Replace the file by one that starts from `base`; until it is whole the old one stays."""
        header = {
            "format": FORMAT,
            "scene": str(self._scene),
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "started": time.time(),
            "file": self._file,
            "sha256": digest(encoded(base)),
            "base": base,
        }
        lines = [_line(record) for record in (header, *records)]
        part = self.path.with_name(f"{self.path.name}.{os.getpid()}-{token_hex(4)}.part")
        with writing(self.path):
            descriptor = _moved(part, self.path, b"".join(lines))
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor, self._whole = descriptor, True
        self._size, self._first, self._records = sum(map(len, lines)), len(lines[0]), len(lines)


def _moved(part: Path, path: Path, data: bytes) -> int:
    """The descriptor of a file of the user's alone that holds `data`, on the disk, and is held by this process; it takes the place
    of `path` when it is whole."""
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        hold(descriptor)
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
        os.replace(part, path)  # noqa: PTH105 - the documented atomic call
    except OSError:
        os.close(descriptor)
        part.unlink(missing_ok=True)
        raise
    return descriptor


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def _recovery(base: str, text: str) -> tuple[dict[str, Any], ...]:
    """What turns the characters of the file into those that were recovered."""
    return ({"do": "recover", "patches": [[0, base, text]]},)


def _refuse_if_held(path: Path, scene: Path) -> None:
    left = recoverable(scene, path.parent)
    if left is not None and left.open_by is not None:
        message = f"'{scene.name}' is open in another editor (process {left.open_by})"
        raise EmostageError.of("E140", message, "close it there first")
