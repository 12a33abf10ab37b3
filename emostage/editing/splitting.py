"""One line as two. Cues and keys go with their words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from emostage.editing.anchors import at_word, from_the_end, key_text, lasting, time_node, time_of, word_of
from emostage.editing.composed import Step, composed
from emostage.editing.cues import written_words
from emostage.editing.document import Document, Span
from emostage.editing.edit import Edit, EditError
from emostage.editing.outline import LineAt
from emostage.editing.pieces import after_item
from emostage.editing.places import line_at
from emostage.editing.refs import TRACKS, Focus, TrackName
from emostage.editing.rescue import rescued
from emostage.editing.safely import safely
from emostage.editing.saying import but_line, flow_of
from emostage.editing.scalars import quoted, written
from emostage.editing.surgery import drop, is_flow, refuse, remove
from emostage.editing.texts import set_text
from emostage.scene.cues import read_text
from emostage.scene.grammar.settings import CASCADE
from emostage.scene.nodes import ListNode
from emostage.scene.words import tokens

_OPENING = re.compile(r"\S*\Z")


def split_line(document: Document, line: int, word: int) -> Edit:
    """A line that ends before a word, and a new one that begins with it, by the same speaker and with the same settings.

    Keys at words go with them, those counted from the end go to the second line; those at other times stay. A feeling or a look
    that is for the whole line is for both. Raises EditError.
    """
    at = line_at(document, line)
    if at.text is None or not 0 < word < len(at.words):
        raise EditError.of("E146", "a line is split between two of its words", "choose a word that is not its first", at.node.place)
    if "audio" in at.fields:
        raise EditError.of("E146", "a recording cannot be split", "cut the sound file", at.node.place)
    first, second = halves(at, word)
    goes = {track: frozenset(i for i, _ in _going(at, track, word)) for track in TRACKS}
    pairs = [f"{_opening(at)}: {quoted(second)}", *_carried(at, word)]
    new = "\n".join(pairs) if not is_flow(at.among) else "{" + ", ".join(pairs) + "}"
    if len(pairs) == 1 and is_flow(at.among) and not is_flow(at.node):
        new = pairs[0]
    steps: list[Step] = [lambda doc: after_item(doc.outline.lines[line].among, at.item, new)]
    steps += [_staying(line, track, goes[track]) for track in TRACKS if goes[track]]
    steps += [lambda doc: set_text(doc, line, first).spans, lambda doc: rescued(document, doc, line + 1)]
    edit = composed(document, "split the line", steps, Focus(line=line + 1))

    def holds(after: Document) -> bool:
        lines = after.outline.lines
        if len(lines) != len(document.outline.lines) + 1 or lines[line].words != at.words[:word]:
            return False
        if lines[line + 1].words != at.words[word:] or lines[line + 1].speaker != at.speaker:
            return False
        return but_line(document, at, 1)(after)

    return safely(document, edit, holds, at.node.place)


def halves(at: LineAt, word: int) -> tuple[str, str]:
    """The text of a line before a word and from it on, with the cues that act from there. Raises EditError E144."""
    text, _ = written_words(at)
    assert at.spoken is not None
    value, begin, end = text.text, *_around(at, word)
    between, cues, last = "", "", begin
    for cue in at.spoken.cues:
        if begin <= cue.start and cue.end <= end:
            between += value[last : cue.start] + " "
            cues += value[cue.start : cue.end] + " "
            last = cue.end
    between += value[last:end]
    opening = _OPENING.search(between)
    kept = opening[0] if opening and any(char.isspace() for char in between) else ""
    closing = re.sub(r"\s+(?=[,.!?;:…])", "", between[: len(between) - len(kept)].rstrip())
    first, second = value[:begin] + closing.rstrip(), cues + kept + value[end:].rstrip()
    one, two = read_text(first), read_text(second)
    if (*one.words, *two.words) != at.words or len(one.cues) + len(two.cues) != len(at.spoken.cues):
        raise refuse(text.place, "this text cannot be split here")
    return first, second


def _around(at: LineAt, word: int) -> tuple[int, int]:
    """Where the word before ends in a text, and where the word begins."""
    assert at.text is not None and at.spoken is not None
    plain = list(at.text.text)
    for cue in at.spoken.cues:
        plain[cue.start : cue.end] = " " * (cue.end - cue.start)
    found = tokens("".join(plain))
    return found[word - 1].end, found[word].start


def _opening(at: LineAt) -> str:
    return written(at.speaker, flow=True) if at.speaker is not None else "text"


def _going(at: LineAt, track: TrackName, word: int) -> Iterator[tuple[int, str | None]]:
    """The written keys of a track that go to the second line, by number, with the times they have there."""
    before = False
    for key in at.keys[track]:
        if key.node is None:
            continue
        node = time_node(key.node, track)
        time = time_of(node)
        named = word_of(time, at.words)
        after = from_the_end(time) or (named is not None and named >= word)
        goes = before if time is not None and time.kind == "previous" else after
        before = goes
        if goes and node is not None:
            number = key.ref.number
            new = node.text
            if time is not None and named is not None:
                new = at_word(node.text, time, named - word, at.words[word:])
            yield number, new


def _carried(at: LineAt, word: int) -> Iterator[str]:
    """Further pairs of the second line."""
    for track in TRACKS:
        going = dict(_going(at, track, word))
        written_keys = [key for key in at.keys[track] if key.node is not None]
        if going:
            items = [key_text(key.node, going[key.ref.number]) for key in written_keys if key.node and key.ref.number in going]
            below = not is_flow(at.among) and isinstance(at.fields[track][1], ListNode) and not is_flow(at.fields[track][1])
            yield f"{track}:" + "".join(f"\n  - {item}" for item in items) if below else f"{track}: [{', '.join(items)}]"
        elif track in at.fields and lasting(track, at.fields[track][1]):
            yield f"{track}: {flow_of(at.fields[track][1])}"
    for name in CASCADE:
        if name in at.fields:
            yield f"{name}: {flow_of(at.fields[name][1])}"


def _staying(line: int, track: TrackName, goes: frozenset[int]) -> Step:
    """The first line without the keys that go."""

    def step(doc: Document) -> tuple[Span, ...]:
        at = doc.outline.lines[line]
        key, value = at.fields[track]
        keys = [each for each in at.keys[track] if each.node is not None]
        if len(keys) == len(goes) or not isinstance(value, ListNode):
            home = at.node if any(name is key for name, _ in at.node.pairs) else at.body
            return drop(home, track)
        steps = [_removing(line, track, each.item) for each in reversed(keys) if each.ref.number in goes and each.item is not None]
        return composed(doc, "", steps).spans

    return step


def _removing(line: int, track: TrackName, item: int) -> Step:
    def step(doc: Document) -> tuple[Span, ...]:
        value = doc.outline.lines[line].fields[track][1]
        assert isinstance(value, ListNode)
        return remove(value, item)

    return step
