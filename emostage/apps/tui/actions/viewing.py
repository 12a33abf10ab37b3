"""What is shown: picture, filmstrip, problems, help, and jumping to a part."""

from __future__ import annotations

from dataclasses import replace

from textual.containers import Horizontal
from textual.widget import Widget

from emostage.apps.tui.actions.rendering import RenderActions
from emostage.apps.tui.desk import STRIP
from emostage.apps.tui.glimpsing import Seen
from emostage.apps.tui.jump import JumpScreen
from emostage.apps.tui.picture import Picture
from emostage.apps.tui.screens.help import HelpScreen
from emostage.studio.plan import LineJob


class ViewActions(RenderActions):
    """Parts of the desk."""

    _problem = -1
    _strip_job: LineJob | None = None

    def action_view_picture(self) -> None:
        """Show or hide the picture."""
        picture = self.query_one("#picture")
        picture.display = not picture.display
        self._look()

    def action_view_filmstrip(self) -> None:
        """Show or hide pictures of the whole line."""
        strip = self.query_one("#strip")
        strip.display = not strip.display
        self._strip_job = None
        self._look()

    def _look(self) -> None:
        """Look at the playhead, and at the line, if it is another one or says something else."""
        super()._look()
        wish = self.job_picked()
        if wish is not None and wish.job is not self._strip_job and self.query_one("#strip").display:
            self._strip_job = wish.job
            self.glimpser.ask(replace(wish, frames=STRIP))

    def show_strip(self, seen: Seen) -> None:
        """Show the pictures of a line, if they are still wanted."""
        strip = self.query_one("#strip", Horizontal)
        for number, place in enumerate(strip.query(Picture)):
            place.show(seen.pictures[number] if number < len(seen.pictures) else None, seen.problem if number == 0 else "")

    def action_view_problems(self) -> None:
        """Go to the next problem."""
        found = [problem for problem in self.problems if problem.place is not None]
        if not found:
            self.tell("no problems")
            return
        self._problem = (self._problem + 1) % len(found)
        problem = found[self._problem]
        if problem.place is not None:
            self.go_to_file_line(problem.place.line)
            self.tell(f"line {problem.place.line}: {problem.message}. {problem.hint}", wrong=problem.severity == "error")

    def action_view_help(self) -> None:
        """Show the keys."""
        self.app.push_screen(HelpScreen(self.settings.keymap))

    def action_view_jump(self) -> None:
        """Jump to a part by a letter."""
        self.later(self._jump())

    async def _jump(self) -> None:
        parts: dict[str, Widget] = {widget.id: widget for widget in self.query(Widget) if widget.id and widget.focusable}
        lines = self.board.lines if self.board else ()
        targets = [(name, name, widget.region) for name, widget in parts.items()]
        targets += self.timeline.line_regions()
        chosen = await self.ask(JumpScreen(targets))
        if chosen is None:
            return
        if chosen in parts:
            parts[chosen].focus()
        elif self.board is not None:
            self.pick(self.picked.moved(lines[int(chosen)].start_s, self.board))
