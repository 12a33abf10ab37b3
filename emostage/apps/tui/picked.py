"""What is picked on the timeline: where the playhead is, which keys, which line. Frozen: every change is another one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from emostage.apps.tui.board import Board
from emostage.editing.refs import Focus, KeyRef


@dataclass(frozen=True, kw_only=True)
class Picked:
    """`line` is the one that line commands are about; `keys` what key commands are about."""

    at_s: float = 0.0
    line: int = 0
    keys: frozenset[KeyRef] = frozenset()

    def moved(self, at_s: float, board: Board) -> Picked:
        """With the playhead elsewhere, within the film; the line is the one that is seen there."""
        at_s = min(max(at_s, 0.0), board.duration_s)
        line = board.line_at(at_s)
        return replace(self, at_s=at_s, line=line.index if line else self.line)

    def with_key(self, ref: KeyRef | None, *, extend: bool = False) -> Picked:
        """With a key picked, beside those that are or instead of them; a picked one again is let go."""
        if ref is None:
            return replace(self, keys=frozenset())
        keys = (self.keys ^ {ref}) if extend else frozenset({ref})
        return replace(self, keys=keys, line=ref.line)

    def with_keys(self, refs: Iterable[KeyRef]) -> Picked:
        """With just these keys picked."""
        keys = frozenset(refs)
        return replace(self, keys=keys, line=min(ref.line for ref in keys) if keys else self.line)

    def after(self, focus: Focus | None, board: Board, before: Board | None = None) -> Picked:
        """After an edit: at what it was about, without keys that are gone. The playhead stays where it is in its line, also while
        lines before it grow from what they were in the board `before`; in another line it goes to the key or to the start."""
        line = min(focus.line if focus else self.line, max(len(board.lines) - 1, 0))
        keys = (focus.picked if focus else None) or self.keys
        here = replace(self, line=line, keys=frozenset(ref for ref in keys if board.key(ref) is not None))
        return replace(here, at_s=here._place(board, before, came=line != self.line, focus=focus))

    def _place(self, board: Board, before: Board | None, *, came: bool, focus: Focus | None) -> float:
        """Where the playhead is in its line; `came` says that the line is another one than it was."""
        if not board.lines:
            return 0.0
        line, at_s = board.lines[self.line], self.at_s
        was = before.line_at(at_s) if before is not None and focus is None else None
        if was is not None and was.index == self.line:
            at_s += line.start_s - was.start_s
        if board.line_at(at_s) is line:
            return min(at_s, board.duration_s)
        mark = board.key(focus.key) if focus is not None and focus.key is not None else None
        if came or at_s < line.start_s:
            return mark.at_s if mark is not None else line.start_s
        return max(line.start_s, line.end_s - float(1 / board.fps))
