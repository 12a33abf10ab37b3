"""Where the playhead stops when it steps: at words, frames or keys."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import chain

from emostage.apps.tui.board import Board, KeyMark
from emostage.core.time import frame_at, seconds_at
from emostage.editing.refs import KeyRef

SNAPS = ("words", "frames", "keys", "off")
_STEP_S = 0.1
_SAME_S = 1e-4


def stops(board: Board, snap: str) -> tuple[float, ...]:
    """Film times to stop at, in order; none for `frames` and `off`, which have too many."""
    if snap == "words":
        lines = (
            (line.start_s, *(word.start_s for word in line.words), *((line.words[-1].end_s,) if line.words else ()))
            for line in board.lines
        )
        return _apart(sorted([*chain.from_iterable(lines), board.duration_s]))
    if snap == "keys":
        return _apart(sorted([0.0, *(mark.at_s for line in board.lines for mark in line.keys), board.duration_s]))
    return ()


def step(board: Board, at_s: float, way: int, snap: str) -> float:
    """The next stop to the right (`way` 1) or left (-1)."""
    if snap == "frames":
        return frame_step(board, at_s, way)
    if snap == "off":
        return min(max(at_s + way * _STEP_S, 0.0), board.duration_s)
    found = stops(board, snap)
    if way > 0:
        after = bisect_right(found, at_s + _SAME_S)
        return found[after] if after < len(found) else board.duration_s
    before = bisect_left(found, at_s - _SAME_S) - 1
    return found[before] if before >= 0 else 0.0


def frame_step(board: Board, at_s: float, way: int) -> float:
    """The frame before or after."""
    frame = frame_at(at_s, board.fps) + way
    return min(max(seconds_at(max(frame, 0), board.fps), 0.0), board.duration_s)


def snapped(board: Board, at_s: float, snap: str, within_s: float) -> float:
    """The stop nearest to a moment, if it is near enough; of frames always the nearest."""
    if snap == "frames":
        return seconds_at(frame_at(at_s, board.fps), board.fps)
    found = stops(board, snap)
    place = bisect_left(found, at_s)
    near = [time for time in found[max(place - 1, 0) : place + 1] if abs(time - at_s) <= within_s]
    return min(near, key=lambda time: abs(time - at_s)) if near else at_s


def next_key(board: Board, at_s: float, way: int, among: Sequence[KeyMark] | None = None) -> KeyMark | None:
    """The next key to the right or left of a moment."""
    marks = in_order(board) if among is None else sorted(among, key=_order)
    if way > 0:
        return next((mark for mark in marks if mark.at_s > at_s + _SAME_S), None)
    return next((mark for mark in reversed(marks) if mark.at_s < at_s - _SAME_S), None)


def next_picked(board: Board, at_s: float, way: int, picked: Collection[KeyRef], *, extend: bool = False) -> KeyMark | None:
    """The next key after the one that is picked at a moment, also of several at the same time; else that after the moment. With
    `extend` the next one beyond all that are picked."""
    marks = in_order(board)
    mine = [number for number, mark in enumerate(marks) if mark.ref in picked]
    if extend and mine:
        wanted = mine[-1] + 1 if way > 0 else mine[0] - 1
    elif len(mine) == 1 and abs(marks[mine[0]].at_s - at_s) < _SAME_S:
        wanted = mine[0] + way
    else:
        return next_key(board, at_s, way)
    return marks[wanted] if 0 <= wanted < len(marks) else None


def in_order(board: Board) -> list[KeyMark]:
    """All keys of a film in time."""
    return sorted((mark for line in board.lines for mark in line.keys), key=_order)


def _order(mark: KeyMark) -> tuple[float, KeyRef]:
    return mark.at_s, mark.ref


def _apart(times: Sequence[float]) -> tuple[float, ...]:
    out: list[float] = []
    for time in times:
        if not out or time - out[-1] > _SAME_S:
            out.append(time)
    return tuple(out)
