"""The desk: where a scene is edited. It joins the session, what runs in the background, and the widgets that show both; what can be
done is in the modules of `actions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Footer

from emostage.apps.tui import describe
from emostage.apps.tui.board import Board, KeyMark
from emostage.apps.tui.config import Settings
from emostage.apps.tui.glimpsing import Glimpser, Seen, Wish, drawn_px
from emostage.apps.tui.graphics.kind import HALF, Graphics
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.picture import Picture
from emostage.apps.tui.reviewing import Review, Reviewer
from emostage.apps.tui.session import Session
from emostage.apps.tui.telling import Telling
from emostage.apps.tui.unread import listing
from emostage.apps.tui.widgets.timeline import Timeline
from emostage.apps.tui.widgets.words import Words
from emostage.core.errors import Diagnostic, EmostageError
from emostage.editing.document import Document
from emostage.editing.edit import Edit
from emostage.editing.refs import Focus, KeyRef
from emostage.scene.model import Script

STRIP = 6
"""Pictures of a filmstrip."""
_AT_ONCE = 100_000
"""Characters of a scene that is opened with its timeline; in longer ones that comes when it is worked out."""
_LOOKED_S = 0.2
"""The timeline stands before what draws the first picture is loaded."""
_PAINTED_S = 0.02
"""What is foreseen is on the screen after this long; then the film is worked out."""
_PROBLEMS = 3
"""Problems that are shown at once."""


class Desk(Telling):
    """Edits go in by `edit`, the playhead by `pick`; all else follows."""

    DEFAULT_CSS = """
    Desk { overflow: hidden; }
    Desk #title, Desk #status { text-wrap: nowrap; text-overflow: ellipsis; }
    Desk #title { height: 1; background: $panel; color: $text; padding: 0 1; }
    Desk #stage { height: 40%; min-height: 7; max-height: 18; }
    Desk #picture { width: 36%; max-width: 44; min-width: 20; }
    Desk #facts { padding: 0 1; overflow-y: auto; }
    Desk #facts Static { height: auto; }
    Desk #status { height: 1; padding: 0 1; background: $panel; }
    Desk #strip { height: 9; display: none; }
    Desk ToastRack { margin-bottom: 2; }
    Desk.-low #strip, Desk.-tiny #strip { height: 20%; }
    Desk.-tiny #stage { height: 30%; min-height: 3; }
    Desk.-tiny Timeline { min-height: 4; }
    Desk.-narrow #picture { display: none; }
    Desk:light Footer, Desk:light FooterKey, Desk:light .footer-key--key, Desk:light .footer-key--description {
        background: $background; color: $foreground;
    }
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (56, "-wide")]  # noqa: RUF012 - Textual's type
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-low"), (30, "-high")]  # noqa: RUF012 - Textual's type

    class Reviewed(Message):
        """A review came in."""

        def __init__(self, review: Review) -> None:
            super().__init__()
            self.review = review

    class Glimpsed(Message):
        """A picture came in."""

        def __init__(self, seen: Seen) -> None:
            super().__init__()
            self.seen = seen

    def __init__(self, session: Session, settings: Settings, *, speak: bool = True, graphics: Graphics = HALF) -> None:
        super().__init__()
        self.session, self.settings, self.graphics = session, settings, graphics
        self.picked = Picked()
        self.board: Board | None = None
        self.script: Script | None = None
        self.review: Review | None = None
        self.note = ""
        self._focus: Focus | None = None
        self._foreseen = False
        self.reviewer = Reviewer(lambda review: self._from_thread(self.Reviewed(review)), speak=speak)
        self.glimpser = Glimpser(lambda seen: self._from_thread(self.Glimpsed(seen)), longest_px=drawn_px(graphics))
        session.changed = self._document_changed

    def compose(self) -> ComposeResult:
        """What there is to see."""
        yield Words(id="title")
        with Horizontal(id="stage"):
            enabled = self.settings.picture != "none"
            yield Picture(id="picture", note="no picture yet", enabled=enabled, graphics=self.graphics)
            with Vertical(id="facts"):
                yield Words(id="line")
                yield Words(id="key")
                yield Words(id="mix", least=2)
                yield Words(id="problems")
        with Horizontal(id="strip"):
            for number in range(STRIP):
                yield Picture(id=f"strip-{number}", graphics=self.graphics)
        yield Timeline(id="timeline", snap=self.settings.snap)
        yield Words(id="status")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Begin."""
        self.timeline.focus()
        if len(self.session.document.raw) > _AT_ONCE:
            self._document_changed(None)
            return
        self._show_title()
        self._take(self.reviewer.now(self.session.document))
        self.set_timer(_LOOKED_S, self._look)

    def on_unmount(self) -> None:
        """Nothing goes on behind."""
        self.reviewer.close()
        self.glimpser.close()

    @property
    def timeline(self) -> Timeline:
        """The timeline."""
        return self.query_one(Timeline)

    def edit(self, make: Callable[[Document], Edit], *, foreseen: bool = False) -> bool:
        """Do an edit; says why where it cannot be done. Returns whether anything has changed. Whoever asks shows at once what is
        `foreseen`, before the film is worked out."""
        self._foreseen = foreseen
        try:
            return self.session.do(make, self.focus_now) is not None
        except EmostageError as error:
            self.refuse(error)
            return False
        finally:
            self._foreseen = False

    def foresee(self, marks: Iterable[KeyMark], names: Mapping[KeyRef, KeyRef] = MappingProxyType({})) -> None:
        """Show keys at once where an edit has put them, by their new names; what the film comes to is worked out behind."""
        if self.board is not None:
            self.board = self.board.with_marks(marks, names)
            self.picked = replace(self.picked, keys=frozenset(names.get(ref, ref) for ref in self.picked.keys))
            self.timeline.renamed(names)
            self.timeline.show(self.board, self.picked)
            self._show_facts()

    @property
    def focus_now(self) -> Focus:
        """What is picked, for undo to come back to."""
        return Focus.on(self.picked.keys) or Focus(line=self.picked.line)

    def pick(self, picked: Picked, *, follow: bool = True) -> None:
        """Put the playhead somewhere, pick keys."""
        self.picked = picked
        if self.board is None:
            return
        self.timeline.pick(picked, follow=follow)
        self._show_facts()
        self._look()

    def pick_line(self, line: int) -> None:
        """Pick a line of a scene that cannot be shown."""
        self.picked = replace(self.picked, line=min(max(line, 0), max(len(self.session.document.outline.lines) - 1, 0)))
        self._show_facts()

    def on_timeline_line_asked(self, message: Timeline.LineAsked) -> None:
        """The line before or after, where there is no timeline."""
        self.pick_line(self.picked.line + message.way)

    def say(self, note: str) -> None:
        """What stands in the status line until it is something else."""
        self.note = note
        self._show_status()

    def on_desk_reviewed(self, message: Desk.Reviewed) -> None:
        """Show what the document comes to, if it is still the same."""
        if message.review.document is self.session.document:
            self._take(message.review)
            self._look()

    def _take(self, review: Review) -> None:
        self.review = review
        if review.board is not None:
            was_s, self.picked = self.picked.at_s, self.picked.after(self._focus, review.board, self.board)
            self.board, self.script, self._focus = review.board, review.script, None
            self.timeline.show(review.board, self.picked)
            if self.picked.at_s != was_s:
                self.timeline.pick(self.picked)
        self._show_facts()

    def on_desk_glimpsed(self, message: Desk.Glimpsed) -> None:
        """Show a picture."""
        seen = message.seen
        if seen.wish.frames:
            self.show_strip(seen)
        else:
            self.query_one("#picture", Picture).show(seen.pictures[0] if seen.pictures else None, seen.problem)

    def show_strip(self, seen: Seen) -> None:
        """Show the pictures of a line."""

    def on_timeline_moved(self, message: Timeline.Moved) -> None:
        """The playhead was moved."""
        if self.board is not None:
            self.pick(self.picked.moved(message.at_s, self.board))

    def on_timeline_key_picked(self, message: Timeline.KeyPicked) -> None:
        """A key was picked: the playhead goes there."""
        if self.board is not None:
            picked = self.picked.moved(message.mark.at_s, self.board)
            self.pick(picked.with_key(message.mark.ref, extend=message.extend))

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the scene as it stands."""
        return self.review.diagnostics if self.review else ()

    def job_picked(self) -> Wish | None:
        """The job of the picked line at the playhead, as a wish for a picture."""
        if self.review is None or self.review.script is None or self.board is None:
            return None
        line = self.board.line_at(self.picked.at_s)
        if line is None or line.index >= len(self.review.jobs):
            return None
        return Wish(script=self.review.script, job=self.review.jobs[line.index], at_s=self.picked.at_s)

    def _document_changed(self, focus: Focus | None) -> None:
        self._focus = focus
        self._show_title()
        if self._foreseen:
            self.set_timer(_PAINTED_S, lambda: self.reviewer.ask(self.session.document))
        else:
            self.reviewer.ask(self.session.document)

    def _look(self) -> None:
        wish = self.job_picked()
        if wish is not None and self.settings.picture != "none" and self.query_one("#picture").display:
            self.glimpser.ask(wish)

    def _show_title(self) -> None:
        history = self.session.history
        mark = " ●" if history.dirty else ""
        undo = f"   undo: {history.undo_label}" if history.can_undo else ""
        self._write("#title", Text(f"emostage  {self.session.document.path.name}{mark}{undo}"))

    def _show_facts(self) -> None:
        if self.board is not None:
            self._write("#line", describe.line_words(self.board, self.script, self.picked))
            self._write("#key", describe.keys(self.board, self.script, self.picked))
            self._write("#mix", describe.mix(self.board, self.picked))
        elif self.review is not None:
            self._write("#line", describe.NOTHING)
            outline = self.session.document.outline
            self.timeline.show_list(lambda width, height: listing(outline, self.picked.line, width, height))
        self._write("#problems", describe.problems(self.problems, _PROBLEMS))
        self._show_status()

    def _show_status(self) -> None:
        if self.board is None:
            return
        spoken = self.review.spoken if self.review else 0
        if self.review is not None and self.review.board is None:
            spoken = len(self.board.lines)  # of a scene with errors nothing is spoken
        self._write("#status", describe.status(self.board, self.picked, self.timeline.snap, spoken, self.note))

    def _write(self, where: str, text: Text) -> None:
        self.query_one(where, Words).say(text)

    def _from_thread(self, message: Message) -> None:
        if self.is_running:
            self.post_message(message)
