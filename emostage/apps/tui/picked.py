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

    def after(self, focus: Focus | None, board: Board) -> Picked:
        """After an edit: at what it was about, without keys that are gone."""
        here = replace(self, line=min(self.line, max(len(board.lines) - 1, 0)))
        if focus is not None:
            keys = focus.picked or here.keys
            here = replace(here, line=min(focus.line, max(len(board.lines) - 1, 0)), keys=keys)
        return replace(here, keys=frozenset(ref for ref in here.keys if board.key(ref) is not None))
