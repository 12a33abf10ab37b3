"""Reading a scene file: strict YAML 1.2 core with the place of every value.

What YAML 1.1 made of `1:30`, `yes`, `on`, `0777` or `2026-01-01` stays what it looks like; keys are unique; tags, merge keys
and several documents are refused; size, depth and what aliases expand to have limits.
Source: YAML 1.2.2, chapter 10.3 (core schema).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from emostage.core.errors import Diagnostic, Place, SceneError
from emostage.scene import syntax
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode, Source

MAX_BYTES = 4 * 1024 * 1024
"""Largest scene file."""
MAX_DEPTH = 24
"""Deepest nesting, aliases included."""
MAX_NODES = 200_000
"""Most values of a file, aliases counted as often as they are used."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ANCHOR = re.compile(r"&\S+\s+(?!#)")
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_BASED = re.compile(r"0o[0-7]{1,18}\Z|0x[0-9a-fA-F]{1,15}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CONSTANTS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}


def load(path: Path) -> Node:
    """The root node of a scene file. Raises SceneError E001-E009, or all duplicate keys at once."""
    return parse(decode(load_bytes(path), path), path)


def load_bytes(path: Path) -> bytes:
    """The bytes of a scene file, of a longer one than scenes may have the first. Raises SceneError E001."""
    place = Place(file=path, end_column=2)
    try:
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "a device or pipe"
            raise SceneError.of("E001", f"'{path}' is {what}, not a scene file", "give the path of a scene", place)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SceneError.of("E001", f"there is no file '{path}'", "emostage new writes a first scene", place) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SceneError.of("E001", f"'{path}' cannot be read: {reason}", "give the path of a scene", place) from error


def decode(data: bytes, path: Path | None = None) -> str:
    """The text of a file's bytes: UTF-8, with or without a byte order mark. Raises SceneError E002 or E006."""
    if len(data) > MAX_BYTES:
        raise SceneError.of(
            "E006", f"the file is larger than {MAX_BYTES // 2**20} MiB", "split the film", Place(file=path, end_column=2)
        )
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SceneError.of("E002", "the file is UTF-16", "save it as UTF-8", Place(file=path, end_column=2))
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = Source.of(before + "?", path).place(len(before), len(before) + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SceneError.of("E002", message, "save the file as UTF-8", place) from error


def parse(text: str, path: Path | None = None) -> Node:
    """The root node of a YAML text. Raises SceneError E003-E008, or all duplicate keys at once."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    source = Source.of(text, path)
    control = _CONTROL.search(text)
    if control:
        place = source.place(control.start(), control.end())
        raise SceneError.of("E003", f"control character U+{ord(control[0]):04X}", "remove it", place)
    tree = _Tree(source)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            tree.take(event)
    except yaml.YAMLError as error:
        raise SceneError(syntax.explain(error, source)) from error
    if tree.problems:
        raise SceneError(*tree.problems)
    if tree.root is None or (isinstance(tree.root, ScalarNode) and tree.root.text == ""):
        raise SceneError.of("E008", "the file is empty", "emostage new writes a first scene", source.place(0, 1))
    return tree.root


def value_of(text: str) -> str | int | float | bool | None:
    """What a plain scalar means in the YAML 1.2 core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    return float(text) if _FLOAT.match(text) else text


@dataclass
class _Open:
    """A collection whose end has not come yet."""

    start: Any
    anchor: str | None
    children: list[Node] = field(default_factory=list)
    size: int = 1
    depth: int = 1


class _Tree:
    """Builds nodes out of parser events, counting what aliases repeat."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.root: Node | None = None
        self.problems: list[Diagnostic] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int, int]] = {}
        self._documents = 0

    def take(self, event: Any) -> None:
        """Add one event. Raises SceneError E006 at a limit and E007 for what scenes do not use."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._refuse(event, "a scene file holds one document", "remove the second '---'")
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event)
        elif isinstance(event, yaml.ScalarEvent):
            self._tag(event, plain=event.implicit[0] or event.implicit[1])
            self._scalar(event)
        elif isinstance(event, (yaml.SequenceStartEvent, yaml.MappingStartEvent)):
            self._tag(event, plain=event.implicit)
            self._open.append(_Open(event, event.anchor))
            if len(self._open) > MAX_DEPTH:
                raise self._limit(event, f"values are nested deeper than {MAX_DEPTH} levels")
        elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
            self._close(event)

    def _tag(self, event: Any, *, plain: bool) -> None:
        if event.tag and not plain:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refuse(event, f"the tag '{tag}' is not part of the scene language", "remove it")

    def _start(self, event: Any) -> int:
        """Where a value begins, after the '&name' by which it can be repeated."""
        start: int = event.start_mark.index
        if event.anchor is None:
            return start
        named = _ANCHOR.match(self.source.text, start)
        return named.end() if named else start

    def _scalar(self, event: Any) -> None:
        style = "" if event.style in (None, ":") else event.style
        start, end = self._start(event), event.end_mark.index
        control = _CONTROL.search(event.value)
        if control:
            message = f"control character U+{ord(control[0]):04X}"
            raise SceneError.of("E003", message, "remove it", self.source.place(start, end))
        value = event.value if style else value_of(event.value)
        self._add(ScalarNode(self.source, start, end, event.value, value, style), event.anchor, size=1, depth=0)

    def _alias(self, event: Any) -> None:
        if any(frame.anchor == event.anchor for frame in self._open):
            raise self._refuse(event, f"'*{event.anchor}' stands inside of what it repeats", "write the values out")
        if event.anchor not in self._anchors:
            raise self._refuse(event, f"there is no '&{event.anchor}' before this '*{event.anchor}'", "names are case-sensitive")
        node, size, depth = self._anchors[event.anchor]
        if len(self._open) + depth > MAX_DEPTH:
            raise self._limit(event, f"values are nested deeper than {MAX_DEPTH} levels")
        self._add(node, None, size=size, depth=depth)

    def _close(self, event: Any) -> None:
        frame = self._open.pop()
        start, end = self._start(frame.start), event.end_mark.index
        node: Node
        if isinstance(event, yaml.SequenceEndEvent):
            node = ListNode(self.source, start, end, tuple(frame.children))
        else:
            node = MapNode(self.source, start, end, self._pairs(frame.children))
        self._add(node, frame.anchor, size=frame.size, depth=frame.depth)

    def _pairs(self, children: list[Node]) -> tuple[tuple[ScalarNode, Node], ...]:
        first: dict[str, ScalarNode] = {}
        pairs: list[tuple[ScalarNode, Node]] = []
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                message, hint = "a key must be a plain word, not a list or mapping", "write 'key: value'"
                self.problems.append(Diagnostic(code="E007", message=message, hint=hint, place=key.place))
            elif key.text == "<<" and not key.style:
                hint = "repeat the whole value with an alias, or write it out"
                message = "merge keys (<<) are not part of YAML 1.2"
                self.problems.append(Diagnostic(code="E007", message=message, hint=hint, place=key.place))
            elif key.text in first:
                earlier = first[key.text].place
                message = f"'{key.text}' is written twice; the first is at {earlier.line}:{earlier.column}"
                self.problems.append(Diagnostic(code="E005", message=message, hint="keep one of the two", place=key.place))
            else:
                first[key.text] = key
                pairs.append((key, value))
        return tuple(pairs)

    def _add(self, node: Node, anchor: str | None, *, size: int, depth: int) -> None:
        if anchor:
            self._anchors[anchor] = (node, size, depth)
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        frame.children.append(node)
        frame.size += size
        frame.depth = max(frame.depth, depth + 1)
        if frame.size > MAX_NODES:
            place = frame.children[-1].place
            raise SceneError.of("E006", f"more than {MAX_NODES:,} values", "split the film, or repeat less with aliases", place)

    def _refuse(self, event: Any, message: str, hint: str) -> SceneError:
        return SceneError.of("E007", message, hint, self.source.place(event.start_mark.index, event.end_mark.index))

    def _limit(self, event: Any, message: str) -> SceneError:
        place = self.source.place(event.start_mark.index, event.start_mark.index + 1)
        return SceneError.of("E006", message, "nest less", place)
