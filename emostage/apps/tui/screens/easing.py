"""How a key is reached from the one before it: the easings of the language, each with its curve."""

from __future__ import annotations

import numpy as np
from rich.text import Text
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from emostage.apps.tui.screens.dialog import Dialog
from emostage.core.keyframes import Easing
from emostage.scene.emotions import EASINGS, parse_easing
from emostage.scene.issues import Misread

_COLUMNS = 24
_EIGHTHS = "▁▂▃▄▅▆▇█"
_ABOUT = {
    "hold": "stays, jumps", "linear": "evenly", "in": "slowly at first", "out": "slowly at last", "in-out": "slowly at the ends",
}  # fmt: skip


def curve(ease: Easing) -> str:
    """An easing as a row of bars."""
    reached = np.clip(ease(np.linspace(0.0, 1.0, _COLUMNS)), 0.0, 1.0)
    return "".join(_EIGHTHS[min(int(value * 7.99), 7)] for value in reached)


class EasingScreen(Dialog[str]):
    """One of the easings, or a curve of one's own."""

    heading = "how the key is reached"
    hint = "↑↓ choose   enter takes it   tab a curve of your own   escape cancels"

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def parts(self) -> list[Widget]:
        """The named ones, and where to write another."""
        names = [Option(Text(f"{name:<8}{curve(parse_easing(name))}  {_ABOUT[name]}"), id=name) for name in EASINGS]
        free = self._current if self._current not in EASINGS else ""
        return [
            OptionList(*names, id="named"),
            Input(value=free, placeholder="cubic-bezier(0.3, 0, 0.2, 1)", id="free", max_length=80),
            Static("", id="problem", markup=False),
        ]

    def on_mount(self) -> None:
        """At the present one."""
        named = self.query_one(OptionList)
        named.highlighted = EASINGS.index(self._current) if self._current in EASINGS else 0
        (named if self._current in EASINGS else self.query_one(Input)).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a named one."""
        self.dismiss(event.option.id)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Draw what is written, or say what is wrong with it."""
        problem = self.query_one("#problem", Static)
        if not event.value.strip():
            problem.update("")
            return
        try:
            problem.update(curve(parse_easing(event.value)))
        except Misread as misread:
            problem.update(f"{misread.message}; {misread.hint}")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is written, if it is an easing."""
        try:
            parse_easing(event.value)
        except Misread:
            return
        self.dismiss(event.value.strip())
