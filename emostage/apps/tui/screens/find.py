"""Finding something while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from emostage.apps.tui.screens.dialog import ListDialog

Found = Sequence[tuple[object, str, str]]
_MOST = 50


class FindScreen(ListDialog[object]):
    """`search` gives values with where they are and what is there; the answer is one of the values."""

    heading = "find"
    hint = "↑↓ choose   enter goes there, then * and # to the others   escape cancels"

    def __init__(self, search: Callable[[str], Found]) -> None:
        super().__init__()
        self._search = search
        self._found: Found = ()

    def parts(self) -> list[Widget]:
        """Where one types, and what was found."""
        return [Input(placeholder="a word", id="query"), OptionList(id="found")]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search."""
        self._found = tuple(self._search(event.value))[:_MOST] if event.value.strip() else ()
        shown = self.query_one(OptionList)
        shown.clear_options()
        for number, (_, where, text) in enumerate(self._found):
            shown.add_option(Option(Text.assemble(f"{where}  ", (text, "bold"), no_wrap=True, overflow="ellipsis"), id=str(number)))
        shown.highlighted = 0 if self._found else None

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go there."""
        del event
        chosen = self.query_one(OptionList).highlighted
        if chosen is not None and chosen < len(self._found):
            self.dismiss(self._found[chosen][0])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go where was clicked."""
        self.dismiss(self._found[int(str(event.option.id))][0])
