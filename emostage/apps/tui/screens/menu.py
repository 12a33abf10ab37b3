"""A menu: each of its entries has a letter, and a press takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from emostage.apps.tui.screens.dialog import Dialog


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something to choose by its letter; `detail` stands behind it."""

    letter: str
    value: str
    label: str
    detail: str = ""


class MenuScreen(Dialog[str]):
    """The answer is the value of an entry."""

    hint = "a letter chooses   ↑↓ enter too   escape cancels"
    DEFAULT_CSS = "MenuScreen OptionList, MenuScreen OptionList:focus { max-height: 24; }"

    def __init__(self, title: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.heading, self._entries = title, tuple(entries)

    def parts(self) -> list[Widget]:
        """The entries."""
        width = max((cell_len(entry.label) for entry in self._entries), default=0)
        return [OptionList(*(Option(_row(entry, width), id=entry.value) for entry in self._entries), id="entries")]

    def on_mount(self) -> None:
        """At the first."""
        entries = self.query_one(OptionList)
        entries.highlighted = 0 if self._entries else None
        entries.focus()

    def on_key(self, event: events.Key) -> None:
        """A letter takes its entry."""
        chosen = next((entry for entry in self._entries if entry.letter == event.character), None)
        if chosen is not None:
            self.dismiss(chosen.value)
            event.stop()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what was chosen or clicked."""
        self.dismiss(event.option.id)


def _row(entry: Entry, width: int) -> Text:
    room = " " * (width - cell_len(entry.label) + 2)
    return Text.assemble((entry.letter or " ", "bold"), f"  {entry.label}{room}{entry.detail}", no_wrap=True, overflow="ellipsis")
