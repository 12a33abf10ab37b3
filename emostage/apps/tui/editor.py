"""The editor's screen: the desk with all that can be done at it, and the keys for it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from emostage.apps.tui.actions.keys import KeyActions
from emostage.apps.tui.actions.lines import LineActions
from emostage.apps.tui.actions.playing import PlayActions
from emostage.apps.tui.actions.viewing import ViewActions
from emostage.apps.tui.keymap import bindings


class Editor(ViewActions, PlayActions, KeyActions, LineActions):
    """Everything there is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings("file", "play", "key", "line", "person", "shot", "find", "render", "view"),
    ]
