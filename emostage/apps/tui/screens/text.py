"""Editing the text of a line, with cues offered after `[` and problems told at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from emostage.apps.tui.colours import CUE, MISTAKE, QUIET, WRONG
from emostage.apps.tui.screens.cuelist import PROMPT, Offer, matching, offers, unfinished
from emostage.apps.tui.screens.dialog import Dialog, row
from emostage.apps.tui.widgets.words import Words, look_of
from emostage.scene.cues import Spoken, read_text

_MOST = 3
"""Problems that are told at once."""
_SIZE = (46, 9)
"""Columns and most rows of the list of cues."""


class LineArea(TextArea):
    """A text of one paragraph in which cues stand out and what is wrong is underlined."""

    def edit(self, edit: Edit) -> EditResult:
        """Put a text in; the ends of its lines become spaces."""
        edit.text = _paragraph(edit.text)
        return super().edit(edit)

    def get_line(self, line_index: int) -> Text:
        """A line with its cues in another style."""
        line, look = super().get_line(line_index), look_of(self)
        spoken = read_text(line.plain)
        for cue in spoken.cues:
            line.stylize(look(CUE), cue.start, cue.end)
        for problem in spoken.problems:
            line.stylize(look(MISTAKE), problem.start or 0, problem.end)
        return line


class TextScreen(Dialog[str]):
    """The text of a line; None when it stays as it was. `names` are those of people who can be looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "take", "Take", show=False, priority=True),
        Binding("enter", "enter", "Take", show=False, priority=True),
        Binding("tab", "complete", "Complete", show=False, priority=True),
        Binding("escape", "leave", "Cancel", show=False, priority=True),
        Binding("up", "choose(-1)", "Up", show=False, priority=True),
        Binding("down", "choose(1)", "Down", show=False, priority=True),
    ]
    DEFAULT_CSS = f"""
    TextScreen TextArea, TextScreen TextArea:focus {{ height: 7; border: none; padding: 0; background: $background; }}
    TextScreen #problems {{ height: 4; margin-top: 1; }}
    TextScreen #cues, TextScreen #cues:focus {{
        position: absolute; overlay: screen; constrain: inside inside; display: none;
        width: {_SIZE[0]}; height: auto; max-height: {_SIZE[1]}; padding: 0 1; background: $background; border: round $secondary;
    }}
    """
    hint = "[ offers cues   tab takes one   enter saves   escape cancels"

    def __init__(self, title: str, text: str, names: Sequence[str] = ()) -> None:
        super().__init__()
        self.heading, self._text, self._known = title, _paragraph(text), offers(names)
        self._found: list[Offer] = []
        self._closed_at: int | None = None

    def parts(self) -> list[Widget]:
        """Where one writes, what could follow, what is wrong."""
        area = LineArea(self._text, soft_wrap=True, id="text", tab_behavior="focus", highlight_cursor_line=False)
        popup = OptionList(id="cues")
        popup.can_focus = False
        return [area, popup, Words("", id="problems")]

    def on_mount(self) -> None:
        """At the end of the text."""
        self._area.move_cursor(self._area.document.end)
        self._area.focus()
        self._tell()

    @property
    def _area(self) -> LineArea:
        return self.query_one(LineArea)

    @property
    def _popup(self) -> OptionList:
        return self.query_one("#cues", OptionList)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the list belong to the text while nothing is offered."""
        return bool(self._popup.display) if action in ("complete", "choose") else super().check_action(action, parameters)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Offer cues, tell problems."""
        del event
        self._offer()
        self._tell()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Who leaves a cue wants no other in its stead."""
        del event
        if self._begun() is None:
            self._popup.display = False

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A cue was clicked."""
        self._put(self._found[event.option_index].cue)

    def action_choose(self, way: int) -> None:
        """Another of the cues that are offered."""
        self._popup.highlighted = ((self._popup.highlighted or 0) + way) % len(self._found)

    def action_enter(self) -> None:
        """Take the cue that is offered, or the text."""
        if self._popup.display:
            self.action_complete()
        else:
            self.action_take()

    def action_complete(self) -> None:
        """Take the cue that is offered."""
        self._put(self._found[self._popup.highlighted or 0].cue)

    def action_leave(self) -> None:
        """Close what is offered, else everything."""
        if not self._popup.display:
            self.dismiss(None)
        elif begun := self._begun():
            self._closed_at, self._popup.display = begun[0], False

    def action_take(self) -> None:
        """Take the text."""
        text = self._area.text.strip()
        self.dismiss(None if text == self._text.strip() else text)

    def _begun(self) -> tuple[int, str] | None:
        return unfinished(self._area.text, self._area.cursor_location[1])

    def _offer(self) -> None:
        begun = self._begun()
        if begun is None or begun[0] != self._closed_at:
            self._closed_at = None
        self._found = matching(begun[1], self._known) if begun and self._closed_at is None else []
        self._popup.display = bool(self._found)
        if not self._found:
            return
        self._popup.clear_options()
        self._popup.add_options([Option(_row(offer)) for offer in self._found])
        self._popup.highlighted = 0
        self.call_after_refresh(self._place)

    def _place(self) -> None:
        """The list below the cursor, above it where there is more room."""
        cursor, (columns, most) = self._area.cursor_screen_offset, _SIZE
        rows = min(most, len(self._found) + 2)
        below = cursor.y + 1 + rows <= self.size.height
        self._popup.absolute_offset = Offset(
            max(0, min(cursor.x - 2, self.size.width - columns)), cursor.y + 1 if below else max(0, cursor.y - rows)
        )

    def _put(self, cue: str) -> None:
        begun = self._begun()
        if begun is None:
            return
        end = self._area.cursor_location[1]
        rest = re.match(r"[^\[\]\"]*\]", self._area.text[end:])  # what there is of it behind the cursor
        end += rest.end() if rest else 0
        words = cue == PROMPT
        space = "" if self._area.text[end : end + 1].isspace() else " "
        put = self._area.replace(('like ""' if words else cue) + "]" + space, (0, begun[0]), (0, end))
        self._area.move_cursor((0, begun[0] + len('like "')) if words else put.end_location)
        self._popup.display = False

    def _tell(self) -> None:
        self.query_one("#problems", Words).update(told(read_text(self._area.text)))


def told(spoken: Spoken) -> Text:
    """What is wrong with a text, or else how much there is of it."""
    if not spoken.problems:
        words, cues = len(spoken.words), len(spoken.cues)
        return Text(f"{words} word{'s' * (words != 1)}, {cues} cue{'s' * (cues != 1)}", QUIET)
    lines = [
        Text.assemble((problem.code, WRONG), f" {problem.message}", (f"; {problem.hint}" if problem.hint else "", QUIET))
        for problem in spoken.problems[:_MOST]
    ]
    return Text("\n").join(lines)


def _paragraph(text: str) -> str:
    """A text on one line."""
    return re.sub(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*|\t", " ", text)


def _row(offer: Offer) -> Text:
    return row(offer.cue, offer.about, 16)
