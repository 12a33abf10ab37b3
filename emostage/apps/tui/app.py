"""The application around the editor: themes, keymap, command palette, and what is asked before a scene opens."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from typing import ClassVar

from rich.console import RenderableType
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.worker import WorkerFailed

from emostage.apps.tui.config import Settings
from emostage.apps.tui.editor import Editor
from emostage.apps.tui.graphics.kind import HALF, Graphics
from emostage.apps.tui.keymap import ACTIONS, textual_keymap, ways
from emostage.apps.tui.picture import Picture
from emostage.apps.tui.screens.ask import AskScreen
from emostage.apps.tui.session import Session
from emostage.core.errors import Diagnostic, EmostageError
from emostage.editing.composed import difference
from emostage.editing.document import Document
from emostage.editing.edit import Edit
from emostage.editing.journal import Journal
from emostage.editing.recovery import Recovered

_DISK = ("E100", "E101", "E102")
"""What the disk may say when the recovery file is begun."""


class EditorApp(App[None]):
    """Opens one scene. `recovered` is what an editor left that did not end well, `warnings` what is wrong with the settings. A
    fault of the editor itself ends it; whoever runs it tells of it (`fault`), or, with `traceback`, where it came from is shown."""

    TITLE = "emostage"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(
        self,
        document: Document,
        settings: Settings,
        *,
        recovered: Recovered | None = None,
        journal: bool = True,
        warnings: tuple[Diagnostic, ...] = (),
        speak: bool = True,
        graphics: Graphics = HALF,
        traceback: bool = False,
    ) -> None:
        super().__init__()
        self.traceback = traceback
        self._document, self.settings = document, settings
        self._recovered, self._journal, self._warnings, self._speak = recovered, journal, warnings, speak
        self._graphics = graphics
        self.editor: Editor | None = None

    def on_mount(self) -> None:
        """Ask about what was left, then open."""
        if self.settings.theme in self.available_themes:
            self.theme = self.settings.theme
        self.set_keymap(textual_keymap(self.settings.keymap))
        self.run_worker(self._open(), exit_on_error=True)

    def get_driver_class(self) -> type[Driver]:
        """The driver of the terminal; where there are no signals that of Textual."""
        usual = super().get_driver_class()
        if os.name == "nt":
            return usual
        from emostage.apps.tui.steady import steady

        return steady(usual)

    @property
    def fault(self) -> BaseException | None:
        """What ended the editor that should not have."""
        return self._exception.error if isinstance(self._exception, WorkerFailed) else self._exception

    def _fatal_error(self) -> None:
        if self.traceback:
            super()._fatal_error()
        else:
            self._close_messages_no_wait()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End; pictures go while their screen is still there."""
        for screen in self.screen_stack:
            for picture in screen.query(Picture):
                picture.end()
        super().exit(result, return_code, message)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """All that can be done is in the palette."""
        yield from super().get_system_commands(screen)
        if self.editor is not None and screen is self.editor:
            for action in ACTIONS:
                method = getattr(self.editor if action.group != "timeline" else self.editor.timeline, f"action_{action.name}", None)
                if method is not None:
                    yield SystemCommand(action.about, f"{action.id}  {ways(action, self.settings.keymap)}", method)

    async def _open(self) -> None:
        answer, text = await self._left()
        if answer == "leave":
            self.exit(message="nothing was touched: what was not saved is offered again at the next start")
            return
        session, journal, no_room = Session(self._document), None, False
        if self._journal:
            try:
                journal = Journal.begin(self._document.path, self._document.raw, text=text)
            except EmostageError as error:
                no_room = error.diagnostics[0].code in _DISK
                self.notify(f"{error.diagnostics[0].message}; a crash would lose work", severity="warning", markup=False)
        if text is not None and text != self._document.raw:
            recovered = Document(path=self._document.path, raw=text)
            session.do(lambda document: Edit(label="recover", spans=difference(document.text, recovered.text)))
        session.record(journal)
        self.editor = Editor(session, self.settings, speak=self._speak, graphics=self._graphics)
        self.editor.journal, self.editor.unjournalled = journal, no_room
        await self.push_screen(self.editor)
        for warning in self._warnings:
            self.notify(f"{warning.message}. {warning.hint} ({warning.code})", severity="warning", markup=False)

    async def _left(self) -> tuple[str, str | None]:
        """What is to be done with what an editor left that did not end well (`recover`, `discard`, `leave`), and that text if it is
        wanted."""
        left = self._recovered
        if left is None or left.text == self._document.raw:
            return "discard", None
        here = self._document.raw.splitlines(keepends=True)
        shown = "".join(difflib.unified_diff(here, left.text.splitlines(keepends=True), "in the file", "recovered"))
        answers = [("r", "recover", "Recover"), ("d", "discard", "Discard")]
        question = f"The last editor of '{self._document.path.name}' did not end well. What was not saved is still there."
        if left.moved_on:
            question += " The file was changed since."
        answer = await self.push_screen_wait(AskScreen("recover", question, answers, shown))
        return answer or "leave", left.text if answer == "recover" else None
