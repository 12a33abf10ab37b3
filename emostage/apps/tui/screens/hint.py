"""Hints: the keys of a question, which can also be clicked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from textual.content import Content

_APART = "   "
_KEYS: Mapping[str, str] = MappingProxyType({
    "enter": "enter", "escape": "escape", "tab": "tab",
    "↑": "up", "↓": "down", "←": "left", "→": "right", "[": "left_square_bracket",
})  # fmt: skip
_ARROWS = frozenset("↑↓←→")


def clickable(hint: str) -> Content:
    """A hint such as `↑↓ choose   enter takes it`: a click on one of its parts presses the key that it begins with, a click on an
    arrow that arrow."""
    lines = [Content(_APART).join([_part(part) for part in line.split(_APART)]) for line in hint.splitlines()]
    return Content("\n").join(lines)


def _part(part: str) -> Content:
    key, _, about = part.partition(" ")
    if key and set(key) <= _ARROWS:
        return Content.assemble(*(_pressing(_KEYS[arrow], arrow) for arrow in key), f" {about}")
    pressed = _KEYS.get(key) or (key if len(key) == 1 and key.isalnum() else "")
    return _pressing(pressed, part) if pressed else Content(part)


def _pressing(key: str, text: str) -> Content:
    return Content.from_markup(f"[@click=app.simulate_key('{key}')]$text[/]", text=text)
