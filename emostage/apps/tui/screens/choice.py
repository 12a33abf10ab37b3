"""Choosing one of many by typing some of its letters."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from emostage.apps.tui.screens.dialog import ListDialog, row
from emostage.apps.tui.screens.fuzzy import ranked

_MOST_CELLS = 40


class ChoiceScreen(ListDialog[str]):
    """One of some values; with `free` also what was typed."""

    hint = "type to narrow   ↑↓ choose   enter takes it   escape cancels"

    def __init__(self, title: str, options: Sequence[tuple[str, str]], current: str = "", *, free: bool = False) -> None:
        super().__init__()
        self.heading, self._options, self._current, self._free = title, tuple(options), current, free

    def parts(self) -> list[Widget]:
        """Where one types, and what there is."""
        return [Input(placeholder="all", id="query"), OptionList(id="found")]

    def on_mount(self) -> None:
        """All, the present one chosen."""
        self._show("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is chosen."""
        del event
        found = self.query_one(OptionList)
        if found.highlighted is not None and found.option_count:
            self.dismiss(found.get_option_at_index(found.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was clicked."""
        self.dismiss(event.option.id)

    def _show(self, query: str) -> None:
        found = self.query_one(OptionList)
        found.clear_options()
        shown = ranked(query, self._options, " ".join)
        values = [value for value, _ in shown]
        cells = min(max(map(cell_len, values), default=0), _MOST_CELLS)
        for value, detail in shown:
            found.add_option(Option(row(value, detail, cells + 1), id=value))
        written = query.strip()
        if self._free and written and written not in values:
            found.add_option(Option(row(written, "as written", 0), id=written))
        if values:
            found.highlighted = values.index(self._current) if not query and self._current in values else 0
        elif found.option_count:
            found.highlighted = 0
