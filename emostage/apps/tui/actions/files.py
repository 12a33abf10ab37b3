"""The file of the scene: saving, undo and redo, changes made outside, and leaving."""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
from collections.abc import Callable

from textual.app import SuspendNotSupported

from emostage.apps.tui.desk import Desk
from emostage.apps.tui.screens.ask import AskScreen
from emostage.core.errors import EmostageError
from emostage.editing.composed import difference
from emostage.editing.document import Document
from emostage.editing.edit import Edit
from emostage.editing.history import Step
from emostage.editing.journal import Journal
from emostage.editing.outside import Stamp, look, save, stamp_of

_LOOK_S = 1.0
_EDITORS = ("VISUAL", "EDITOR")


class FileActions(Desk):
    """The file is looked at every second; what others have made of it is never lost, and neither is what was done here."""

    journal: Journal | None = None
    unjournalled = False
    """Whether there should be a journal, and the disk had no room for it."""
    stamp: Stamp = Stamp()

    def on_mount(self) -> None:
        """Look at the file now and then."""
        document = self.session.document
        self.stamp = stamp_of(document.path, document.encoded()) if document.path.exists() else Stamp()
        self.set_interval(_LOOK_S, self._look_outside)
        if self.journal is not None or self.unjournalled:
            self.set_interval(self.settings.autosave_s, self._sync)

    def action_file_save(self) -> None:
        """Save the scene."""
        self.save()

    def save(self) -> bool:
        """Save the scene; says why where that is not possible. What others have just saved is not lost."""
        if self._changed_outside():
            return False
        data = self.session.document.encoded()
        try:
            self.stamp = save(self.session.document.path, data)
        except EmostageError as error:
            self.refuse(error)
            return False
        self.session.history.saved()
        if self.journal is not None:
            try:
                self.journal.saved(data)
            except EmostageError as error:  # the scene is safe; what is done next may not be
                self.refuse(error)
        self._show_title()
        self.tell("saved")
        return True

    def action_file_undo(self) -> None:
        """Undo."""
        self._back_or_on(self.session.undo, "nothing to undo")

    def action_file_redo(self) -> None:
        """Redo."""
        self._back_or_on(self.session.redo, "nothing to redo")

    def action_file_quit(self) -> None:
        """Leave; asks when something is not saved."""
        self.later(self._quit())

    def action_file_reload(self) -> None:
        """Take what is in the file now; undo brings back what was here."""
        self._take_file()

    def action_file_external(self) -> None:
        """Open the line in the user's own editor."""
        editor = next((os.environ[name] for name in _EDITORS if os.environ.get(name)), "")
        if not editor:
            self.tell("set $EDITOR to the editor of your choice", wrong=True)
            return
        if (self.session.history.dirty or not self.session.document.path.exists()) and not self.save():
            return
        lines = self.session.document.outline.lines
        wrong = next((found.place.line for found in self.problems if found.place), 1)
        number = lines[self.picked.line].node.place.line if self.picked.line < len(lines) else wrong
        try:
            command = [*shlex.split(editor), f"+{number}", str(self.session.document.path)]
            with self.app.suspend():
                subprocess.run(command, check=False)
        except (OSError, ValueError, SuspendNotSupported) as error:
            self.tell(f"'{editor}' cannot be started: {getattr(error, 'strerror', None) or error}", wrong=True)
        self._take_file()

    def _back_or_on(self, go: Callable[[], Step | None], nothing: str) -> None:
        try:
            if go() is None:
                self.tell(nothing)
        except EmostageError as error:
            self.refuse(error)

    async def _quit(self) -> None:
        if self.session.history.dirty:
            answers = [("s", "save", "Save"), ("d", "discard", "Discard"), ("c", "stay", "Stay")]
            answer = await self.ask(AskScreen("not saved", "There are changes that are not saved.", answers))
            if answer in (None, "stay") or (answer == "save" and not self.save()):
                return
        if self.journal is not None:
            self.journal.close()
        self.app.exit()

    def _look_outside(self) -> None:
        if self.app.screen is self:  # one question at a time; the file is looked at again when it is answered
            self._changed_outside()

    def _changed_outside(self) -> bool:
        """Whether the file holds something new; that is taken, or asked about."""
        seen, history = look(self.session.document.path, self.stamp), self.session.history
        self.stamp = seen.stamp
        if not seen.changed:
            return False
        if seen.data is None:
            history.lost()
            self.tell("the file is gone; save writes it anew", wrong=True)
        elif seen.data == self.session.document.encoded():
            history.saved()
        elif history.dirty:
            self.later(self._both_changed())
            return True
        else:
            self._take_file()
            return True
        self._show_title()
        return False

    async def _both_changed(self) -> None:
        path = self.session.document.path
        try:
            theirs = Document.read(path)
        except EmostageError as error:
            self.refuse(error)
            return
        mine = self.session.document.text.splitlines(keepends=True)
        shown = "".join(difflib.unified_diff(mine, theirs.text.splitlines(keepends=True), "here", "in the file"))
        answers = [("r", "reload", "Take the file"), ("k", "keep", "Keep mine")]
        question = f"'{path.name}' was changed by another program, and here too."
        if await self.ask(AskScreen("changed outside", question, answers, shown)) == "reload":
            self._take_file()

    def _take_file(self) -> None:
        """What is in the file, as a step that can be undone."""
        try:
            theirs = Document.read(self.session.document.path)
        except EmostageError as error:
            self.refuse(error)
            return
        self.stamp = stamp_of(theirs.path, theirs.encoded())
        here = self.session.document
        if theirs.raw != here.raw:
            if theirs.text != here.text:
                self.edit(lambda document: Edit(label="reload", spans=difference(document.text, theirs.text)))
            self.tell("the file was read again; undo brings back what was here")
        if self.session.document.raw == theirs.raw:
            self.session.history.saved()
        self._show_title()

    def _sync(self) -> None:
        try:
            if self.journal is not None:
                self.journal.sync()
            elif self.unjournalled:
                self._begin_journal()
        except EmostageError as error:
            if self.journal is not None:  # else it was told when the scene was opened
                self.refuse(error)

    def _begin_journal(self) -> None:
        """From now on a crash loses nothing; raises EmostageError as long as the disk has no room."""
        document = self.session.document
        self.journal = Journal.begin(document.path, Document.read(document.path).raw, text=document.raw)
        self.session.record(self.journal)
        self.tell("there is room again: a crash loses nothing any more")
