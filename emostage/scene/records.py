"""Mappings with known keys: the tables of the language are made of `Record`s of `Field`s."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from emostage.scene.issues import Issues, Misread
from emostage.scene.nodes import MapNode, Node, ScalarNode
from emostage.scene.shapes import Json, Shape, short, wrong_kind
from emostage.scene.suggest import closest, flow, listed


@dataclass(frozen=True)
class Field:
    """A key of a record: what its value may be, and what editors tell about it."""

    shape: Shape
    about: str
    default: Any = None
    examples: tuple[Any, ...] = ()
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Fields:
    """A record as read. `values` holds what could be used; `keys` and `nodes` hold all known keys that are written, `free` the
    pairs under other keys when the record allows them."""

    node: MapNode
    values: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, ScalarNode] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    free: tuple[tuple[ScalarNode, Node], ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.keys

    def get(self, name: str, default: Any = None) -> Any:
        """The usable value of a key, or `default`."""
        return self.values.get(name, default)


_GLUED = re.compile(r"[^\s:/]{1,40}:(?=[^\s/])")
"""A key whose colon sticks to its value."""

UnknownKey = Callable[["Record", ScalarNode], Misread]


def unknown_key(record: Record, key: ScalarNode) -> Misread:
    """E011 with the key that was probably meant, the place where the key belongs, or all keys that are allowed."""
    close = closest(key.text, record.fields)
    if close:
        hint = f"did you mean '{close}'?"
    elif key.text in record.elsewhere:
        hint = f"'{key.text}' belongs in {record.elsewhere[key.text]}"
    else:
        hint = f"{record.called} has: {listed(record.fields)}"
    return Misread("E011", f"unknown key '{short(key.text)}'", hint)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A mapping with known keys, `called` so in messages.

    Keys that begin with `x-` are ignored; with `free` set, other keys are kept for the caller (their schema is `free`), else
    they are errors. At most one of the keys in `exclusive` may be written.
    """

    title: str
    called: str
    fields: Mapping[str, Field]
    about: str = ""
    free: Json | None = None
    exclusive: tuple[str, ...] = ()
    one_needed: bool = False
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    unknown: UnknownKey = unknown_key

    @property
    def words(self) -> str:
        """What the shape wants."""
        key, rule = next((key, rule) for key, rule in self.fields.items() if rule.examples)
        return f"keys such as '{key}: {flow(rule.examples[0])}'"

    def schema(self) -> Json:
        """A reference to the definition under the record's title."""
        return {"$ref": f"#/definitions/{self.title}"}

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The fields."""
        if not isinstance(node, MapNode):
            glued = isinstance(node, ScalarNode) and not node.style and _GLUED.match(node.text)
            return wrong_kind(self, node, issues, name, f"put a space behind '{glued[0]}'" if glued else "")
        found, free = Fields(node=node), []
        for key, value in node.pairs:
            if key.text in self.fields:
                found.keys[key.text], found.nodes[key.text] = key, value
                read = self.fields[key.text].shape.read(value, issues, key.text)
                if read is not None:
                    found.values[key.text] = read
            elif key.text.startswith("x-"):
                continue
            elif self.free is not None:
                free.append((key, value))
            else:
                issues.misread(self.unknown(self, key), key)
        self._combination(found, issues, name)
        return Fields(node=node, values=found.values, keys=found.keys, nodes=found.nodes, free=tuple(free))

    def _combination(self, found: Fields, issues: Issues, name: str) -> None:
        for key, rule in self.fields.items():
            if rule.required and key not in found:
                example = f"for example '{key}: {flow(rule.examples[0])}'" if rule.examples else ""
                issues.add("E012", f"'{key}' is missing in {self.called}", example, at=found.node)
        given = [key for key in self.exclusive if key in found]
        if len(given) > 1:
            first, second = given[:2]
            issues.add(
                "E018",
                f"'{first}' and '{second}' do not go together in {self.called}",
                "keep one of the two",
                at=found.keys[second],
            )
        if self.one_needed and not given and found.node.pairs == ():
            issues.add("E012", f"'{name}' is empty", f"{self.called} needs one of: {listed(self.exclusive)}", at=found.node)


@dataclass(frozen=True, kw_only=True)
class NamedRecords:
    """A mapping from names to records of one kind. The value is a tuple of (key, fields or None when they cannot be used)."""

    record: Record
    words: str
    pattern: str
    at_most: int = 100

    def schema(self) -> Json:
        """An object whose property names match the pattern; `x-` keys are free."""
        return {
            "type": "object",
            "minProperties": 1,
            "maxProperties": self.at_most,
            "patternProperties": {"^x-": {}, self.pattern: self.record.schema()},
            "additionalProperties": False,
        }

    def read(self, node: Node, issues: Issues, name: str) -> Any:
        """The names with their records."""
        if not isinstance(node, MapNode):
            return wrong_kind(self, node, issues, name)
        pairs = [(key, value) for key, value in node.pairs if not key.text.startswith("x-")]
        if not 1 <= len(pairs) <= self.at_most:
            issues.add("E019", f"'{name}' has {len(pairs)} entries; it needs 1 to {self.at_most}", f"it is {self.words}", at=node)
        return tuple((key, self.record.read(value, issues, key.text)) for key, value in pairs[: self.at_most])
