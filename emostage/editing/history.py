"""A document and the way it came about: undo and redo without end. Patches are kept, not texts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emostage.editing.document import Document, Patch
from emostage.editing.edit import Edit
from emostage.editing.refs import Focus


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of undo: patches in the order they were made, what was looked at before, and what afterwards."""

    label: str
    patches: tuple[Patch, ...]
    before: Focus | None
    after: Focus | None
    merges: bool = False


class History:
    """Steps that can be undone, and steps that can be redone, around the document as it stands."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._saved: int | None = 0

    @property
    def can_undo(self) -> bool:
        """Whether a step can be undone."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a step can be redone."""
        return bool(self._undone)

    @property
    def dirty(self) -> bool:
        """Whether the document differs from what was last saved."""
        return self._saved != len(self._done)

    @property
    def undo_label(self) -> str:
        """What would be undone; empty for nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What would be redone; empty for nothing."""
        return self._undone[-1].label if self._undone else ""

    def saved(self) -> None:
        """The document as it stands is what is in the file."""
        self._saved = len(self._done)

    def lost(self) -> None:
        """What was saved is no longer in the file."""
        self._saved = None

    def do(self, edit: Edit, before: Focus | None = None) -> Step | None:
        """Do an edit; what was undone can no longer be redone. Gives the step, or None when it changes nothing.

        Raises ValueError for an edit of another document.
        """
        patches = self.document.patches(edit.spans)
        if not patches:
            return None
        step = Step(label=edit.label, patches=patches, before=before, after=edit.focus, merges=edit.merges)
        self.document = self.document.patched(patches)
        if self._saved is not None and self._saved > len(self._done):
            self._saved = None  # the saved state can no longer be reached
        self._undone.clear()
        last = self._done[-1] if self._done else None
        if last is not None and self._goes_on(last, step):
            self._done[-1] = replace(last, patches=(*last.patches, *patches), after=step.after)
        else:
            self._done.append(step)
        return step

    def _goes_on(self, last: Step, step: Step) -> bool:
        """Whether a step is one with the last: the same is done to what that has left. What is saved stays a step of its own."""
        same = last.merges and step.merges and last.label == step.label
        return same and _follows(last, step) and self._saved != len(self._done)

    def undo(self) -> Step | None:
        """Take the last step back; None when there is none."""
        if not self._done:
            return None
        step = self._done.pop()
        self.document = self.document.patched([patch.inverse for patch in reversed(step.patches)])
        self._undone.append(step)
        return step

    def redo(self) -> Step | None:
        """Do the step again that was undone last; None when there is none."""
        if not self._undone:
            return None
        step = self._undone.pop()
        self.document = self.document.patched(step.patches)
        self._done.append(step)
        return step


def _follows(last: Step, step: Step) -> bool:
    """Whether a step begins with the keys that the last one was about; keys that are moved may have other numbers afterwards."""
    if step.before is None or step.after is None or last.after is None:
        return last.after == step.after
    return last.after.picked == (step.before.picked or step.after.picked)
