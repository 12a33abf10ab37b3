"""The editor's screen: the desk with all that can be done at it, and the keys for it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from emostage.apps.tui.actions.film import FilmActions
from emostage.apps.tui.actions.finding import FindActions
from emostage.apps.tui.actions.looks import LookActions
from emostage.apps.tui.actions.people import PeopleActions
from emostage.apps.tui.actions.playing import PlayActions
from emostage.apps.tui.actions.spans import SpanActions
from emostage.apps.tui.actions.viewing import ViewActions
from emostage.apps.tui.config import Settings
from emostage.apps.tui.graphics.kind import HALF, Graphics
from emostage.apps.tui.keymap import GROUPS, bindings, given
from emostage.apps.tui.session import Session


class Editor(ViewActions, PlayActions, LookActions, SpanActions, PeopleActions, FilmActions, FindActions):
    """Everything there is."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(*(group for group in GROUPS if group != "timeline"))]

    def __init__(self, session: Session, settings: Settings, *, speak: bool = True, graphics: Graphics = HALF) -> None:
        super().__init__(session, settings, speak=speak, graphics=graphics)
        for binding in Binding.make_bindings(given(settings.keymap)):
            self._bindings.key_to_bindings.setdefault(binding.key, []).append(binding)
