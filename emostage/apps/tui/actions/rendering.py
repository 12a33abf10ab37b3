"""Making the film, or one line of it, from inside."""

from __future__ import annotations

import re
import time
from pathlib import Path

from textual.message import Message

from emostage.apps.tui.actions.files import FileActions
from emostage.apps.tui.rendering import Progress, Render
from emostage.editing.edit import EditError

_PLACE = re.compile(r":(\d+):(\d+): ")
_EVERY_S = 0.25


class RenderActions(FileActions):
    """One render at a time; the scene is saved first, because the film is made of the file."""

    render_now: Render | None = None
    _told_s = 0.0

    class Rendered(Message):
        """A render goes on."""

        def __init__(self, progress: Progress) -> None:
            super().__init__()
            self.progress = progress

    def on_unmount(self) -> None:
        """A render does not outlive the editor."""
        if self.render_now is not None:
            self.render_now.stop()

    def action_render_line(self) -> None:
        """Render the line at the playhead."""
        line = self.board.line_at(self.picked.at_s) if self.board else None
        if line is None:
            self.refuse(EditError.of("E145", "there is no line that can be drawn", "mend what is listed, or write one with n"))
        else:
            self._begin(f"{self.session.document.path.stem}-{line.index + 1}", (line.index + 1,))

    def action_render_film(self) -> None:
        """Render the film."""
        self._begin(self.session.document.path.stem)

    def action_render_cancel(self) -> None:
        """Stop the render; what is finished is kept."""
        if self.render_now is None:
            self.tell("nothing is being rendered")
        else:
            self.render_now.stop()

    def _begin(self, name: str, lines: tuple[int, ...] = ()) -> None:
        if self.render_now is not None:
            self.tell("one film at a time: ctrl+x stops the one that is being made", wrong=True)
            return
        path = self.session.document.path
        if (self.session.history.dirty or not path.exists()) and not self.save():
            return
        out = Path("out") / f"{name}.mp4"
        self.say("rendering")
        self.render_now = Render(path, out, lambda progress: self._from_thread(self.Rendered(progress)), lines=lines)

    def on_render_actions_rendered(self, message: RenderActions.Rendered) -> None:
        """Show how far it is."""
        progress = message.progress
        if not progress.ended:
            if time.monotonic() - self._told_s >= _EVERY_S:
                self._told_s = time.monotonic()
                share = f"{100 * progress.done // progress.frames} %  " if progress.frames else ""
                self.say(f"{share}{progress.text}")
            return
        self.render_now = None
        self.say("")
        self.tell(progress.problem or progress.text, wrong=bool(progress.problem))
        if place := _PLACE.search(progress.problem):
            self.go_to_file_line(int(place[1]))
        self.reviewer.ask(self.session.document)

    def go_to_file_line(self, number: int) -> None:
        """Put the playhead on what stands at a line of the file."""
        before = [line for line in self.session.document.outline.lines if line.node.place.line <= number]
        if not before:
            return
        lines = self.board.lines if self.board else ()
        if self.board is not None and before[-1].index < len(lines):
            self.pick(self.picked.moved(lines[before[-1].index].start_s, self.board))
        elif self.board is None:
            self.pick_line(before[-1].index)
