"""Which numbers keys have after an edit: items of a list come first, then the cues of the text in its order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from emostage.editing.document import Document
from emostage.editing.moments import Moment
from emostage.editing.outline import KeyAt, LineAt
from emostage.editing.refs import TRACKS, KeyRef


def behind(refs: Iterable[KeyRef], new: KeyRef) -> tuple[KeyRef, ...]:
    """Keys by their numbers once a new one was put among them."""
    return tuple(
        replace(ref, number=ref.number + 1) if (ref.line, ref.track) == (new.line, new.track) and ref.number >= new.number else ref
        for ref in refs
    )


def renumbered(before: Document, after: Document, moves: Sequence[tuple[KeyRef, Moment]]) -> dict[KeyRef, KeyRef]:
    """What all keys are called of lines in which some were moved. A cue that was moved off the words has become an item behind all
    others; one that is a cue still is found by its word and what it says."""
    moved = dict(moves)
    found: dict[KeyRef, KeyRef] = {}
    for line in sorted({ref.line for ref in moved}):
        old, new = before.outline.lines[line], after.outline.lines[line]
        for track in TRACKS:
            refs = [key.ref for key in old.keys[track]]
            for ref in sorted(refs, key=lambda each: (each not in moved, each)):
                found[ref] = _found(old, new, ref, moved.get(ref), frozenset(found.values()))
    return found


def _found(old: LineAt, new: LineAt, ref: KeyRef, moment: Moment | None, taken: frozenset[KeyRef]) -> KeyRef:
    """A key after the edit, which is none of those that were found already."""
    key = old.keys[ref.track][ref.number]
    if key.cue is None:
        return ref
    word = key.cue.word if moment is None else len(new.words) if moment.at_end else moment.word
    if moment is None or moment.at_end or moment.is_at(word if word is not None else -1):
        for other in new.keys[ref.track]:
            same = other.cue is not None and other.cue.word == word and _said(new, other) == _said(old, key)
            if same and other.ref not in taken:
                return other.ref
    items = [other.ref for other in new.keys[ref.track] if other.cue is None and other.ref not in taken]
    behind_all = [item for item in items if item.number >= sum(each.cue is None for each in old.keys[ref.track])]
    return behind_all[0] if behind_all else ref


def _said(line: LineAt, key: KeyAt) -> str:
    """A cue as it is written."""
    assert key.cue is not None and line.text is not None
    return line.text.text[key.cue.start : key.cue.end]
