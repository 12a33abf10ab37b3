"""Values as they are written into a scene: plain where that is safe, else in double quotes. Source: YAML 1.2.2, chapter 7.3."""

from __future__ import annotations

import json
import re

from emostage.core.errors import SceneError
from emostage.scene import reader
from emostage.scene.nodes import ListNode, MapNode, ScalarNode

_BEGINS_BADLY = re.compile(r"[-?:](\s|\Z)|[,\[\]{}#&*!|>'\"%@`\s]")
_ENDS_BADLY = re.compile(r"[:\s]\Z")
_UNSEEN = "\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff"
_HOLDS_BADLY = re.compile(rf":\s|\s#|[\x00-\x1f{_UNSEEN}]")
_HARMLESS = re.compile(r"[^\W_]+(?:[ .'/+-]?[^\W_]+)*[.]?")
_FLOW = re.compile(r"[,\[\]{}]")
_ESCAPED = re.compile(f"[{_UNSEEN}]")


def written(text: str, *, flow: bool = False) -> str:
    """A text as YAML that reads back as that text; `flow` for inside of brackets."""
    return text if is_plain(text, flow=flow) else quoted(text)


def is_plain(text: str, *, flow: bool = False) -> bool:
    """Whether a text can stand without quotes and is still a text."""
    if not text or _BEGINS_BADLY.match(text) or _ENDS_BADLY.search(text) or _HOLDS_BADLY.search(text):
        return False
    if text.startswith(("---", "...")) or (flow and (_FLOW.search(text) or re.search(r":(?=[,\[\]{}]|\Z)", text))):
        return False
    return isinstance(reader.value_of(text), str) and (_HARMLESS.fullmatch(text) is not None or _reads_back(text, flow=flow))


def _reads_back(text: str, *, flow: bool) -> bool:
    """Whether a text without quotes is read as itself; asked of those with signs that parsers disagree about."""
    try:
        root = reader.parse(f"- [a, {text}]" if flow else f"- k: {text}")
    except SceneError:
        return False
    inner = root.items[0] if isinstance(root, ListNode) and len(root.items) == 1 else None
    if isinstance(inner, ListNode) and flow:
        found = inner.items[-1] if len(inner.items) == 2 else None
    else:
        found = inner.pairs[0][1] if isinstance(inner, MapNode) and len(inner.pairs) == 1 else None
    return isinstance(found, ScalarNode) and found.text == text and not found.style


def quoted(text: str) -> str:
    """A text in double quotes, on one line."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def number(value: float) -> str:
    """A number with at most three digits behind the point, and none that say nothing."""
    rounded = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if rounded in ("-0", "") else rounded


def seconds(value_s: float) -> str:
    """A length of time to the millisecond, in milliseconds below a second."""
    return f"{number(round(value_s * 1000))}ms" if 0 < abs(value_s) < 0.9995 else f"{number(value_s)}s"
