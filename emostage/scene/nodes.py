"""The tree of a YAML file with the place of every value, down to single characters of a text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from emostage.core.errors import Place

_LINE_END = re.compile("\n")
_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The text of a scene file (line ends are `\\n`) and where its lines start."""

    file: Path | None
    text: str
    line_starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str, file: Path | None = None) -> Source:
        """The source of a text."""
        return cls(file, text, (0, *(found.end() for found in _LINE_END.finditer(text))))

    def place(self, start: int, end: int) -> Place:
        """The place of `text[start:end]`, cut at the end of its first line."""
        start = max(0, min(start, len(self.text)))
        line = bisect_right(self.line_starts, start) - 1
        line_end = self.text.find("\n", start)
        stop = min(max(end, start + 1), len(self.text) if line_end < 0 else line_end)
        column = start - self.line_starts[line] + 1
        return Place(file=self.file, line=line + 1, column=column, end_column=max(column + 1, stop - self.line_starts[line] + 1))


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A single value: `text` as written (without quotes), `value` as YAML 1.2 reads it."""

    source: Source
    start: int
    end: int
    text: str
    value: str | int | float | bool | None
    style: str = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.source.place(self.start, self.end)

    def part(self, start: int | None, end: int | None) -> Place:
        """Where `text[start:end]` stands."""
        if start is None:
            return self.place
        offsets = offsets_of(self)
        if offsets is None:
            return self.place
        last = len(self.text)
        stop = last if end is None else min(end, last)
        return self.source.place(offsets[min(start, last)], offsets[stop - 1] + 1 if stop > start else offsets[stop])


@dataclass(frozen=True, slots=True, eq=False)
class ListNode:
    """A sequence."""

    source: Source
    start: int
    end: int
    items: tuple[Node, ...]

    @property
    def place(self) -> Place:
        """Where it stands (its first line)."""
        return self.source.place(self.start, self.end)


@dataclass(frozen=True, slots=True, eq=False)
class MapNode:
    """A mapping; keys are unique."""

    source: Source
    start: int
    end: int
    pairs: tuple[tuple[ScalarNode, Node], ...]

    @property
    def place(self) -> Place:
        """Where it stands (its first line)."""
        return self.source.place(self.start, self.end)


Node: TypeAlias = ScalarNode | ListNode | MapNode


@lru_cache(maxsize=8)
def offsets_of(node: ScalarNode) -> Sequence[int] | None:
    """Source offset of every character of `node.text` and of its end; None when the two cannot be laid side by side."""
    source, i = node.source.text, node.start
    if node.style in ("'", '"'):
        i += 1
    if _as_written(node, i):
        return range(i, i + len(node.text) + 1)
    if node.style in ("|", ">"):
        i = source.find("\n", i) + 1
    found: list[int] = []
    for char in node.text:
        step = _step(source, i, char, node.style)
        if step is None:
            return None
        found.append(step[0])
        i = step[1]
    return (*found, i)


def _as_written(node: ScalarNode, begin: int) -> bool:
    """Whether the characters of a text stand in the source one by one from an offset on."""
    special = {"'": "'", '"': "\\"}.get(node.style, "\n")
    return node.style not in ("|", ">") and special not in node.text and node.source.text.startswith(node.text, begin)


def _step(source: str, i: int, char: str, style: str) -> tuple[int, int] | None:
    """Offset of the decoded `char` at or after `i`, and the offset behind it."""
    while style == '"' and source[i : i + 2] == "\\\n":
        i += 2
        while source[i : i + 1] in (" ", "\t"):
            i += 1
    if style == '"' and source[i : i + 1] == "\\":
        return i, i + _ESCAPE_LENGTHS.get(source[i + 1 : i + 2], 2)
    if char in " \t\n":
        return i, i + (source[i : i + 1] in (" ", "\t", "\n"))
    while source[i : i + 1] in (" ", "\t", "\n"):
        i += 1
    while style == '"' and source[i : i + 1] == "\\":
        return i, i + _ESCAPE_LENGTHS.get(source[i + 1 : i + 2], 2)
    if source[i : i + 1] != char:
        return None
    return i, i + (2 if style == "'" and char == "'" else 1)
