"""What is done to shots: cuts, their order, how they begin, and who is on screen."""

from __future__ import annotations

from itertools import combinations

from emostage.apps.tui.actions.lines import LineActions
from emostage.apps.tui.keymap import keys_of, menu, shown
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.entry import EntryScreen
from emostage.apps.tui.screens.menu import Entry, MenuScreen
from emostage.editing.edit import EditError
from emostage.editing.outline import ShotAt
from emostage.editing.shots import (
    delete_shot,
    join_shots,
    move_shot,
    new_shot,
    rename_shot,
    set_layout,
    set_transition,
    split_shot,
)
from emostage.editing.surgery import pair
from emostage.scene.nodes import ListNode, ScalarNode

_TRANSITIONS = (
    ("cut", "at once"), ("crossfade", "melts into it, 400 ms"), ("fade", "through black, 600 ms"), ("dip", "through white, 600 ms"),
)  # fmt: skip
_LENGTHS_S = {"crossfade": 0.4, "fade": 0.6, "dip": 0.6}
_SPEAKER = "whoever speaks"


class ShotActions(LineActions):
    """Commands for the shot of the picked line, all of them in one menu."""

    def action_shot_menu(self) -> None:
        """All that can be done to the shot."""
        self.later(self.choose_from("shot", f"shot '{self._shot_name()}'"))

    def action_shot_split(self) -> None:
        """A cut before the picked line."""
        if line := self._line():
            self.edit(lambda document: split_shot(document, line.index))

    def action_shot_join(self) -> None:
        """The shot and the next one as one."""
        if shot := self._shot():
            self.edit(lambda document: join_shots(document, shot.index))

    def action_shot_up(self) -> None:
        """The shot one place earlier."""
        if shot := self._shot():
            self.edit(lambda document: move_shot(document, shot.index, -1))

    def action_shot_down(self) -> None:
        """The shot one place later."""
        if shot := self._shot():
            self.edit(lambda document: move_shot(document, shot.index, 1))

    def action_shot_delete(self) -> None:
        """Delete the shot; undo brings it back."""
        if shot := self._shot():
            self.edit(lambda document: delete_shot(document, shot.index))

    def action_shot_new(self) -> None:
        """A new shot behind this one."""
        self.later(self._new_shot())

    def action_shot_name(self) -> None:
        """Another name of the shot."""
        self.later(self._rename_shot())

    def action_shot_layout(self) -> None:
        """Who is on screen in the shot."""
        self.later(self._layout())

    def action_shot_transition(self) -> None:
        """Choose how the shot begins."""
        self.later(self._transition())

    async def choose_from(self, group: str, title: str) -> None:
        """The menu of a group of actions."""
        actions = menu(group)
        keys = self.settings.keymap
        entries = [
            Entry(letter=action.letter, value=action.id, label=action.about, detail=shown(keys_of(action.id, keys)[:1]))
            for action in actions
        ]
        chosen = await self.ask(MenuScreen(title, entries))
        for action in actions:
            if action.id == chosen:
                getattr(self, f"action_{action.name}")()

    def _shot(self) -> ShotAt | None:
        """The shot of the picked line; says so where there is none."""
        outline = self.session.document.outline
        if not outline.shots:
            self.refuse(self.nothing_here("there is no shot here", "n makes a line, and a shot for it"))
            return None
        return outline.shots[outline.lines[self.picked.line].shot if self.picked.line < len(outline.lines) else -1]

    def _shot_name(self) -> str:
        outline = self.session.document.outline
        if self.picked.line >= len(outline.lines):
            return ""
        shot = outline.shots[outline.lines[self.picked.line].shot]
        found = pair(shot.node, "name")
        return found[1].text if found and isinstance(found[1], ScalarNode) else f"shot-{shot.index + 1}"

    async def _new_shot(self) -> None:
        shot = self._shot()
        if shot is None:
            return
        lines = self.session.document.outline.lines
        said = await self._said("new shot", lines[shot.lines[-1]].speaker if shot.lines else None)
        if said is not None:
            self.edit(lambda document: new_shot(document, shot.index, *said))

    async def _rename_shot(self) -> None:
        shot, document = self._shot(), self.session.document
        if shot is None:
            return
        name = await self.ask(
            EntryScreen(
                "name of the shot", self._shot_name(), about="Nothing: the shot is called by its number.", empty=True,
                check=lambda text: rename_shot(document, shot.index, text),
            )
        )  # fmt: skip
        if name is not None:
            self.edit(lambda document: rename_shot(document, shot.index, name))

    async def _layout(self) -> None:
        shot = self._shot()
        if shot is None:
            return
        people, found = self._people, pair(shot.node, "layout")
        sides = [", ".join(names) for count in range(2, min(len(people), 4) + 1) for names in combinations(people[:6], count)]
        options = [(_SPEAKER, "as usual"), *((name, "alone") for name in people), *((names, "side by side") for names in sides)]
        node = found[1] if found else None
        shown_now = [item.text for item in node.items if isinstance(item, ScalarNode)] if isinstance(node, ListNode) else []
        now = node.text if isinstance(node, ScalarNode) else ", ".join(shown_now) or _SPEAKER
        chosen = await self.ask(ChoiceScreen("who is on screen", options, now, free=True))
        if chosen is None:
            return
        names = [] if chosen == _SPEAKER else [name.strip() for name in chosen.split(",") if name.strip()]
        self.edit(lambda document: set_layout(document, shot.index, names))

    async def _transition(self) -> None:
        """`crossfade 200ms` may be written as well."""
        shot = self._shot()
        if shot is None:
            return
        shots = self.board.shots if self.board else ()
        now = shots[shot.index].transition if shot.index < len(shots) else ""
        chosen = await self.ask(ChoiceScreen(f"how '{self._shot_name()}' begins", list(_TRANSITIONS), now, free=True))
        if chosen is None:
            return
        kind, _, written = chosen.partition(" ")
        try:
            length_s = self.seconds_of(written) if written.strip() else _LENGTHS_S.get(kind)
        except EditError as error:
            self.refuse(error)
            return
        self.edit(lambda document: set_transition(document, shot.index, kind, length_s))
