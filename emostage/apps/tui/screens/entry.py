"""Writing one value: a name, a length, a mood. What is wrong with it is said while one writes."""

from __future__ import annotations

from collections.abc import Callable

from textual.widget import Widget
from textual.widgets import Input, Static

from emostage.apps.tui.screens.dialog import Dialog
from emostage.core.errors import EmostageError
from emostage.scene.issues import Misread

_LONGEST = 400


class EntryScreen(Dialog[str]):
    """The answer is what was written, without the space around it. `check` raises Misread or EmostageError for what cannot be
    taken; `empty` says that nothing is an answer too."""

    hint = "enter takes it   escape cancels"

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        example: str = "",
        about: str = "",
        check: Callable[[str], object] | None = None,
        empty: bool = False,
    ) -> None:
        super().__init__()
        self.heading, self._value, self._example, self._about = title, value, example, about
        self._check, self._empty = check, empty

    def parts(self) -> list[Widget]:
        """Where one writes, what it is for, and what is wrong."""
        about = [Static(self._about, id="about", markup=False)] if self._about else []
        written = Input(value=self._value, placeholder=self._example, id="entry", max_length=_LONGEST)
        return [*about, written, Static("", id="problem", markup=False)]

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong."""
        self.query_one("#problem", Static).update(self._problem(event.value.strip()))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it, if it can be taken."""
        written = event.value.strip()
        if self._problem(written) or (not written and not self._empty):
            return
        self.dismiss(written)

    def _problem(self, written: str) -> str:
        if not written or self._check is None:
            return ""
        try:
            self._check(written)
        except Misread as misread:
            return "; ".join(filter(None, (misread.message, misread.hint)))
        except EmostageError as error:
            found = error.diagnostics[0]
            return "; ".join(filter(None, (found.message, found.hint)))
        return ""
