"""Changes within a text of the tree: pieces of the value to spans of the file, escaped as the text is written.

Offsets of pieces count in the value, as those of cues do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from emostage.editing.document import Span
from emostage.editing.scalars import is_plain, quoted
from emostage.editing.surgery import extent
from emostage.scene.cues import Spoken
from emostage.scene.nodes import ScalarNode, offsets_of
from emostage.scene.words import tokens

Piece = tuple[int, int, str]
"""From, to, and what is to stand there."""


def rewritten(value: str, pieces: Iterable[Piece]) -> str:
    """A value with pieces of it replaced."""
    for start, end, new in sorted(pieces, reverse=True):
        value = value[:start] + new + value[end:]
    return value


def spans_in(node: ScalarNode, pieces: Sequence[Piece]) -> tuple[Span, ...]:
    """Spans that change a text in place; where its characters cannot be followed or must be quoted, all of it anew in quotes."""
    offsets = offsets_of(node)
    new = rewritten(node.text, pieces)
    if offsets is None or (node.style == "" and not is_plain(new)) or (node.style in ("|", ">") and "\n" in node.text.strip("\n")):
        return (Span(*extent(node), quoted(new)),)
    return tuple(Span(offsets[start], _end(offsets, start, end), _escaped(piece, node.style)) for start, end, piece in pieces)


def word_starts(spoken: Spoken, value: str) -> tuple[int, ...] | None:
    """Where each word begins in the value, and where its text ends; None when cues and words cannot be told apart."""
    plain = list(value)
    for cue in spoken.cues:
        plain[cue.start : cue.end] = " " * (cue.end - cue.start)
    found = tokens("".join(plain))
    if tuple(token.text for token in found) != spoken.words:
        return None
    begins = []
    for i, token in enumerate(found):
        start, floor = (
            token.start,
            max(found[i - 1].end if i else 0, max((c.end for c in spoken.cues if c.end <= token.start), default=0)),
        )
        while start > floor and not plain[start - 1].isspace():
            start -= 1  # an opening quote or bracket goes with its word
        begins.append(start)
    return (*begins, len(value.rstrip()))


def cut(value: str, start: int, end: int) -> Piece:
    """The piece that takes something out with one of the spaces around it."""
    if end < len(value) and value[end] == " " and (start == 0 or value[start - 1].isspace()):
        end += 1
    elif end == len(value) and start > 0 and value[start - 1] == " ":
        start -= 1
    return (start, end, "")


def put_before(value: str, at: int, piece: str) -> Piece:
    """The piece that puts something before what begins at an offset, or behind all."""
    if at >= len(value.rstrip()):
        return (at, at, f" {piece}")
    return (at, at, f"{piece} ")


def _end(offsets: Sequence[int], start: int, end: int) -> int:
    return offsets[end - 1] + 1 if end > start and end == len(offsets) - 1 else offsets[end]


def _escaped(piece: str, style: str) -> str:
    if style == '"':
        return quoted(piece)[1:-1]
    return piece.replace("'", "''") if style == "'" else piece
