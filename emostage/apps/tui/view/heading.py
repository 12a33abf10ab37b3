"""The rows above the tracks: a ruler, and the shots with their cuts."""

from __future__ import annotations

from fractions import Fraction

from rich.cells import cell_len

from emostage.apps.tui.board import Board
from emostage.apps.tui.colours import CUT, QUIET
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.view.canvas import Canvas

_ROUND_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_LABEL_CELLS = 9
_NAME_CELLS = 5
"""Names that would be shorter are not begun."""
_JOINS = {"cut": "│", "crossfade": "╳", "fade": "▼", "dip": "▽"}


def ruler(lens: Lens, fps: Fraction) -> Canvas:
    """Round times where they are, with lines between; frames when they are far enough apart."""
    row = Canvas(lens.width, " ", QUIET)
    major_s = next((round_s for round_s in _ROUND_S if round_s / lens.step_s >= _LABEL_CELLS), _ROUND_S[-1])
    minor_s = float(1 / fps) if float(1 / fps) / lens.step_s >= 2 else major_s / 5
    count = int((lens.end_s - lens.start_s) / minor_s) + 2
    first = int(lens.start_s / minor_s)
    for number in range(first, first + count):
        row.put(lens.column(number * minor_s), "·", QUIET)
    first = int(lens.start_s / major_s)
    for number in range(first, first + int((lens.end_s - lens.start_s) / major_s) + 2):
        at_s = number * major_s
        if at_s < lens.start_s - 1e-6:
            continue  # its time would be cut
        row.put(lens.column(at_s), f"╷{label(at_s, tenths=major_s < 1)}", QUIET)
    return row


def label(at_s: float, *, tenths: bool = False) -> str:
    """A time as `m:ss`, or `m:ss.t`."""
    if tenths:
        minutes, rest = divmod(round(at_s * 10), 600)
        return f"{minutes}:{rest // 10:02}.{rest % 10}"
    minutes, seconds = divmod(round(at_s), 60)
    return f"{minutes}:{seconds:02}"


def _named(name: str, room: int) -> str:
    """A name as it fits: with spaces about it, without, cut, or not at all where nothing could be read."""
    whole = next((text for text in (f" {name} ", f" {name}", name) if cell_len(text) <= room), "")
    return whole or (f" {name} " if room >= _NAME_CELLS else "")


def shots(board: Board, lens: Lens) -> Canvas:
    """Names of shots between their cuts; a transition is as wide as it is long."""
    row = Canvas(lens.width, " ", QUIET)
    ends_s = [*(shot.start_s for shot in board.shots[1:]), board.duration_s]  # where the next one begins, also in a crossfade
    for shot, end_s in zip(board.shots, ends_s, strict=False):
        begin, end = lens.column(shot.start_s), min(lens.column(min(shot.end_s, end_s)), lens.width)
        if end <= 0 or begin >= lens.width:
            continue
        row.put(max(begin, 0), "─" * max(end - max(begin, 0), 0), QUIET)
        last = lens.column(shot.start_s + shot.transition_s)
        row.put(begin, _JOINS.get(shot.transition, "│") * max(last - begin, 1), CUT, until=end)
        inside = max(begin + max(last - begin, 1), 0)
        row.fitted(inside, _named(shot.name, end - inside), end - inside, CUT)
    return row
