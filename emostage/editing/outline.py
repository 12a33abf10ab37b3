"""Lines, shots and keys of a scene and where they stand in its tree, as far as it can be understood: also of a scene with errors.

Where the scene has none, lines and keys are numbered as in its `Script`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from emostage.editing.refs import TRACKS, KeyRef, TrackName
from emostage.scene.cues import Cue, Spoken, read_text
from emostage.scene.grammar.script import LINE
from emostage.scene.nodes import ListNode, MapNode, Node, ScalarNode

Pair = tuple[ScalarNode, Node]
_CUES: dict[str, TrackName] = {"emotion": "emotion", "like": "emotion", "look": "gaze", "gesture": "head"}


@dataclass(frozen=True, kw_only=True)
class KeyAt:
    """A key: a `node` of the tree, which is item `item` of a list or stands alone, or a `cue` in the line's text."""

    ref: KeyRef
    node: Node | None = None
    item: int | None = None
    cue: Cue | None = None


@dataclass(frozen=True, kw_only=True)
class LineAt:
    """A line, which is item `item` of the list `among`. `fields` are its keys and values, `body` the mapping that new ones go to;
    `speaker` who speaks, under the key `speaker_key`; `text` what is said, taken apart in `spoken`."""

    index: int
    shot: int
    item: int
    among: ListNode
    body: MapNode
    speaker: str | None
    speaker_key: ScalarNode | None
    fields: dict[str, Pair] = field(repr=False)
    text: ScalarNode | None
    spoken: Spoken | None = field(repr=False)
    keys: dict[TrackName, tuple[KeyAt, ...]] = field(repr=False)

    @property
    def node(self) -> MapNode:
        """The item itself."""
        node = self.among.items[self.item]
        assert isinstance(node, MapNode)
        return node

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are said."""
        return self.spoken.words if self.spoken else ()


@dataclass(frozen=True, kw_only=True)
class ShotAt:
    """A shot, which is item `item` of the list `among`, with the numbers of its lines."""

    index: int
    item: int
    among: ListNode
    node: MapNode
    lines_node: ListNode | None
    lines: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Outline:
    """A scene as far as it can be understood."""

    root: MapNode | None
    cast: dict[str, Pair] = field(default_factory=dict, repr=False)
    shots: tuple[ShotAt, ...] = ()
    lines: tuple[LineAt, ...] = ()

    def key(self, ref: KeyRef) -> KeyAt | None:
        """A key, if it is there."""
        if not 0 <= ref.line < len(self.lines):
            return None
        keys = self.lines[ref.line].keys[ref.track]
        return keys[ref.number] if 0 <= ref.number < len(keys) else None

    def keys(self) -> Iterator[KeyAt]:
        """All keys, line by line."""
        for line in self.lines:
            for track in TRACKS:
                yield from line.keys[track]


def outline_of(root: MapNode | None) -> Outline:
    """The outline of a tree."""
    if root is None:
        return Outline(root=None)
    top = _pairs(root)
    cast = top.get("cast")
    shots_node = top.get("shots")
    shots: list[ShotAt] = []
    lines: list[LineAt] = []
    among = shots_node[1] if shots_node and isinstance(shots_node[1], ListNode) else None
    for item, node in enumerate(among.items if among else ()):
        if not (among and isinstance(node, MapNode)):
            continue
        found = _pairs(node).get("lines")
        lines_node = found[1] if found and isinstance(found[1], ListNode) else None
        first = len(lines)
        for number, entry in enumerate(lines_node.items if lines_node else ()):
            if lines_node and isinstance(entry, MapNode):
                lines.append(_line(lines_node, number, index=len(lines), shot=len(shots)))
        span = tuple(range(first, len(lines)))
        shots.append(ShotAt(index=len(shots), item=item, among=among, node=node, lines_node=lines_node, lines=span))
    people = _pairs(cast[1]) if cast and isinstance(cast[1], MapNode) else {}
    return Outline(root=root, cast=people, shots=tuple(shots), lines=tuple(lines))


def _pairs(node: MapNode) -> dict[str, Pair]:
    return {key.text: (key, value) for key, value in node.pairs}


def _line(among: ListNode, item: int, *, index: int, shot: int) -> LineAt:
    node = among.items[item]
    assert isinstance(node, MapNode)
    fields, body, speaker_key, speaker = _fields(node)
    text = fields["text"][1] if "text" in fields else None
    text = text if isinstance(text, ScalarNode) and text.text.strip() else None
    spoken = read_text(text.text) if text is not None else None
    keys: dict[TrackName, tuple[KeyAt, ...]] = {track: tuple(_keys(index, track, fields.get(track), spoken)) for track in TRACKS}
    return LineAt(
        index=index, shot=shot, item=item, among=among, body=body, speaker=speaker, speaker_key=speaker_key, fields=fields,
        text=text, spoken=spoken, keys=keys,
    )  # fmt: skip


def _fields(node: MapNode) -> tuple[dict[str, Pair], MapNode, ScalarNode | None, str | None]:
    """The fields of a line, where new ones go, and who speaks."""
    fields = {name: found for name, found in _pairs(node).items() if name in LINE.fields}
    named = next(((key, value) for key, value in node.pairs if key.text not in LINE.fields and not key.text.startswith("x-")), None)
    if named is None:
        told = fields.get("speaker")
        speaker = told[1].text if told and isinstance(told[1], ScalarNode) else None
        return fields, node, None, speaker
    key, value = named
    if isinstance(value, MapNode):
        return {**fields, **_pairs(value)}, value, key, key.text
    if isinstance(value, ScalarNode) and (value.value is not None or value.style):
        fields["text"] = (key, value)
    return fields, node, key, key.text


def _keys(line: int, track: TrackName, written: Pair | None, spoken: Spoken | None) -> Iterator[KeyAt]:
    number = 0
    for item, node in _written(written[1]) if written else ():
        yield KeyAt(ref=KeyRef(line=line, track=track, number=number), node=node, item=item)
        number += 1
    for cue in spoken.cues if spoken else ():
        if _CUES.get(cue.kind) == track:
            yield KeyAt(ref=KeyRef(line=line, track=track, number=number), cue=cue)
            number += 1


def _written(node: Node) -> Iterator[tuple[int | None, Node]]:
    """The keys that a value says: items of a list, or one that stands alone."""
    if isinstance(node, ListNode):
        vector = node.items and isinstance(node.items[0], ScalarNode)
        if vector:
            yield None, node
        else:
            yield from enumerate(node.items)
    elif isinstance(node, MapNode):
        if not any(key.text == "from" for key, _ in node.pairs):
            yield None, node
    elif node.text.strip():
        yield None, node
