"""Title and settings of the whole film."""

from __future__ import annotations

from collections.abc import Iterator

from emostage.apps.tui.desk import Desk
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.entry import EntryScreen
from emostage.editing.document import Document
from emostage.editing.settings import set_film, set_title
from emostage.editing.surgery import extent, pair
from emostage.editing.unbroken import unbroken
from emostage.scene.grammar.settings import FILM
from emostage.scene.nodes import MapNode, ScalarNode

_TITLE, _USUAL = "title", "as usual"


class FilmActions(Desk):
    """One list of what can be set, with what is set."""

    def action_film_settings(self) -> None:
        """Choose a setting, and its value."""
        self.later(self._settings())

    async def _settings(self) -> None:
        document = self.session.document
        options = [(_TITLE, written_title(document) or "the name of the file")]
        options += [(key, _told(document, key)) for key in FILM.fields]
        key = await self.ask(ChoiceScreen("the film", options))
        if key == _TITLE:
            title = await self.ask(
                EntryScreen("title", written_title(document), about="Nothing: the film is called as its file.", empty=True)
            )
            if title is not None:
                self.edit(lambda document: set_title(document, title))
        elif key is not None:
            await self._setting(document, key)

    async def _setting(self, document: Document, key: str) -> None:
        field = FILM.fields[key]
        usual = [] if field.default is None else [(_USUAL, _plain(field.default))]
        known = [(text, "") for text in dict.fromkeys(_examples(key))]
        value = await self.ask(ChoiceScreen(f"{key}: {field.about}", [*usual, *known], written_setting(document, key), free=True))
        if value is not None:
            new = None if value == _USUAL else value
            self.edit(lambda document: unbroken(document, set_film(document, key, new)))


def written_title(document: Document) -> str:
    """The title that is written."""
    found = pair(document.outline.root, _TITLE) if document.outline.root else None
    return found[1].text if found and isinstance(found[1], ScalarNode) else ""


def written_setting(document: Document, key: str) -> str:
    """A setting of the film as it is written; empty where it is not."""
    root = document.outline.root
    film = pair(root, "film") if root else None
    found = pair(film[1], key) if film and isinstance(film[1], MapNode) else None
    if found is None:
        return ""
    return found[1].text if isinstance(found[1], ScalarNode) else document.text[slice(*extent(found[1]))]


def _told(document: Document, key: str) -> str:
    """What is set, or what counts where nothing is."""
    written, usual = written_setting(document, key), FILM.fields[key].default
    return written or (f"{_plain(usual)}, as usual" if usual is not None else "")


def _examples(key: str) -> Iterator[str]:
    """Values to choose from: those of the language's own examples that can be written on one line."""
    field = FILM.fields[key]
    shape = getattr(field.shape, "options", ())
    for value in (*shape, *field.examples):
        if not isinstance(value, dict):
            yield _plain(value)


def _plain(value: object) -> str:
    """A value as scenes write it."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
