"""Editing the text of a line, with cues completed after `[` and problems told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from emostage.apps.tui.screens.dialog import Dialog
from emostage.core.emotion import EMOTIONS, EVERYDAY
from emostage.scene.cues import GESTURES, read_text

_MOST = 6


def cues(names: Sequence[str]) -> tuple[str, ...]:
    """All that can stand in brackets."""
    feelings = tuple(f"{name} 0.7" for name in (*EMOTIONS[1:], *EVERYDAY))
    looks = tuple(f"look {name}" for name in ("camera", *names))
    return (*feelings, "pause 300ms", *GESTURES, *looks, 'like "quietly furious"')


def unfinished(text: str, offset: int) -> tuple[int, str] | None:
    """The cue that is being written before an offset: where it begins behind its bracket, and what there is of it."""
    start = text.rfind("[", 0, offset)
    inside = text[start + 1 : offset]
    if start < 0 or "]" in inside or text[max(start - 1, 0) : start] in ("\\", "["):
        return None
    return start + 1, inside


def _paragraph(text: str) -> str:
    return " ".join(text.split("\n")).strip()


class TextScreen(Dialog[str]):
    """The text of a line; None when it stays as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "take", "Take", show=False, priority=True),
        Binding("enter", "enter", "Take", show=False, priority=True),
        Binding("tab", "complete", "Complete", show=False, priority=True),
        Binding("escape", "leave", "Cancel", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    TextScreen TextArea, TextScreen TextArea:focus { height: 8; border: none; padding: 0; }
    TextScreen OptionList { display: none; max-height: 6; }
    TextScreen #problems { height: auto; max-height: 4; color: $error; }
    """
    hint = "[ completes cues   tab takes one   enter saves   escape cancels"

    def __init__(self, title: str, text: str, names: Sequence[str] = ()) -> None:
        super().__init__()
        self.heading, self._text, self._cues = title, text, cues(names)

    def parts(self) -> list[Widget]:
        """Where one writes, what could follow, what is wrong."""
        area = TextArea(self._text, soft_wrap=True, id="text", tab_behavior="focus")
        return [area, OptionList(id="cues"), Static("", id="problems", markup=False)]

    def on_mount(self) -> None:
        """At the end of the text."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()
        self._check()

    @property
    def _popup(self) -> OptionList:
        return self.query_one(OptionList)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Offer cues, tell problems."""
        del event
        self._offer()
        self._check()

    def on_key(self, event: events.Key) -> None:
        """Arrows choose among the cues that are offered."""
        if self._popup.display and event.key in ("up", "down"):
            (self._popup.action_cursor_down if event.key == "down" else self._popup.action_cursor_up)()
            event.stop()
            event.prevent_default()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A cue was clicked."""
        self._put(str(event.option.id))

    def action_enter(self) -> None:
        """Take the cue that is offered, or the text."""
        if self._popup.display:
            self.action_complete()
        else:
            self.action_take()

    def action_complete(self) -> None:
        """Take the cue that is offered."""
        if self._popup.display and self._popup.highlighted is not None:
            self._put(str(self._popup.get_option_at_index(self._popup.highlighted).id))

    def action_leave(self) -> None:
        """Close what is offered, else everything."""
        if self._popup.display:
            self._popup.display = False
        else:
            self.dismiss(None)

    def action_take(self) -> None:
        """Take the text as one paragraph."""
        text = _paragraph(self.query_one(TextArea).text)
        self.dismiss(None if text == _paragraph(self._text) else text)

    def _offset(self) -> int:
        area = self.query_one(TextArea)
        row, column = area.cursor_location
        return sum(len(line) + 1 for line in area.text.split("\n")[:row]) + column

    def _offer(self) -> None:
        begun = unfinished(self.query_one(TextArea).text, self._offset())
        found = [cue for cue in self._cues if begun is not None and cue.casefold().startswith(begun[1].lstrip().casefold())][:_MOST]
        popup = self._popup
        popup.clear_options()
        for cue in found:
            popup.add_option(Option(f"[{cue}]".replace("[", "\\[", 1), id=cue))
        popup.display = bool(found)
        popup.highlighted = 0 if found else None

    def _put(self, cue: str) -> None:
        area, offset = self.query_one(TextArea), self._offset()
        begun = unfinished(area.text, offset)
        if begun is None:
            return
        row, column = area.cursor_location
        written, after = offset - begun[0], area.text[offset:]
        rest = re.match(r"[^\[\]\n]*\]", after)  # what there is of it behind the cursor
        end = rest.end() if rest else 0
        space = "" if after[end : end + 1].isspace() else " "
        put = area.replace(f"{cue}]{space}", (row, max(column - written, 0)), (row, column + end))
        area.move_cursor(put.end_location)
        self._popup.display = False

    def _check(self) -> None:
        problems = read_text(self.query_one(TextArea).text).problems
        told = "\n".join(f"{problem.code} {problem.message}; {problem.hint}" for problem in problems[:2])
        self.query_one("#problems", Static).update(told)
