"""A scene file as it is edited: its characters, what they say, and replacing some of them.

The file stays the author's: an edit replaces a few characters and leaves all others as they are, so that comments, order, quotes,
blank lines and line ends survive. Offsets of `Span` count in `Document.text`, which has no byte order mark and `\\n` line ends;
those of `Patch` in `Document.raw`, the characters of the file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from emostage.core.errors import SceneError
from emostage.scene import reader
from emostage.scene.check import CheckResult, check_node
from emostage.scene.nodes import MapNode, Node

if TYPE_CHECKING:
    from emostage.editing.outline import Outline

_BOM = "\ufeff"
_LAST = 8
"""Texts whose trees are kept."""


@dataclass(frozen=True, kw_only=True)
class Patch:
    """`old` at an offset of the raw characters becomes `new`."""

    at: int
    old: str
    new: str

    @property
    def inverse(self) -> Patch:
        """The patch that takes it back."""
        return Patch(at=self.at, old=self.new, new=self.old)


@dataclass(frozen=True, order=True)
class Span:
    """What `new` stands in place of: the characters from `start` to `end` of a text."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Document:
    """A scene at one moment. What is derived from the characters is worked out when it is first asked for."""

    path: Path
    raw: str = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> Document:
        """The scene in a file; an empty one when there is no file. Raises SceneError E001, E002 or E006 for one that cannot be
        read."""
        if not path.exists():
            return cls(path=path, raw="")
        return cls.of_bytes(reader.load_bytes(path), path)

    @classmethod
    def of_bytes(cls, data: bytes, path: Path) -> Document:
        """The scene in the bytes of a file. Raises SceneError E002 or E006."""
        mark = _BOM if data.startswith(_BOM.encode()) else ""
        return cls(path=path, raw=mark + reader.decode(data, path))

    def encoded(self) -> bytes:
        """The bytes of the file."""
        return self.raw.encode()

    @cached_property
    def text(self) -> str:
        """The characters as the scene language reads them."""
        return self.raw.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def root(self) -> Node | None:
        """The tree of the text; None when it cannot be read as YAML."""
        read = _read(self.text, self.path)
        return None if isinstance(read, SceneError) else read

    @cached_property
    def checked(self) -> CheckResult:
        """What is wrong with the scene, and the script it says when nothing is."""
        read = _read(self.text, self.path)
        if isinstance(read, SceneError):
            return CheckResult(script=None, diagnostics=read.diagnostics)
        return check_node(read, self.path)

    @cached_property
    def outline(self) -> Outline:
        """Lines, shots and keys and where they stand, as far as the text can be understood."""
        return _outlined(self.root if isinstance(self.root, MapNode) else None)

    def replaced(self, spans: Iterable[Span]) -> Document:
        """The document with spans of its text replaced. Raises ValueError for spans that overlap."""
        return self.patched(self.patches(spans))

    def patches(self, spans: Iterable[Span]) -> tuple[Patch, ...]:
        """Spans of the text as patches of the raw characters, the last first, so that each is right after those before it."""
        found: list[Patch] = []
        begin = None
        for span in sorted(spans, reverse=True):
            if begin is not None and span.end > begin:
                raise ValueError("edits overlap")
            begin = span.start
            start, end = self._raw(span.start), self._raw(span.end)
            found.append(self._patch(start, end, span.new.replace("\n", self.newline)))
        return tuple(patch for patch in found if patch.old != patch.new)

    def _patch(self, start: int, end: int, new: str) -> Patch:
        """A patch of raw characters; a lone carriage return before it does not become half of a line end."""
        if self.raw[start - 1 : start] == "\r" and (new or self.raw[end : end + 1]).startswith("\n"):
            return Patch(at=start - 1, old=self.raw[start - 1 : end], new="\r\n" + new)
        return Patch(at=start, old=self.raw[start:end], new=new)

    def patched(self, patches: Iterable[Patch]) -> Document:
        """The document after patches, one after the other. Raises ValueError for a patch of other characters."""
        raw = self.raw
        for patch in patches:
            end = patch.at + len(patch.old)
            if raw[patch.at : end] != patch.old:
                raise ValueError("this edit is of another text")
            raw = raw[: patch.at] + patch.new + raw[end:]
        return Document(path=self.path, raw=raw)

    @cached_property
    def newline(self) -> str:
        """What most lines of the file end with."""
        pairs = self.raw.count("\r\n")
        return "\r\n" if 2 * pairs > self.raw.count("\n") else "\n"

    @cached_property
    def _pairs(self) -> tuple[int, ...]:
        """Offsets of the text at which the file has two characters for the end of a line."""
        raw, at, found = self.raw.removeprefix(_BOM), -1, list[int]()
        while (at := raw.find("\r\n", at + 1)) >= 0:
            found.append(at - len(found))
        return tuple(found)

    def _raw(self, offset: int) -> int:
        """The raw offset of one in the text."""
        return offset + bisect_left(self._pairs, offset) + self.raw.startswith(_BOM)


@lru_cache(maxsize=_LAST)
def _read(text: str, path: Path) -> Node | SceneError:
    """The tree of a text, or why there is none. The last ones are kept: an edit looks at the same text several times."""
    try:
        return reader.parse(text, path)
    except SceneError as error:
        return error.with_traceback(None)


@lru_cache(maxsize=_LAST)
def _outlined(root: MapNode | None) -> Outline:
    from emostage.editing.outline import outline_of

    return outline_of(root)
