"""How a key is reached from the one before it: the easings of the language, each with its curve."""

from __future__ import annotations

import numpy as np
from rich.text import Text
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from emostage.apps.tui.colours import PLAIN, QUIET, of_emotion
from emostage.apps.tui.screens.dialog import Dialog
from emostage.apps.tui.widgets.words import Words
from emostage.core.keyframes import Easing
from emostage.scene.emotions import EASINGS, parse_easing
from emostage.scene.issues import Misread

_COLUMNS = 24
_WIDE, _ROWS = 56, 6
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_ABOUT = {
    "hold": "stays, jumps", "linear": "evenly", "in": "slowly at first", "out": "slowly at last", "in-out": "slowly at the ends",
}  # fmt: skip


def curve(ease: Easing) -> str:
    """An easing as a row of bars; what goes beyond its ends is cut."""
    reached = np.clip(ease(np.linspace(0.0, 1.0, _COLUMNS)), 0.0, 1.0)
    return "".join(_EIGHTHS[min(1 + int(value * 7.99), 8)] for value in reached)


def graph(ease: Easing) -> Text:
    """An easing as bars over several rows, from the key before to the key; what goes beyond one of them has another colour."""
    reached = ease(np.linspace(0.0, 1.0, _WIDE))
    low, high = min(float(reached.min()), 0.0), max(float(reached.max()), 1.0)
    share = _ROWS / (high - low)
    key, before = (round((value - low) * share) for value in (1.0, 0.0))
    names = {min(before, _ROWS - 1): "before", key - 1: "key"}
    out = Text(no_wrap=True)
    for row in reversed(range(_ROWS)):
        out.append(f"{names.get(row, ''):>6} ", QUIET)
        for value in reached.tolist():
            eighths = min(max(round(((value - low) * share - row) * 8), int(row == 0)), 8)
            beyond = value < 0.0 or (value > 1.0 and row >= key)
            out.append(_EIGHTHS[eighths], of_emotion("surprised") if beyond else PLAIN)
        out.append("\n" if row else "")
    return out


class EasingScreen(Dialog[str]):
    """One of the easings, or a curve of one's own."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (22, "-high")]  # noqa: RUF012 - Textual's type
    DEFAULT_CSS = """
    EasingScreen #graph { margin-bottom: 1; height: auto; }
    EasingScreen.-low #graph { display: none; }
    """
    heading = "how the key is reached"
    hint = "↑↓ choose   enter takes it   tab a curve of your own   escape cancels"

    def __init__(self, current: str) -> None:
        super().__init__()
        self._current = current

    def parts(self) -> list[Widget]:
        """The named ones, where to write another, and what is chosen, drawn large."""
        names = [Option(Text(f"{name:<8}{curve(parse_easing(name))}  {_ABOUT[name]}", no_wrap=True), id=name) for name in EASINGS]
        free = self._current if self._current not in EASINGS else ""
        return [
            OptionList(*names, id="named"),
            Input(value=free, placeholder="cubic-bezier(0.3, 0, 0.2, 1)", id="free", max_length=80),
            Words("", id="problem"),
            Words("", id="graph"),
        ]

    def on_mount(self) -> None:
        """At the present one."""
        named = self.query_one(OptionList)
        named.highlighted = EASINGS.index(self._current) if self._current in EASINGS else 0
        (named if self._current in EASINGS else self.query_one(Input)).focus()
        self._draw(self._current)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Draw it."""
        if self.focused is event.option_list:
            self._draw(str(event.option.id))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take a named one."""
        self.dismiss(event.option.id)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Draw what is written, or say what is wrong with it."""
        self._draw(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is written, if it is an easing."""
        try:
            parse_easing(event.value)
        except Misread:
            return
        self.dismiss(event.value.strip())

    def _draw(self, text: str) -> None:
        problem, drawn = self.query_one("#problem", Words), self.query_one("#graph", Words)
        if not text.strip():
            problem.update("")
            return
        try:
            drawn.update(graph(parse_easing(text)))
            problem.update("")
        except Misread as misread:
            problem.update(f"{misread.message}; {misread.hint}")
