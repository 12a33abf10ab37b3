"""What is done to people: somebody new, other names, portraits, voices, moods."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

from emostage.apps.tui.actions.lines import voices
from emostage.apps.tui.actions.shots import ShotActions
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.entry import EntryScreen
from emostage.core.identity import CARD, FORMAT, LARGEST_CARD
from emostage.editing.document import Document
from emostage.editing.edit import Edit, EditError
from emostage.editing.people import (
    add_person,
    can_be_called,
    set_framing,
    set_identity,
    set_mood,
    set_portrait,
    set_voice,
)
from emostage.editing.renaming import rename_person
from emostage.editing.surgery import pair
from emostage.editing.unbroken import unbroken
from emostage.scene.grammar.settings import FRAMINGS
from emostage.scene.nodes import MapNode, ScalarNode

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")
_MOST = 200
_USUAL = "as usual"
_NEAR = {"whole": "the whole picture", "bust": "head and shoulders", "close": "the face"}


class PeopleActions(ShotActions):
    """Commands for a person of the cast: where there are several one is asked for, who speaks the picked line first."""

    def action_person_menu(self) -> None:
        """All that can be done to people."""
        self.later(self.choose_from("person", "people"))

    def action_person_new(self) -> None:
        """Somebody new."""
        self.later(self._new_person())

    def action_person_name(self) -> None:
        """Another name, everywhere."""
        self.later(self._rename_person())

    def action_person_portrait(self) -> None:
        """Choose the portrait of who speaks."""
        self.later(self._portrait())

    def action_person_voice(self) -> None:
        """The voice of a person."""
        self.later(self._chosen("voice", lambda now: ChoiceScreen("voice", voices(), now, free=True), set_voice))

    def action_person_framing(self) -> None:
        """How near the camera is to a person."""
        near = [(name, _NEAR[name]) for name in FRAMINGS]
        self.later(self._chosen("framing", lambda now: ChoiceScreen("how near", near, now or FRAMINGS[0]), set_framing))

    def action_person_mood(self) -> None:
        """What a person feels at rest."""
        self.later(self._person_mood())

    def action_person_identity(self) -> None:
        """The identity that was tuned on a person."""
        self.later(self._identity())

    def _speaks(self) -> str:
        """Who speaks the picked line, or is seen in it."""
        lines = self.session.document.outline.lines
        return self._who(lines[self.picked.line]) if self.picked.line < len(lines) else next(iter(self._people), "")

    async def _whom(self, question: str) -> str | None:
        people = self._people
        if not people:
            self.refuse(self.nothing_here("there is nobody in the cast", "C n adds somebody"))
            return None
        if len(people) == 1:
            return people[0]
        chosen: str | None = await self.ask(ChoiceScreen(question, [(name, "") for name in people], self._speaks()))
        return chosen

    def _now(self, name: str, field: str) -> str:
        """What is written of a person."""
        person = self.session.document.outline.cast.get(name)
        found = pair(person[1], field) if person and isinstance(person[1], MapNode) else None
        node = found[1] if found else None
        if isinstance(node, MapNode):
            inner = pair(node, "name") or pair(node, "path")
            node = inner[1] if inner else None
        return node.text if isinstance(node, ScalarNode) else ""

    async def _chosen(self, field: str, asking: Callable[[str], ChoiceScreen], make: Callable[[Document, str, str], Edit]) -> None:
        """Something of a person that is chosen from a list."""
        name = await self._whom(f"whose {field}")
        if name is None:
            return
        chosen = await self.ask(asking(self._now(name, field)))
        if chosen is not None:
            self.edit(lambda document: make(document, name, chosen))

    async def _new_person(self) -> None:
        document = self.session.document
        name = await self.ask(
            EntryScreen("somebody new", example="zoe", about="The name.", check=lambda text: can_be_called(document, text))
        )
        if name is None:
            return
        portrait = await self.ask(ChoiceScreen(f"portrait of {name}", pictures(document.path.parent), free=True))
        if portrait is None:
            return
        voice = await self.ask(ChoiceScreen(f"voice of {name}", [(_USUAL, "the voice of the film"), *voices()], free=True))
        if voice is not None:
            wanted = None if voice == _USUAL else voice
            if self.edit(lambda document: add_person(document, name, portrait, wanted)):
                self.tell(f"{name} is in the cast; n writes a line for them, W gives them this one")

    async def _rename_person(self) -> None:
        name = await self._whom("who is to be called otherwise")
        if name is None:
            return
        document = self.session.document
        new = await self.ask(EntryScreen("another name", name, check=lambda text: can_be_called(document, text, but=name)))
        if new is not None:
            self.edit(lambda document: rename_person(document, name, new))

    async def _portrait(self) -> None:
        """Of who speaks; while nothing can be shown, perhaps because a picture is missing, of whoever is chosen."""
        name = self._speaks() if self.board is not None and self.board.lines else await self._whom("whose portrait")
        if not name:
            return
        found = pictures(self.session.document.path.parent)
        picture: str | None = await self.ask(ChoiceScreen(f"portrait of {name}", found, self._now(name, "portrait"), free=True))
        if picture is not None:
            self.edit(lambda document: set_portrait(document, name, picture))

    async def _person_mood(self) -> None:
        name = await self._whom("whose mood")
        if name is None:
            return
        document = self.session.document
        mood = await self.ask(
            EntryScreen(
                f"mood of {name}", self._now(name, "mood"), example="happy 0.2, sad 0.1", empty=True,
                about="What is felt at rest; nothing: as usual.", check=lambda text: set_mood(document, name, text),
            )
        )  # fmt: skip
        if mood is not None:
            self.edit(lambda document: set_mood(document, name, mood))

    async def _identity(self) -> None:
        name = await self._whom("whose identity")
        if name is None:
            return
        none = [(_USUAL, "the portrait as it is")]
        found = [*none, *((folder, "tuned") for folder in identities(self.session.document.path.parent))]
        now = self._now(name, "identity")
        folder = await self.ask(ChoiceScreen(f"identity of {name}", found, now, free=True))
        if folder is None:
            return
        if folder == _USUAL:
            self.edit(lambda document: set_identity(document, name, ""))
            return
        document = self.session.document
        strength = await self.ask(
            EntryScreen(
                "how strongly", "1", about="0 is the portrait as it is, 1 what was learnt, up to 1.5.",
                check=lambda text: unbroken(document, set_identity(document, name, folder, share(text))),
            )
        )  # fmt: skip
        if strength is not None:
            whole = share(strength) == 1.0
            self.edit(lambda document: set_identity(document, name, folder, None if whole else share(strength)))


def share(text: str) -> float:
    """A strength that somebody wrote. Raises EditError E146."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.5:
        raise EditError.of("E146", f"'{text}' is no strength", "a number from 0 to 1.5")
    return value


def identities(folder: Path) -> list[str]:
    """Folders of tuned identities near a scene."""
    near = [path for path in islice(folder.rglob(CARD), _MOST) if _is_identity(path)]
    return sorted(path.parent.relative_to(folder).as_posix() for path in near)


def _is_identity(card: Path) -> bool:
    try:
        with card.open("rb") as file:
            return FORMAT.encode() in file.read(LARGEST_CARD)
    except OSError:
        return False


def pictures(folder: Path) -> list[tuple[str, str]]:
    """Pictures that come with emostage, and those in and under a folder."""
    from emostage.face.header import sample_names

    found = [(name, "comes with emostage") for name in sample_names()]
    for path in islice(folder.rglob("*"), 20 * _MOST):
        if path.suffix.lower() in _PICTURES and len(found) < _MOST:
            found.append((path.relative_to(folder).as_posix(), ""))
    return sorted(found)
