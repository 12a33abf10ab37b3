"""What keys ask for: stronger and weaker, other emotions, other words, another easing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from emostage.core.emotion import VOCABULARY
from emostage.editing.composed import Step, composed
from emostage.editing.contents import Content, Feeling, as_cue, as_pairs, can_be_cue, content_of
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.inside import spans_in
from emostage.editing.keys import listed
from emostage.editing.places import key_at, line_at
from emostage.editing.refs import Focus, KeyRef
from emostage.editing.scalars import number, written
from emostage.editing.surgery import drop, put, refuse
from emostage.editing.surgery import replace as replaced
from emostage.scene import reader
from emostage.scene.nodes import MapNode, Node, ScalarNode

_SHARE = re.compile(r"(?<![\w.])(?:\d+(?:\.\d*)?|\.\d+)(?![\w.])")


def strengthen(document: Document, refs: Iterable[KeyRef], by: float) -> Edit:
    """Emotion keys stronger by so much in all, or weaker where it is negative: their emotions keep their proportions and the words
    they are written with. Raises EditError."""
    ordered = sorted(ref for ref in set(refs) if ref.track == "emotion")
    if not ordered:
        raise EditError.of("E145", "only emotions have an intensity", "choose a key of an emotion")
    changed = [_strengthening(ref, by) for ref in ordered]
    return composed(document, "stronger" if by > 0 else "weaker", changed, Focus.on(ordered), merges=True)


def set_content(document: Document, ref: KeyRef, content: Content) -> Edit:
    """A key that asks for something else at its time. Raises EditError."""
    old = content_of(document, ref)
    if isinstance(old, Feeling) != isinstance(content, Feeling) or type(old) is not type(content):
        raise refuse(None, f"this key is one of {ref.track}")
    return composed(document, "change the key", [_contenting(ref, content)], Focus(line=ref.line, key=ref))


def set_ease(document: Document, refs: Iterable[KeyRef], ease: str) -> Edit:
    """Keys that are approached in another way, in YAML's words for it. Raises EditError E147 for cues, which say no easing."""
    ordered = sorted(set(refs))
    steps: list[Step] = []
    for _, group in groupby(ordered, key=lambda ref: ref.line):
        steps += [_easing(ref, ease) for ref in group]
    return composed(document, "easing", steps, Focus.on(ordered))


def _strengthening(ref: KeyRef, by: float) -> Step:
    def step(document: Document) -> tuple[Span, ...]:
        key = key_at(document, ref)
        content = content_of(document, ref)
        assert isinstance(content, Feeling)
        if content.prompt is not None:
            return _contenting(ref, replace(content, strength=_within(content.strength + by)))(document)
        if key.cue is not None:
            text = line_at(document, ref.line).text
            assert text is not None
            inside = text.text[key.cue.start : key.cue.end]
            return spans_in(text, [(key.cue.start, key.cue.end, _scaled_text(inside, by))])
        if isinstance(key.node, ScalarNode):
            return replaced(key.node, _quoted_as(key.node, _scaled_text(key.node.text, by)))
        assert isinstance(key.node, MapNode)
        return _scaled_map(key.node, by)

    return step


def _scaled_map(node: MapNode, by: float) -> tuple[Span, ...]:
    found = {key.text: value for key, value in node.pairs if key.text.casefold() in VOCABULARY}
    told = {name: _number(value) for name, value in found.items()}
    shares = {name: share for name, share in told.items() if share is not None}
    new = _scaled(shares, by)
    spans: list[Span] = []
    for name, share in new.items():
        if number(share) != number(shares[name]):
            spans += replaced(found[name], number(share))
    return tuple(spans)


def _number(node: Node | None) -> float | None:
    value = node.value if isinstance(node, ScalarNode) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _scaled(shares: Mapping[str, float], by: float) -> dict[str, float]:
    """Intensities whose sum is greater by so much, within 0 and 1, in the same proportions; what is nothing but neutral, or nothing
    at all, grows in its first word."""
    felt = {name: share for name, share in shares.items() if name.casefold() != "neutral"}
    total = sum(felt.values())
    wanted = _within(total + by)
    if total < 5e-4:
        first = next(iter(felt), None)
        return dict(shares) if first is None else {**felt, first: wanted}
    return {name: share * wanted / total for name, share in felt.items()}


def _scaled_text(text: str, by: float) -> str:
    """A mix as text with its numbers changed; a word without a number, which is at 1, gets one."""
    body, over, tail = text.partition(" over ")
    numbers = [float(found) for found in _SHARE.findall(body)]
    if not numbers:
        closing = "]" if body.endswith("]") else ""
        return f"{body.removesuffix(']').rstrip()} {number(_within(1.0 + by))}{closing}{over}{tail}"
    new = iter(_scaled({str(i): share for i, share in enumerate(numbers)}, by).values())
    return _SHARE.sub(lambda _: number(next(new)), body) + over + tail


def _within(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 3)


def _contenting(ref: KeyRef, content: Content) -> Step:
    def step(document: Document) -> tuple[Span, ...]:
        key, at = key_at(document, ref), line_at(document, ref.line)
        if key.cue is not None:
            if not can_be_cue(content) or at.text is None:
                raise EditError.of("E147", "a cue cannot say this", "move it off its word to make it a key of a list")
            return spans_in(at.text, [(key.cue.start, key.cue.end, as_cue(content))])
        if spans := listed(document, ref.line, ref.track):
            return composed(document, "", [lambda _: spans, step]).spans
        if not isinstance(key.node, MapNode):
            raise refuse(at.node.place)
        return _repaired(document, ref, content)

    return step


def _repaired(document: Document, ref: KeyRef, content: Content) -> tuple[Span, ...]:
    """The pairs of a key: those that say when and how stay where they are."""

    def node(doc: Document) -> MapNode:
        found = key_at(doc, ref).node
        assert isinstance(found, MapNode)
        return found

    wanted = dict(as_pairs(content))
    have = {key.text: value for key, value in node(document).pairs}
    gone = [name for name in have if name not in wanted and not name.startswith("x-") and name != "at"]
    steps: list[Step] = [_putting(node, name, value) for name, value in wanted.items() if not _says(have.get(name), value)]
    steps += [_dropping(node, name) for name in gone]
    return composed(document, "", steps).spans


def _putting(node: Callable[[Document], MapNode], name: str, value: str) -> Step:
    return lambda doc: put(node(doc), name, value)


def _dropping(node: Callable[[Document], MapNode], name: str) -> Step:
    return lambda doc: drop(node(doc), name)


def _says(have: Node | None, value: str) -> bool:
    """Whether a number is written already, in whatever way."""
    told, number_now = reader.value_of(value), _number(have)
    return number_now is not None and isinstance(told, int | float) and abs(told - number_now) < 5e-4


def _easing(ref: KeyRef, ease: str) -> Step:
    def step(document: Document) -> tuple[Span, ...]:
        key, at = key_at(document, ref), line_at(document, ref.line)
        if key.cue is not None:
            raise EditError.of("E147", "a cue does not say how it is approached", "move it off its word to make it a key of a list")
        if isinstance(key.node, ScalarNode) and (spans := listed(document, ref.line, ref.track)):
            return composed(document, "", [lambda _: spans, step]).spans
        if not isinstance(key.node, MapNode):
            raise refuse(at.node.place)
        if ease == "in-out":
            return drop(key.node, "ease")
        return put(key.node, "ease", written(ease, flow=True))

    return step


def _quoted_as(node: ScalarNode, text: str) -> str:
    return f"{node.style}{text}{node.style}" if node.style in ("'", '"') else text
