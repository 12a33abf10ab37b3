"""Mixing what is felt: seven bars and what is left for neutral, or a description in one's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from emostage.apps.tui.colours import LETTERS, QUIET, of_emotion
from emostage.apps.tui.screens.dialog import Dialog
from emostage.apps.tui.widgets.words import dressed_for
from emostage.core.emotion import EMOTIONS

_CELLS = 40
"""Most cells of a bar."""
_BAR = 20
"""Column of a line at which its bar begins."""
_FELT = EMOTIONS[1:]


@dataclass(frozen=True, kw_only=True)
class EmotionChoice:
    """A mix (8), or a prompt that is played with a strength."""

    weights_8: tuple[float, ...]
    prompt: str | None = None
    strength: float = 1.0


def with_weight(weights_7: Sequence[float], number: int, value: float) -> tuple[float, ...]:
    """A mix with one emotion at a value (0 to 1); the others give way in proportion where they are together more than the rest."""
    value = round(min(max(value, 0.0), 1.0), 3)
    others = sum(weight for i, weight in enumerate(weights_7) if i != number)
    share = min(1.0, (1.0 - value) / others) if others > 0 else 1.0
    if share < 1.0:  # cut off, not rounded: together they are never more than 1
        weights_7 = [int(weight * share * 1000 + 1e-6) / 1000 for weight in weights_7]
    return tuple(value if i == number else weight for i, weight in enumerate(weights_7))


class Mixer(Widget, can_focus=True):
    """The bars."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "row(-1)", show=False), Binding("down", "row(1)", show=False),
        Binding("left,minus", "change(-0.05)", show=False), Binding("right,plus,equals_sign", "change(0.05)", show=False),
        Binding("shift+left", "change(-0.01)", show=False), Binding("shift+right", "change(0.01)", show=False),
        *(Binding(str(digit), f"value({digit / 10 if digit else 1.0})", show=False) for digit in range(10)),
        Binding("n", "nothing", show=False), Binding("enter", "take", show=False),
    ]  # fmt: skip
    DEFAULT_CSS = "Mixer { height: 9; }"

    class Taken(Message):
        """The mix is right."""

    class Changed(Message):
        """The mix is another."""

    def __init__(self, weights_8: Sequence[float]) -> None:
        super().__init__()
        self.weights_7 = tuple(float(weight) for weight in weights_8[1:])
        self.number = max(range(len(_FELT)), key=lambda i: self.weights_7[i])

    @property
    def cells(self) -> int:
        """How long a full bar is."""
        return max(min(_CELLS, self.size.width - _BAR - 1), 4)

    def render(self) -> Text:
        """All bars, the chosen one marked."""
        out, cells = Text(no_wrap=True), self.cells
        for number, (name, weight) in enumerate(zip(_FELT, self.weights_7, strict=True)):
            chosen = number == self.number
            style = of_emotion(name, bold=chosen and self.has_focus)
            out.append(f"{('▸' if self.has_focus else '▹') if chosen else ' '} {LETTERS[name]} {name:<10}{weight:5.2f} ", style)
            out.append("█" * round(weight * cells), style).append("░" * (cells - round(weight * cells)) + "\n", QUIET)
        rest = max(1.0 - sum(self.weights_7), 0.0)
        out.append(f"  N {'neutral':<10}{rest:5.2f} ", QUIET)
        for name, weight in zip(_FELT, self.weights_7, strict=True):
            out.append("█" * round(weight * cells), of_emotion(name))
        out.append("░" * (cells - sum(round(weight * cells) for weight in self.weights_7)), QUIET)
        return dressed_for(self, out)

    def on_focus(self) -> None:
        """Arrows are heard here now."""
        self.refresh()

    def on_blur(self) -> None:
        """Arrows are heard elsewhere."""
        self.refresh()

    def action_row(self, way: int) -> None:
        """Another emotion."""
        self.number = (self.number + way) % len(_FELT)
        self.refresh()

    def action_change(self, by: float) -> None:
        """More or less of it."""
        self.action_value(self.weights_7[self.number] + by)

    def action_value(self, value: float) -> None:
        """So much of it."""
        self._mix(with_weight(self.weights_7, self.number, value))

    def action_nothing(self) -> None:
        """Nothing is felt."""
        self._mix((0.0,) * len(_FELT))

    def action_take(self) -> None:
        """It is right."""
        self.post_message(self.Taken())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose the emotion that is clicked; on its bar, so much of it."""
        if event.y < len(_FELT):
            self.number = event.y
            self.capture_mouse()
            self._drag(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """A bar follows the mouse that holds it."""
        if self.app.mouse_captured is self:
            self._drag(event)

    def on_mouse_up(self) -> None:
        """Let go."""
        self.release_mouse()

    def _drag(self, event: events.MouseEvent) -> None:
        self.refresh()
        if event.x >= _BAR - 1:
            self.action_value(round((event.x - _BAR + 1) / self.cells * 20) / 20)

    def _mix(self, weights_7: tuple[float, ...]) -> None:
        self.weights_7 = weights_7
        self.refresh()
        self.post_message(self.Changed())


class EmotionScreen(Dialog[EmotionChoice]):
    """What is to be felt."""

    heading = "what is felt"
    hint = "↑↓ emotion   ←→ how much   1-9 .1 to .9, 0 all   n nothing\ntab own words   enter takes it   escape cancels"

    def __init__(self, weights_8: Sequence[float], prompt: str | None = None, strength: float = 1.0) -> None:
        super().__init__()
        self._weights_8, self._prompt, self._strength = weights_8, prompt, strength

    def parts(self) -> list[Widget]:
        """Bars and words."""
        return [
            Mixer(self._weights_8),
            Static("or in your own words, and how strongly (0 to 1):"),
            Input(value=self._prompt or "", placeholder="a little sad, trying to smile", id="prompt", max_length=400),
            Input(value=f"{self._strength:g}", id="strength", type="number", max_length=5),
        ]

    def on_mount(self) -> None:
        """At the bars, or at the words there are."""
        (self.query_one("#prompt", Input) if self._prompt else self.query_one(Mixer)).focus()

    def on_mixer_taken(self, message: Mixer.Taken) -> None:
        """Take it."""
        del message
        self._take()

    def on_mixer_changed(self, message: Mixer.Changed) -> None:
        """Who mixes wants the mix, not the words there were."""
        del message
        self.query_one("#prompt", Input).value = ""

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it."""
        del event
        self._take()

    def _take(self) -> None:
        prompt, mixed = self.query_one("#prompt", Input).value.strip(), self.query_one(Mixer).weights_7
        try:
            strength = min(max(float(self.query_one("#strength", Input).value or 1.0), 0.0), 1.0)
        except ValueError:
            strength = 1.0
        weights_8 = (round(max(1.0 - sum(mixed), 0.0), 3), *mixed)
        self.dismiss(EmotionChoice(weights_8=weights_8, prompt=prompt or None, strength=strength if prompt else 1.0))
