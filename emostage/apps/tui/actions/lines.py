"""What is done to lines, shots and people."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from emostage.apps.tui.board import LineStrip
from emostage.apps.tui.describe import clock
from emostage.apps.tui.desk import Desk
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.find import FindScreen
from emostage.apps.tui.screens.text import TextScreen
from emostage.editing.finding import Match, find
from emostage.editing.joining import join_with_next
from emostage.editing.lines import delete_line, move_line, new_line, set_speaker
from emostage.editing.people import set_portrait, set_voice
from emostage.editing.shots import set_transition
from emostage.editing.splitting import split_line
from emostage.editing.texts import set_text

_TRANSITIONS = (
    ("cut", "at once"), ("crossfade", "melts into it, 400 ms"), ("fade", "through black, 600 ms"), ("dip", "through white, 600 ms"),
)  # fmt: skip
_LENGTHS_S = {"crossfade": 0.4, "fade": 0.6, "dip": 0.6}
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")
_MOST = 200


class LineActions(Desk):
    """Commands for the line at the playhead."""

    def action_line_text(self) -> None:
        """Edit the text and its cues."""
        self.later(self._text())

    def action_line_split(self) -> None:
        """Split the line at the word under the playhead."""
        line = self._line()
        if line is None:
            return
        word = next((i for i, mark in enumerate(line.words) if self.picked.at_s < mark.end_s), len(line.words))
        if not 0 < word < len(line.words):
            self.tell("put the playhead on the word that is to begin the new line", wrong=True)
            return
        self.edit(lambda document: split_line(document, line.index, word))

    def action_line_join(self) -> None:
        """Join the line with the one after it."""
        if line := self._line():
            self.edit(lambda document: join_with_next(document, line.index))

    def action_line_up(self) -> None:
        """Move the line up."""
        if line := self._line():
            self.edit(lambda document: move_line(document, line.index, -1))

    def action_line_down(self) -> None:
        """Move the line down."""
        if line := self._line():
            self.edit(lambda document: move_line(document, line.index, 1))

    def action_line_new(self) -> None:
        """A new line after this one."""
        self.later(self._new())

    def action_line_delete(self) -> None:
        """Delete the line; undo brings it back."""
        if line := self._line():
            self.edit(lambda document: delete_line(document, line.index))

    def action_line_voice(self) -> None:
        """Choose the voice of who speaks."""
        self.later(self._voice())

    def action_line_speaker(self) -> None:
        """Choose who speaks the line."""
        self.later(self._speaker())

    def action_person_portrait(self) -> None:
        """Choose the portrait of who speaks."""
        self.later(self._portrait())

    def action_shot_transition(self) -> None:
        """Choose how the shot begins."""
        self.later(self._transition())

    def action_find_word(self) -> None:
        """Find a word and go there."""
        self.later(self._find())

    def _line(self) -> LineStrip | None:
        """The picked line; says so where there is none."""
        if self.board is None or self.picked.line >= len(self.board.lines):
            self.tell("there is no line here; n makes one", wrong=True)
            return None
        return self.board.lines[self.picked.line]

    @property
    def _people(self) -> tuple[str, ...]:
        return tuple(self.session.document.outline.cast)

    async def _text(self) -> None:
        line = self._line()
        if line is None:
            return
        at = self.session.document.outline.lines[line.index]
        written = at.text.text if at.text is not None else ""
        new = await self.ask(TextScreen(f"line {line.index + 1}, {line.speaker}", written, self._people))
        if new is not None:
            self.edit(lambda document: set_text(document, line.index, new))

    async def _new(self) -> None:
        lines = self.session.document.outline.lines
        after = min(self.picked.line, len(lines) - 1) if lines else None
        near = lines[after].speaker if after is not None else None
        speaker = near or next(iter(self._people), "ada")
        if len(self._people) > 1:
            chosen = await self.ask(ChoiceScreen("who speaks", [(name, "") for name in self._people], speaker))
            if chosen is None:
                return
            speaker = chosen
        text = await self.ask(TextScreen(f"new line, {speaker}", "", self._people))
        if text:
            self.edit(lambda document: new_line(document, after, speaker, text))

    async def _voice(self) -> None:
        line = self._line()
        if line is None:
            return
        now = self.script.lines[line.index].voice if self.script else ""
        voice = await self.ask(ChoiceScreen(f"voice of {line.speaker}", voices(), now, free=True))
        if voice is not None:
            self.edit(lambda document: set_voice(document, line.speaker, voice))

    async def _speaker(self) -> None:
        line = self._line()
        if line is None:
            return
        name = await self.ask(ChoiceScreen("who speaks", [(name, "") for name in self._people], line.speaker))
        if name is not None:
            self.edit(lambda document: set_speaker(document, line.index, name))

    async def _portrait(self) -> None:
        """Of who speaks; while nothing can be shown, perhaps because a picture is missing, of whoever is chosen."""
        lines, people = self.board.lines if self.board else (), self._people
        name = lines[self.picked.line].speaker if self.picked.line < len(lines) else next(iter(people), "")
        if not lines and len(people) > 1:
            chosen = await self.ask(ChoiceScreen("whose portrait", [(person, "") for person in people]))
            name = chosen or ""
        if not name:
            return
        found = pictures(self.session.document.path.parent)
        picture: str | None = await self.ask(ChoiceScreen(f"portrait of {name}", found, free=True))
        if picture is not None:
            self.edit(lambda document: set_portrait(document, name, picture))

    async def _transition(self) -> None:
        line = self._line()
        if line is None or self.board is None:
            return
        shot = next((shot for shot in self.board.shots if line.index in shot.lines), None)
        if shot is None:
            return
        kind = await self.ask(ChoiceScreen(f"how '{shot.name}' begins", list(_TRANSITIONS), shot.transition))
        if kind is not None:
            self.edit(lambda document: set_transition(document, shot.index, kind, _LENGTHS_S.get(kind)))

    async def _find(self) -> None:
        found = await self.ask(FindScreen(self._matches))
        if isinstance(found, Match) and self.board is not None and found.line < len(self.board.lines):
            line = self.board.lines[found.line]
            at_s = line.words[found.word].start_s if found.word < len(line.words) else line.start_s
            self.pick(self.picked.moved(at_s, self.board))

    def _matches(self, query: str) -> list[tuple[Match, str, str]]:
        """Places where words are said, with when and by whom."""
        board = self.board
        out = []
        for match in find(self.session.document, query):
            strip = board.lines[match.line] if board and match.line < len(board.lines) else None
            at_s = strip.words[match.word].start_s if strip and match.word < len(strip.words) else 0.0
            out.append((match, f"{clock(at_s)} {strip.speaker if strip else ''}", match.text))
        return out


def voices() -> list[tuple[str, str]]:
    """Voices that can speak now, and what they are."""
    from emostage.speech.voices import list_voices

    return [(voice.name, " ".join(filter(None, (voice.language, voice.title)))) for voice in list_voices()]


def pictures(folder: Path) -> list[tuple[str, str]]:
    """Pictures that come with emostage, and those in and under a folder."""
    from emostage.face.header import sample_names

    found = [(name, "comes with emostage") for name in sample_names()]
    for path in islice(folder.rglob("*"), 20 * _MOST):
        if path.suffix.lower() in _PICTURES and len(found) < _MOST:
            found.append((path.relative_to(folder).as_posix(), ""))
    return sorted(found)
