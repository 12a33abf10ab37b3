"""The keys, by what they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text
from textual import events
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from emostage.apps.tui.colours import KEY
from emostage.apps.tui.keymap import ACTIONS, GROUPS, Action, ways
from emostage.apps.tui.screens.dialog import Dialog
from emostage.apps.tui.widgets.words import Words

_TIPS = """ctrl+p finds every command by its name. A double click puts a key.
Keys are dragged in time and strength; with shift a frame picks them."""


def table(keymap: Mapping[str, tuple[str, ...]], wanted: str = "", first: Sequence[str] = ()) -> Text:
    """Actions with their keys, group by group, those of the part one is at first; only those that hold what is wanted."""
    out = Text()
    for group in sorted(GROUPS, key=lambda name: name not in first):
        mine = [action for action in ACTIONS if action.group == group and _holds(action, wanted)]
        if mine:
            out.append(f"{GROUPS[group]}\n", "bold")
        for action in mine:
            out.append(f"  {ways(action, keymap):<22} ", KEY).append(f"{action.about}\n")
    return out


def _holds(action: Action, wanted: str) -> bool:
    return wanted.casefold() in f"{action.about} {action.id}".casefold()


class HelpScreen(Dialog[None]):
    """F1."""

    heading = "keys"
    hint = "type to narrow   ↑↓ scroll   escape closes"
    DEFAULT_CSS = """
    HelpScreen > Vertical { height: 92%; }
    HelpScreen VerticalScroll { height: 1fr; }
    """

    def __init__(self, keymap: Mapping[str, tuple[str, ...]], groups: Sequence[str] = ()) -> None:
        super().__init__()
        self._keymap, self._groups = keymap, groups

    def parts(self) -> list[Widget]:
        """All keys and two tips."""
        return [
            Input(placeholder="all", id="query"),
            VerticalScroll(Words(table(self._keymap, first=self._groups), id="keys")),
            Static(_TIPS, markup=False),
        ]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow."""
        self.query_one("#keys", Static).update(table(self._keymap, event.value, self._groups))

    def on_key(self, event: events.Key) -> None:
        """Arrows scroll while one types."""
        keys = self.query_one(VerticalScroll)
        if event.key in ("down", "pagedown"):
            keys.scroll_relative(y=1 if event.key == "down" else 10, animate=False)
        elif event.key in ("up", "pageup"):
            keys.scroll_relative(y=-1 if event.key == "up" else -10, animate=False)
