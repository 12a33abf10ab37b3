"""A scene that is open: its document with undo, its file, and the recovery file beside. Nothing in it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from emostage.editing.document import Document
from emostage.editing.edit import Edit
from emostage.editing.history import History, Step
from emostage.editing.journal import PatchLike
from emostage.editing.refs import Focus


class Recorder(Protocol):
    """Writes down every step before anything else can happen, so that a crash loses nothing (`editing.journal.Journal`)."""

    def did(self, label: str, patches: Iterable[PatchLike]) -> None:
        """A step was done."""

    def undid(self, label: str, patches: Iterable[PatchLike]) -> None:
        """A step was taken back by these patches."""

    def redid(self, label: str, patches: Iterable[PatchLike]) -> None:
        """A step was done again."""


class Session:
    """The only place where the document changes. Whoever shows it is told by `changed`."""

    def __init__(self, document: Document, recorder: Recorder | None = None) -> None:
        self.history = History(document)
        self._recorder = recorder
        self.changed: Callable[[Focus | None], None] = _nobody

    def record(self, recorder: Recorder | None) -> None:
        """From now on write down what is done."""
        self._recorder = recorder

    @property
    def document(self) -> Document:
        """The scene as it stands."""
        return self.history.document

    def do(self, make: Callable[[Document], Edit], before: Focus | None = None) -> Step | None:
        """Do what `make` says; None when it changes nothing. Raises EditError where it cannot be done: then nothing has changed.
        Raises EmostageError E100 to E102, as the other two do, when it is done but could not be written down."""
        edit = make(self.document)
        step = self.history.do(edit, before)
        if step is not None:
            self._done(lambda recorder: recorder.did(edit.label, step.patches), edit.focus)
        return step

    def undo(self) -> Step | None:
        """Take the last step back."""
        step = self.history.undo()
        if step is not None:
            back = [patch.inverse for patch in reversed(step.patches)]
            self._done(lambda recorder: recorder.undid(step.label, back), step.before or step.after)
        return step

    def redo(self) -> Step | None:
        """Do the step again that was taken back last."""
        step = self.history.redo()
        if step is not None:
            self._done(lambda recorder: recorder.redid(step.label, step.patches), step.after)
        return step

    def _done(self, write: Callable[[Recorder], None], focus: Focus | None) -> None:
        """Write a step down first, then tell of it; whoever shows the document is told even if it could not be written."""
        try:
            if self._recorder is not None:
                write(self._recorder)
        finally:
            self.changed(focus)


def _nobody(focus: Focus | None) -> None:
    """Nobody is told."""
    del focus
