"""Rows that are drawn, and which of them would look the same if the film, or what is picked, were another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from emostage.apps.tui.board import Board, LineStrip
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.sheet import Row, RowKind, RowSpec, draw
from emostage.apps.tui.view.tracks import word_at

_WHERE = attrgetter("index", "speaker", "start_s", "end_s")
_LOOKS: Mapping[RowKind, Callable[[LineStrip], Any]] = {
    "words": lambda line: (_WHERE(line), line.words, line.caption, line.guessed, line.problem is None),
    "wave": lambda line: (_WHERE(line), line.peaks_P, line.speech_start_s, line.guessed, bool(line.words)),
    "curve": lambda line: (_WHERE(line), id(line.weights_T8)),
    "keys": lambda line: (_WHERE(line), line.keys, line.drawn, line.guessed, line.on_screen),
    "moves": lambda line: (_WHERE(line), line.keys),
}
"""What of a line is seen in a row; what is drawn of the film as a whole is in `_FILM`."""
_FILM: Mapping[RowKind, Callable[[Board], Any]] = {
    "ruler": lambda board: board.fps,
    "shots": lambda board: board.shots,
    "music": lambda board: board.music,
    "gap": lambda board: None,  # noqa: ARG005 - nothing is seen of it
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn:
    """Rows as they were drawn, and of what."""

    board: Board
    lens: Lens
    picked: Picked
    specs: tuple[RowSpec, ...]
    rows: tuple[Row, ...] = field(repr=False)


def drawn(board: Board, lens: Lens, picked: Picked, specs: tuple[RowSpec, ...], before: Drawn | None = None) -> Drawn:
    """All rows; those that look the same as `before` are the same objects."""
    rows = draw(board, lens, picked, specs, {row.spec: row for row in _same(before, board, lens, picked)} if before else {})
    return Drawn(board=board, lens=lens, picked=picked, specs=specs, rows=rows)


def changed(before: Drawn, board: Board, lens: Lens, picked: Picked) -> Iterator[int]:
    """The numbers of the rows that look different now."""
    same = {row.spec for row in _same(before, board, lens, picked)}
    return (number for number, row in enumerate(before.rows) if row.spec not in same)


def _same(before: Drawn, board: Board, lens: Lens, picked: Picked) -> Iterator[Row]:
    if lens != before.lens:
        return
    kinds = {row.spec.kind for row in before.rows}
    alike = {kind for kind in kinds if _alike(kind, before.board, board)}
    touched = _touched(before, board, picked)
    yield from (row for row in before.rows if row.spec.kind in alike - touched)


def _alike(kind: RowKind, before: Board, now: Board) -> bool:
    """Whether rows of a kind show the same of two films."""
    if before is now:
        return True
    if kind in _FILM:
        return bool(_FILM[kind](before) == _FILM[kind](now))
    look = _LOOKS[kind]
    return (
        before.speakers == now.speakers
        and before.duration_s == now.duration_s
        and len(before.lines) == len(now.lines)
        and all(one is other or look(one) == look(other) for one, other in zip(before.lines, now.lines, strict=True))
    )


def _touched(before: Drawn, board: Board, picked: Picked) -> set[RowKind]:
    """The kinds of rows that show something else because something else is picked."""
    kinds: set[RowKind] = set()
    if picked.line != before.picked.line:
        kinds |= {"words", "wave", "curve", "keys", "moves"}
    if picked.keys != before.picked.keys:
        kinds |= {"keys", "moves"}
    if _word(board, picked) != _word(before.board, before.picked):
        kinds |= {"words"}
    return kinds


def _word(board: Board, picked: Picked) -> int | None:
    """The word that is bright."""
    return word_at(board.lines[picked.line], picked.at_s) if picked.line < len(board.lines) else None
