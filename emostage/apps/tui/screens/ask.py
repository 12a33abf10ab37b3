"""A question with a few answers, and the difference it is about."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Button, Static

from emostage.apps.tui.colours import CUE, PLAIN, of_emotion
from emostage.apps.tui.screens.dialog import Dialog
from emostage.apps.tui.widgets.words import Words

_COLOURS = {"+": of_emotion("disgusted"), "-": of_emotion("angry"), "@": CUE}
_MOST_LINES = 2000
_SCROLLS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}


class AskScreen(Dialog[str]):
    """`answers` are letter, value and label; a `difference` is a unified diff."""

    DEFAULT_CSS = """
    AskScreen Horizontal { height: auto; margin-top: 1; }
    AskScreen Button { margin-right: 1; min-width: 12; background: $background !important; color: $foreground !important; }
    AskScreen:dark Button { background: $panel !important; }
    AskScreen Button:focus, AskScreen:dark Button:focus {
        background: $foreground !important; color: $background !important; text-style: bold !important;
    }
    AskScreen VerticalScroll { max-height: 50vh; height: auto; margin-top: 1; display: none; }
    """

    def __init__(self, title: str, question: str, answers: Sequence[tuple[str, str, str]], difference: str = "") -> None:
        super().__init__()
        self.heading, self._question, self._difference = title, question, difference
        self._answers = [*answers, *([("v", "", "View the difference")] if difference else [])]
        self.hint = "   ".join(f"{letter} {label.lower()}" for letter, _, label in self._answers) + "   escape cancels"

    def parts(self) -> list[Widget]:
        """The question, its answers, the difference."""
        buttons = [Button(label, id=f"answer-{number}", compact=True) for number, (_, _, label) in enumerate(self._answers)]
        return [
            Static(self._question, markup=False),
            VerticalScroll(Words(coloured(self._difference)), id="difference"),
            Horizontal(*buttons),
        ]

    def on_mount(self) -> None:
        """The first answer is at hand."""
        self.query_one("#answer-0", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """An answer."""
        self._answer(int(str(event.button.id).rpartition("-")[2]))

    def on_key(self, event: events.Key) -> None:
        """Letters answer; arrows go from one to the next."""
        letters = [letter for letter, _, _ in self._answers]
        if event.character in letters:
            self._answer(letters.index(event.character))
            event.stop()
        elif event.key in _SCROLLS and (shown := self.query_one("#difference")).display:
            shown.scroll_relative(y=_SCROLLS[event.key], animate=False)
            event.stop()
        elif event.key in ("left", "right"):
            (self.focus_next if event.key == "right" else self.focus_previous)(Button)
            event.stop()

    def _answer(self, number: int) -> None:
        value = self._answers[number][1]
        if value:
            self.dismiss(value)
        else:
            shown = self.query_one("#difference")
            shown.display = not shown.display


def coloured(difference: str) -> Text:
    """A unified diff in colours."""
    out = Text()
    for line in difference.splitlines()[:_MOST_LINES]:
        out.append(line + "\n", _COLOURS.get(line[:1], PLAIN))
    return out
