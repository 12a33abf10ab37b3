"""What is heard and felt in a speaker's track, as blocks of eighths.

W columns of a lens, 7 emotions but neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np

from emostage.apps.tui.board import Board
from emostage.apps.tui.colours import GUESSED, LETTERS, PLAIN, QUIET, WAVE, of_emotion
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.canvas import Canvas
from emostage.apps.tui.view.grid import I64, grid_of
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F32

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_FULL = 8
_NAMED = 0.06
"""What is felt more weakly has no letter."""
_LETTER_CELLS = 3
"""Lines that are narrower have no letters."""


def wave(board: Board, speaker: str, lens: Lens, picked: Picked) -> Canvas:
    """Loudness where it is known, dots where it is guessed, a line for silence."""
    row, grid = Canvas(lens.width), grid_of(board, speaker)
    loud = grid.loud(lens).tolist()
    for column, owner in enumerate(grid.owners(lens).tolist()):
        if owner < 0:
            continue
        line = board.lines[owner]
        if loud[column] > 0.0:
            row.characters[column] = _EIGHTHS[min(1 + int(loud[column] * 7.99), _FULL)]
            row.styles[column] = WAVE if owner == picked.line else QUIET
        else:
            row.characters[column] = "┈" if line.guessed and line.words else "─"
            row.styles[column] = GUESSED
    return row


def curves(board: Board, speaker: str, lens: Lens, height: int, picked: Picked) -> list[Canvas]:
    """Feelings as bars as high as they are strong, what a line feels most at the bottom, each with its letter where it is
    strongest; `height` rows, the topmost first. Lines that are not picked are dim."""
    rows, grid = [Canvas(lens.width) for _ in range(height)], grid_of(board, speaker)
    owners_W, felt_W7 = grid.owners(lens), grid.felt(lens)
    felt_W7[owners_W < 0] = 0.0
    order_W7 = grid.order_L7[np.maximum(owners_W, 0)]
    tops_W7 = np.cumsum(np.take_along_axis(felt_W7, order_W7, axis=1), axis=1)
    total_W = np.minimum(tops_W7[:, -1], 1.0) * height
    strongest_W = felt_W7.argmax(1)
    kinds = []
    for number in range(height):
        fill_W = np.clip(total_W - number, 0.0, 1.0)
        eighths_W = np.rint(fill_W * _FULL).astype(np.int64)
        if number == 0:
            eighths_W = np.where(total_W > 0.0, np.maximum(eighths_W, 1), 0)
        reached_W = (((number + fill_W / 2) / height)[:, None] > tops_W7 + 1e-6).sum(1)
        layer_W = np.take_along_axis(order_W7, np.minimum(reached_W, order_W7.shape[1] - 1)[:, None], axis=1)[:, 0]
        kind_W = np.where(eighths_W > 0, strongest_W if height == 1 else layer_W, -1)
        _fill(rows[height - 1 - number], eighths_W, kind_W, owners_W == picked.line)
        kinds.append(kind_W)
    _letters(rows[::-1], owners_W, felt_W7, kinds)
    return rows


def _fill(row: Canvas, eighths_W: I64, kind_W: I64, bright_W: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
    row.characters = [_EIGHTHS[number] for number in eighths_W.tolist()]
    shades = {(k, b): of_emotion(EMOTIONS[k + 1], dim=not b) for k in range(len(EMOTIONS) - 1) for b in (True, False)}
    cells = zip(kind_W.tolist(), bright_W.tolist(), strict=True)
    row.styles = [shades[cell] if cell[0] >= 0 else PLAIN for cell in cells]


def _letters(rows: Sequence[Canvas], owners_W: I64, felt_W7: F32, kinds: Sequence[I64]) -> None:
    """The letter of every emotion of every line, where it is strongest; `rows` and `kinds` from the bottom."""
    for owner, group in groupby(range(len(owners_W)), key=owners_W.tolist().__getitem__):
        columns = list(group)
        if owner < 0 or len(columns) < _LETTER_CELLS:
            continue
        first, last = columns[0], columns[-1] + 1
        peaks_7 = felt_W7[first:last].max(0)
        for kind in np.flatnonzero(peaks_7 > _NAMED).tolist():
            _letter(rows, kinds, kind, range(first, last), (felt_W7[first:last, kind] >= peaks_7[kind] * 0.98).tolist())


def _letter(rows: Sequence[Canvas], kinds: Sequence[I64], kind: int, columns: range, strong: Sequence[bool]) -> None:
    """One letter: in the first place at a layer's strongest that is all its own, else in the first one that is its own."""
    letter, places = LETTERS[EMOTIONS[kind + 1]], [column for column, is_so in zip(columns, strong, strict=True) if is_so]
    for full in (True, False):
        for row, kind_W in zip(rows, kinds, strict=True):
            for column in places:
                character = row.characters[column]
                if kind_W[column] == kind and character != letter and (character == _EIGHTHS[-1]) == full:
                    row.put(column, letter, of_emotion(EMOTIONS[kind + 1], bold=True, reverse=full))
                    return
