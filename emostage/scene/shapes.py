"""What a value of the language may look like. A shape reads a node, explains what is wrong in human words, and gives the same
rule as JSON Schema, so that checker and editors cannot drift apart.

`read` returns the value, or None when there is none or it cannot be used; in the second case the reason is in the issues.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from emostage.scene.issues import Issues, Misread
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode
from emostage.scene.suggest import hint_for

Json = dict[str, Any]


class Shape(Protocol):
    """A rule for one value. `words` says in human words what is wanted: "a number from 0 to 1"."""

    @property
    def words(self) -> str:
        """What the shape wants."""

    def schema(self) -> Json:
        """The rule as draft-07 JSON Schema."""

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The value of `node`, called `name` in messages."""


def kind_of(node: Node) -> str:
    """What a node is, in human words."""
    if isinstance(node, MapNode):
        return "this is a mapping (key: value)"
    if isinstance(node, ListNode):
        return "this is a list"
    if node.value is None:
        return "nothing is given"
    if isinstance(node.value, bool):
        return f"this is {str(node.value).lower()}"
    return f"this is the {'text' if isinstance(node.value, str) else 'number'} '{short(node.text)}'"


def short(text: str) -> str:
    """A text for a message, cut when it is long."""
    return text if len(text) <= 40 else text[:39] + "…"


def wrong_kind(shape: Shape, node: Node, issues: Issues, name: str, hint: str = "") -> Any:
    """Note E010: the value is of another kind than the shape wants. Gives None."""
    if isinstance(node, ScalarNode) and node.value is None:
        after = node.source.text[node.end :].partition("\n")[0].strip()
        hint = (
            "in YAML # begins a comment: put quotes around the value"
            if after.startswith("#")
            else "give a value, or remove the key"
        )
    elif (
        isinstance(node, ScalarNode)
        and node.style
        and _is_number(node.text)
        and (isinstance(shape, Number) or _wants_number(shape))
    ):
        hint = "remove the quotes"
    issues.add("E010", f"'{name}' needs {shape.words}, but {kind_of(node)}", hint, at=node)
    return None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _wants_number(shape: Shape) -> bool:
    return isinstance(shape, Text) and str not in shape.kinds


def _said(number: float) -> str:
    """A number for a message: whole ones in full."""
    return str(int(number)) if abs(number) < 1e16 and number == int(number) else f"{number:g}"


@dataclass(frozen=True, kw_only=True)
class Number:
    """A number within limits, even when `multiple` is 2."""

    low: float
    high: float
    whole: bool = False
    multiple: int = 1
    code: str = "E015"
    hint: str = ""

    @property
    def words(self) -> str:
        """What the shape wants."""
        return f"a {'whole ' if self.whole else ''}number from {_said(self.low)} to {_said(self.high)}"

    def schema(self) -> Json:
        """A JSON number with its limits."""
        low, high = (int(self.low), int(self.high)) if self.whole else (self.low, self.high)
        rule: Json = {"type": "integer" if self.whole else "number", "minimum": low, "maximum": high}
        return {**rule, "multipleOf": self.multiple} if self.multiple > 1 else rule

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The number."""
        value = node.value if isinstance(node, ScalarNode) else None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return wrong_kind(self, node, issues, name)
        if not self.low <= value <= self.high:
            issues.add(
                self.code, f"'{name}' is {_said(value)}, outside {_said(self.low)} to {_said(self.high)}", self.hint, at=node
            )
            return None
        if self.whole and value != int(value):
            issues.add("E010", f"'{name}' needs a whole number, but this is {value:g}", at=node)
            return None
        if self.multiple > 1 and value % self.multiple:
            issues.add(self.code, f"'{name}' is {value:g}, which is odd", f"video needs even sides: {value + 1:g}", at=node)
            return None
        return int(value) if self.whole else float(value)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A scalar that a function reads. `kinds` are the YAML types it may have, `json` is its schema."""

    words: str = "a text"
    parse: Callable[[str], Any] = str
    kinds: tuple[type, ...] = (str,)
    json: Json = field(default_factory=lambda: {"type": "string"})

    def schema(self) -> Json:
        """The schema given for it."""
        return dict(self.json)

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """What the function makes of the text."""
        if not isinstance(node, ScalarNode) or type(node.value) not in self.kinds:
            return wrong_kind(self, node, issues, name)
        try:
            return self.parse(node.text)
        except Misread as problem:
            issues.misread(problem, node)
            return None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One of a few words or true and false."""

    options: tuple[str | bool, ...]
    label: str = "word"

    @property
    def words(self) -> str:
        """What the shape wants."""
        return "one of " + ", ".join(_yaml_word(option) for option in self.options)

    def schema(self) -> Json:
        """An enumeration."""
        return {"enum": list(self.options)}

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The option."""
        if not isinstance(node, ScalarNode) or not isinstance(node.value, (str, bool)):
            return wrong_kind(self, node, issues, name)
        for option in self.options:
            if node.value == option and type(node.value) is type(option):
                return option
        words = [_yaml_word(option) for option in self.options]
        yes_no = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(node.text.lower())
        hint = f"did you mean {yes_no}?" if yes_no in words else hint_for(node.text, words)
        issues.add("E014", f"'{name}' cannot be '{short(node.text)}'", hint, at=node)
        return None


def _yaml_word(option: str | bool) -> str:
    return option if isinstance(option, str) else str(option).lower()


@dataclass(frozen=True, kw_only=True)
class ListOf:
    """A list whose items have one shape. The value is a tuple of (node, item); items that cannot be used are left out."""

    item: Shape
    item_name: str
    words: str
    at_least: int = 1
    at_most: int = 1000

    def schema(self) -> Json:
        """A JSON array."""
        return {"type": "array", "items": self.item.schema(), "minItems": self.at_least, "maxItems": self.at_most}

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The items with their nodes."""
        if not isinstance(node, ListNode):
            return wrong_kind(self, node, issues, name)
        if not self.at_least <= len(node.items) <= self.at_most:
            few = len(node.items) < self.at_least
            limit = f"at least {self.at_least}" if few else f"at most {self.at_most}"
            issues.add("E019", f"'{name}' has {len(node.items)} items; it needs {limit}", f"it is {self.words}", at=node)
            if not few:
                return None
        found = ((item, self.item.read(item, issues, self.item_name)) for item in node.items)
        return tuple((item, value) for item, value in found if value is not None)


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A list of exactly so many numbers; the value is a tuple of floats."""

    parts: tuple[tuple[str, Number], ...]

    @property
    def words(self) -> str:
        """What the shape wants."""
        return f"[{', '.join(name for name, _ in self.parts)}]"

    def schema(self) -> Json:
        """A JSON array; its items share the widest limits, because drafts write items with limits of their own differently."""
        numbers = [number for _, number in self.parts]
        widest = max(numbers, key=lambda number: number.high - number.low)
        return {"type": "array", "items": widest.schema(), "minItems": len(numbers), "maxItems": len(numbers)}

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The numbers."""
        if not isinstance(node, ListNode):
            return wrong_kind(self, node, issues, name)
        if len(node.items) != len(self.parts):
            issues.add("E010", f"'{name}' needs {len(self.parts)} numbers {self.words}, but this has {len(node.items)}", at=node)
            return None
        values = [number.read(item, issues, part) for item, (part, number) in zip(node.items, self.parts, strict=True)]
        return None if None in values else tuple(values)


@dataclass(frozen=True, kw_only=True)
class Either:
    """Different shapes for a scalar, a list and a mapping."""

    words: str
    scalar: Shape | None = None
    sequence: Shape | None = None
    mapping: Shape | None = None

    def schema(self) -> Json:
        """Any of the shapes."""
        return {"anyOf": [shape.schema() for shape in (self.scalar, self.sequence, self.mapping) if shape]}

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The value by the shape for this kind of node."""
        shape = self.scalar if isinstance(node, ScalarNode) else self.sequence if isinstance(node, ListNode) else self.mapping
        if shape is None or (isinstance(node, ScalarNode) and node.value is None):
            return wrong_kind(self, node, issues, name)
        return shape.read(node, issues, name)


@dataclass(frozen=True, kw_only=True)
class ListEither:
    """A list of numbers or a list of keys: told apart by its first item."""

    words: str
    numbers: Vector
    keys: ListOf

    def schema(self) -> Json:
        """Any of the two."""
        return {"anyOf": [self.numbers.schema(), self.keys.schema()]}

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """A tuple of floats, or a tuple of (node, key)."""
        if not isinstance(node, ListNode):
            return wrong_kind(self, node, issues, name)
        first = node.items[0] if node.items else None
        shape: Shape = self.numbers if isinstance(first, ScalarNode) else self.keys
        return shape.read(node, issues, name)
