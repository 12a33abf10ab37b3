"""Moving and taking out the cues of a text, many at once: what stays between them stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emostage.editing.document import Document, Span
from emostage.editing.inside import Piece, cut, put_before, spans_in, word_starts
from emostage.editing.moments import Moment
from emostage.editing.outline import LineAt
from emostage.editing.places import key_at, line_at
from emostage.editing.refs import KeyRef
from emostage.editing.surgery import refuse
from emostage.scene.nodes import ScalarNode


def cut_cues(document: Document, refs: Sequence[KeyRef]) -> tuple[Span, ...]:
    """The text of a line without some of its cues."""
    if not refs:
        return ()
    text = line_at(document, refs[0].line).text
    assert text is not None
    cues = [key_at(document, ref).cue for ref in refs]
    return spans_in(text, _apart([cut(text.text, cue.start, cue.end) for cue in cues if cue is not None]))


def _apart(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces that do not overlap: the space between two cues goes once."""
    out: list[Piece] = []
    for start, end, new in sorted(pieces):
        out.append((max(start, out[-1][1]) if out else start, end, new))
    return out


def moved_cues(document: Document, kept: Sequence[tuple[KeyRef, Moment]], gone: Sequence[KeyRef]) -> tuple[Span, ...]:
    """Cues at other words, and some taken out, in one go: their numbers count before any of it."""
    ref = kept[0][0] if kept else gone[0]
    at = line_at(document, ref.line)
    text, starts = written_words(at)
    value = text.text
    taken = [key_at(document, each).cue for each in (*[r for r, _ in kept], *gone)]
    pieces = _apart(cut(value, cue.start, cue.end) for cue in taken if cue is not None)
    for each, moment in kept:
        cue = key_at(document, each).cue
        assert cue is not None
        place = len(starts) - 1 if moment.word is None else moment.word
        if place >= len(starts):
            raise refuse(text.place, "the line has no such word")
        pieces.append(put_before(value, starts[place], value[cue.start : cue.end]))
    return spans_in(text, _merged(pieces))


def _merged(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of which those that touch are one, so that none lies within another."""
    out: list[Piece] = []
    for start, end, new in sorted(pieces):
        if out and start <= out[-1][1]:
            before = out.pop()
            out.append((before[0], max(end, before[1]), before[2] + new))
        else:
            out.append((start, end, new))
    return out


def written_words(at: LineAt) -> tuple[ScalarNode, tuple[int, ...]]:
    """A text, and where its words begin in it. Raises EditError E144 where that cannot be told."""
    starts = word_starts(at.spoken, at.text.text) if at.text is not None and at.spoken is not None else None
    if at.text is None or starts is None:
        raise refuse(at.node.place, "the cues of this line cannot be told from its words")
    return at.text, starts
