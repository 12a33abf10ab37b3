"""Picking many keys: those of a line, those in a rectangle, and letting go of them."""

from __future__ import annotations

from emostage.apps.tui.desk import Desk
from emostage.apps.tui.widgets.timeline import Timeline
from emostage.editing.edit import EditError


class SpanActions(Desk):
    """What is done to picked keys is done to all of them, as one step."""

    def action_key_all(self) -> None:
        """Pick all keys of the line."""
        lines = self.board.lines if self.board else ()
        keys = lines[self.picked.line].keys if self.picked.line < len(lines) else ()
        if keys:
            self.pick(self.picked.with_keys(mark.ref for mark in keys))
        else:
            self.refuse(EditError.of("E145", "the line has no keys", "i puts one here, e a look and y a gesture"))

    def action_key_none(self) -> None:
        """Let go of the keys."""
        self.pick(self.picked.with_keys(()))

    def on_timeline_keys_picked(self, message: Timeline.KeysPicked) -> None:
        """Keys were picked all at once; the playhead stays."""
        self.pick(self.picked.with_keys(message.refs), follow=False)
