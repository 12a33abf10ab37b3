"""Text that can be read on its ground, whatever the theme and the terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.visual import VisualType
from textual.widget import Widget
from textual.widgets import Static

from emostage.apps.tui.legible import dressed, seen


class Words(Static):
    """A static text whose styles are those of `colours`."""

    DEFAULT_CSS = "Words { link-style: none; link-color: $text-muted; link-background: $background; }"

    def __init__(self, words: VisualType = "", *, id: str | None = None, least: int = 0) -> None:  # noqa: A002 - Textual's name
        """`least` is the number of rows that are there whether they are needed or not."""
        super().__init__(words, id=id, markup=False)
        self._words, self._least = words, least
        if least:
            self.styles.min_height = least

    def say(self, text: Text) -> None:
        """Show another text; what is around it is laid out anew only where it may be higher or lower than the last one."""
        if text != self._words:
            before, now = self._rows(self._words), self._rows(text)
            self.update(text, layout=now is None or before != now)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show another text."""
        self._words = content
        super().update(dressed_for(self, content) if isinstance(content, Text) else content, layout=layout)

    def _rows(self, words: VisualType) -> int | None:
        """Rows that a text takes; None where it has to be wrapped."""
        if not isinstance(words, Text):
            return None
        lines = words.plain.split("\n")
        return max(len(lines), self._least) if all(cell_len(line) <= self.content_size.width for line in lines) else None

    def on_mount(self) -> None:
        """The ground is known now."""
        self.update(self._words)

    def notify_style_update(self) -> None:
        """The theme may be another one."""
        super().notify_style_update()
        if isinstance(self._words, Text) and self.is_mounted:
            self.update(self._words)


def look_of(widget: Widget) -> Callable[[Style], Style]:
    """How a widget shows a style of `colours`."""
    base, few = widget.rich_style, has_few_colours(widget)
    return lambda style: seen(style, base, few=few)


def dressed_for(widget: Widget, text: Text) -> Text:
    """A text as a widget shows it."""
    return dressed(text, widget.rich_style, few=has_few_colours(widget))


def has_few_colours(widget: Widget) -> bool:
    """Whether the terminal has 16 colours."""
    return widget.app.console.color_system in ("standard", "windows")
