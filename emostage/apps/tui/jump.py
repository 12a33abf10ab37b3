"""Jump mode: a letter over every part of the screen, and a press goes there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Static

LETTERS = "asdfghjklqwertyuiopzxcvbnm"

Target = tuple[str, str, Region]
"""Id, name, and where it is on the screen."""


class JumpScreen(ModalScreen[str]):
    """The answer is the id of a target; any other key leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", show=False)]
    DEFAULT_CSS = """
    JumpScreen { background: $background 30%; }
    JumpScreen Static { position: absolute; width: auto; height: 1; background: $warning; color: $text; text-style: bold; }
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        """The letters."""
        for letter, (_, name, region) in self._targets.items():
            label = Static(f" {letter} {name} " if region.width > len(name) + 4 else f" {letter} ", markup=False)
            label.styles.offset = (region.x, region.y)
            yield label

    def on_key(self, event: events.Key) -> None:
        """Go there, or leave."""
        target = self._targets.get(event.key)
        event.stop()
        self.dismiss(target[0] if target else None)

    def on_click(self, event: events.Click) -> None:
        """Go to the smallest part that is clicked, or leave."""
        at = [target for target in self._targets.values() if target[2].contains(event.screen_x, event.screen_y)]
        self.dismiss(min(at, key=lambda target: target[2].area)[0] if at else None)

    def action_cancel(self) -> None:
        """Leave."""
        self.dismiss(None)
