"""What all questions look like: one box in the middle, its title in the border and its keys below."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import OptionList, Static

from emostage.apps.tui.screens.hint import clickable

Result = TypeVar("Result")


def row(value: str, about: str, cells: int) -> Text:
    """A row of a list: what is chosen, in so many cells, and what it is."""
    return Text.assemble((value, "bold"), " " * max(cells + 1 - cell_len(value), 1), about, no_wrap=True, overflow="ellipsis")


class Dialog(ModalScreen[Result]):
    """A question in a box. Escape answers with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel", show=False)]
    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > Vertical {
        width: 74; max-width: 96%; height: auto; max-height: 92%; overflow-y: auto;
        border: round $primary; padding: 0 1; background: $background;
        border-title-color: $foreground; border-title-style: bold;
    }
    Dialog #hint {
        color: $text-muted; height: auto; link-color: $text-muted; link-style: none; link-background: $background;
    }
    Dialog Input, Dialog Input:focus {
        border: none; border-bottom: solid $primary 40%; height: 2; padding: 0; background: $background;
    }
    Dialog Input > .input--placeholder { color: $text-muted; }
    Dialog Input > .input--selection { background: $foreground; color: $background; }
    Dialog Input:focus { border-bottom: solid $primary; }
    Dialog OptionList, Dialog OptionList:focus { border: none; height: auto; max-height: 14; background: $background; padding: 0; }
    Dialog OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    Dialog OptionList > .option-list--option-highlighted, Dialog OptionList:focus > .option-list--option-highlighted {
        background: $foreground; color: $background; text-style: none;
    }
    """

    heading = ""
    hint = "escape cancels"

    def compose(self) -> ComposeResult:
        """The box with its parts."""
        box = Vertical(*self.parts(), Static(clickable(self.hint), id="hint"), id="box")
        box.border_title = self.heading
        yield box

    def parts(self) -> list[Widget]:
        """What is in the box."""
        return []

    def action_cancel(self) -> None:
        """No answer."""
        self.dismiss(None)


class ListDialog(Dialog[Result]):
    """A question with a list in which one moves while one types."""

    def on_key(self, event: events.Key) -> None:
        """Arrows and page keys are the list's, whatever has the focus."""
        found = self.query_one(OptionList)
        moves: dict[str, Callable[[], None]] = {
            "down": found.action_cursor_down,
            "up": found.action_cursor_up,
            "pagedown": found.action_page_down,
            "pageup": found.action_page_up,
        }
        if event.key in moves:
            moves[event.key]()
            event.stop()
