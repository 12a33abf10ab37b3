"""The rows of one speaker's track that say something in words: what is said, keys of feeling, and what eyes and head do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter, itemgetter

from rich.cells import cell_len
from rich.style import Style

from emostage.apps.tui.board import Board, KeyMark, LineStrip
from emostage.apps.tui.colours import DIM, GUESSED, LETTERS, PICKED, QUIET, RAIL, STRONG, WRONG, of_emotion
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.canvas import Canvas
from emostage.scene.words import tokens

_LIST_KEY, _CUE, _SEVERAL = "◆", "◇", "◈"
_DRIFT_CELLS = 2
"""A word may stand so far behind its time where the one before it is long."""
_CUT_CELLS = 4
"""Texts that would be shorter are not begun."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A key that is drawn from one column to another, the latter not included."""

    ref: KeyMark
    first: int
    last: int


def lines_of(board: Board, speaker: str, lens: Lens) -> Iterator[LineStrip]:
    """The lines of a speaker that are seen."""
    return (line for line in board.lines if line.speaker == speaker and line.end_s > lens.start_s and line.start_s < lens.end_s)


def words(lines: Iterable[LineStrip], lens: Lens, picked: Picked) -> Canvas:
    """Words where they are said, that under the playhead bright; where there is no room for that, the text as far as it goes. Beats
    and recordings by what stands for them."""
    row = Canvas(lens.width)
    for line in lines:
        begin, end = lens.column(line.start_s), lens.column(line.end_s)
        here = line.index == picked.line
        if end - begin > 2:
            row.put(begin, "▏", STRONG if here else QUIET)
        if not line.words:
            first = max(begin + 1, 0)
            _cut(row, first, line.caption, end - first - 1, QUIET)
        else:
            style = GUESSED if line.guessed else Style() if here else DIM
            _said(row, line, lens, picked.at_s if here else -1.0, style)
        if line.problem is not None:
            row.put(max(begin, 0), "✗", WRONG)
    return row


def keys(lines: Iterable[LineStrip], lens: Lens, picked: Picked) -> tuple[Canvas, list[Hit]]:
    """Keys of feeling on a rail as long as the line, with as much beside them as there is room for. The rail is heavy where the
    clip is made, dotted where the length is guessed; it says who is seen when it is not who speaks."""
    row, hits = Canvas(lens.width), list[Hit]()
    for line in lines:
        begin, end = max(lens.column(line.start_s), 0), min(lens.column(line.end_s), lens.width)
        rail = "━" if line.drawn else "┄" if line.guessed else "─"
        row.put(begin, rail * max(end - begin - 1, 1), RAIL if line.index == picked.line else GUESSED)
        found = _marks(row, _line_marks(line, ("emotion",)), lens.column(line.end_s), lens, picked)
        note = f" {line.on_screen} listens " if line.on_screen != line.speaker else ""
        behind = max((hit.last for hit in found), default=begin)
        if note and end - cell_len(note) - 2 > behind:
            row.put(end - cell_len(note) - 2, note, QUIET)
        hits += found
    return row, hits


def moves(lines: Iterable[LineStrip], lens: Lens, picked: Picked) -> tuple[Canvas, list[Hit]]:
    """Keys of gaze and head with what they ask for."""
    row, hits = Canvas(lens.width), list[Hit]()
    for line in lines:
        hits += _marks(row, _line_marks(line, ("gaze", "head")), lens.column(line.end_s), lens, picked)
    return row, hits


def has_moves(board: Board, speaker: str) -> bool:
    """Whether a speaker's eyes or head are told anything."""
    return any(mark.ref.track != "emotion" for line in board.lines if line.speaker == speaker for mark in line.keys)


def word_at(line: LineStrip, at_s: float) -> int | None:
    """The number of the word that is said, or was said last, at a film time."""
    if not line.words or at_s < line.words[0].start_s:
        return None
    return sum(word.start_s <= at_s for word in line.words) - 1


def _said(row: Canvas, line: LineStrip, lens: Lens, at_s: float, style: Style) -> None:
    now = word_at(line, at_s)
    places = _places(line, lens)
    if places is None:
        _flowed(row, line, lens, now, style)
        return
    for number, (first, word) in enumerate(zip(places, line.words, strict=True)):
        if -cell_len(word.text) < first < lens.width:
            row.put(first, word.text, STRONG if number == now else style)


def _places(line: LineStrip, lens: Lens) -> list[int] | None:
    """The columns of the words, a space apart; None when they do not fit where they are said."""
    places, behind, end = [], lens.column(line.start_s) - 1, lens.column(line.end_s)
    for word in line.words:
        at = lens.column(word.start_s)
        first = max(at, behind + 1)
        behind = first + cell_len(word.text)
        if first - at > _DRIFT_CELLS or behind > end:
            return None
        places.append(first)
    return places


def _flowed(row: Canvas, line: LineStrip, lens: Lens, now: int | None, style: Style) -> None:
    """The words one after the other, from the one that is said on where the text is longer than its room."""
    first = max(lens.column(line.start_s) + 1, 0)
    room = min(lens.column(line.end_s), lens.width) - first - 1
    texts, skipped = _spelled(line), 0
    if now is not None and cell_len(" ".join(texts[: now + 1])) > room - 1:
        texts, skipped = ["…" + texts[now], *texts[now + 1 :]], now
    if not _cut(row, first, " ".join(texts), room, style) or now is None:
        return
    before = cell_len("".join(text + " " for text in texts[: now - skipped]))
    row.restyle(range(first + before, min(first + before + cell_len(texts[now - skipped]), first + room)), STRONG)


def _spelled(line: LineStrip) -> list[str]:
    """The words with the marks behind them, as they are written where that is known."""
    places = _places_of(line.caption)
    if len(places) != len(line.words):
        return [word.text for word in line.words]
    ends = [*places[1:], len(line.caption)]
    return [line.caption[start:end].strip() for start, end in zip(places, ends, strict=True)]


@lru_cache(maxsize=1024)
def _places_of(text: str) -> tuple[int, ...]:
    return tuple(token.start for token in tokens(text))


def _cut(row: Canvas, column: int, text: str, room: int, style: Style) -> bool:
    """Write a text if there is room for some of it."""
    if room < min(_CUT_CELLS, cell_len(text)):
        return False
    row.fitted(column, text, room, style)
    return True


def _line_marks(line: LineStrip, tracks: Sequence[str]) -> list[KeyMark]:
    return sorted((mark for mark in line.keys if mark.ref.track in tracks), key=attrgetter("at_s"))


def _marks(row: Canvas, marks: Sequence[KeyMark], end: int, lens: Lens, picked: Picked) -> list[Hit]:
    """The marks of a line that ends at a column, each with the longest of its texts that fits before the next one. Of several in
    one column the last is drawn, or one that is picked."""
    hits: list[Hit] = []
    columns = [lens.column(mark.at_s) for mark in marks]
    crowds = [(first, [mark for _, mark in crowd]) for first, crowd in groupby(zip(columns, marks, strict=True), key=itemgetter(0))]
    nexts = [first for first, _ in crowds[1:]] + [end]
    for (first, crowd), until in zip(crowds, nexts, strict=False):
        if not 0 <= first < lens.width:
            continue
        chosen = [mark for mark in crowd if mark.ref in picked.keys] if picked.keys else []
        mark, last = (chosen or crowd)[-1], first + 1
        sign = _SEVERAL if len(crowd) > 1 and not chosen else _sign(mark)
        row.put(first, sign, of_emotion(mark.dominant, bold=True) + PICKED if chosen else of_emotion(mark.dominant, bold=True))
        if until - first > 2:
            text = next((text for text in _texts(mark) if cell_len(text) < until - first - 1), "")
            last = row.put(last, text, of_emotion(mark.dominant) + PICKED if chosen else of_emotion(mark.dominant))
        hits += [Hit(ref=other, first=first, last=first + 1) for other in crowd if other is not mark]
        hits.append(Hit(ref=mark, first=first, last=last))
    return hits


def _sign(mark: KeyMark) -> str:
    if mark.ref.track == "emotion":
        return _CUE if mark.inline else _LIST_KEY
    return "▸" if mark.ref.track == "gaze" else "◦"


def _texts(mark: KeyMark) -> Sequence[str]:
    """What may stand beside a key, the longest first."""
    if mark.ref.track != "emotion":
        return f"{mark.label} ", mark.label[:3]
    letter = LETTERS.get(mark.dominant, "")
    strength = f"{mark.strength:.2g}".removeprefix("0") if letter and mark.dominant != "neutral" else ""
    return f" {mark.label} ", f"{letter}{strength}", letter
