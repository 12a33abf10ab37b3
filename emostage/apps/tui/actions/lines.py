"""What is done to lines: writing, cutting, ordering, who speaks them."""

from __future__ import annotations

from fractions import Fraction

from emostage.apps.tui.board import LineStrip
from emostage.apps.tui.desk import Desk
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.entry import EntryScreen
from emostage.apps.tui.screens.text import TextScreen
from emostage.editing.edit import EditError
from emostage.editing.joining import join_with_next
from emostage.editing.lines import delete_line, duplicate_line, length, move_line, new_beat, new_line, set_pause, set_speaker
from emostage.editing.outline import LineAt
from emostage.editing.people import set_mood, set_voice
from emostage.editing.splitting import split_line
from emostage.editing.texts import set_text
from emostage.scene.issues import Misread
from emostage.scene.nodes import ScalarNode
from emostage.scene.times import parse_amount

_BEAT = "600ms"
_PLAIN_FPS = Fraction(25)


class LineActions(Desk):
    """Commands for the picked line. They go by the outline, so that a scene with errors can be mended too."""

    def action_line_text(self) -> None:
        """Edit the text and its cues."""
        self.later(self._text())

    def action_line_split(self) -> None:
        """Split the line at the word under the playhead."""
        line, strip = self._line(), self._strip()
        if line is None:
            return
        if strip is None:
            self.refuse(EditError.of("E145", "the scene has errors; mend them first", "they are listed beside the timeline"))
            return
        word = next((i for i, mark in enumerate(strip.words) if self.picked.at_s < mark.end_s), len(strip.words))
        if not 0 < word < len(strip.words):
            self.refuse(EditError.of("E146", "no line can begin here", "put the playhead on the word that is to begin it"))
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

    def action_line_beat(self) -> None:
        """A new silent beat after this line."""
        self.later(self._beat())

    def action_line_length(self) -> None:
        """How long the beat lasts."""
        self.later(self._length())

    def action_line_copy(self) -> None:
        """The same line once more, behind it."""
        if line := self._line():
            self.edit(lambda document: duplicate_line(document, line.index))

    def action_line_mood(self) -> None:
        """What is felt in the line where no key says otherwise."""
        self.later(self._mood())

    @property
    def unread(self) -> bool:
        """Whether something is written that is no YAML, so that nothing in it is known."""
        document = self.session.document
        rows = document.text.split("\n") if document.root is None else ()
        return any(row.strip() and not row.lstrip().startswith("#") for row in rows)

    def nothing_here(self, message: str = "", hint: str = "") -> EditError:
        """Why there is nothing that could be edited."""
        if self.unread:
            return EditError.of("E145", "the scene cannot be read", "E opens it in your editor; u takes back what was done here")
        return EditError.of("E145", message, hint)

    def _line(self) -> LineAt | None:
        """The picked line; says so where there is none."""
        lines = self.session.document.outline.lines
        if self.picked.line >= len(lines):
            self.refuse(self.nothing_here("there is no line here", "n makes one"))
            return None
        return lines[self.picked.line]

    def _strip(self) -> LineStrip | None:
        """The picked line as it is shown, where it is."""
        lines = self.board.lines if self.board else ()
        return lines[self.picked.line] if self.picked.line < len(lines) else None

    def _who(self, line: LineAt) -> str:
        """Who speaks a line, or is seen in it."""
        strip = self._strip()
        return line.speaker or (strip.speaker if strip else "") or next(iter(self._people), "")

    @property
    def _people(self) -> tuple[str, ...]:
        return tuple(self.session.document.outline.cast)

    def seconds_of(self, written: str) -> float:
        """A length of time that somebody wrote. Raises EditError E146."""
        try:
            return parse_amount(written).at(self.script.film.fps if self.script else _PLAIN_FPS)
        except Misread as misread:
            raise EditError.of("E146", misread.message, misread.hint) from None

    def _beat_of(self, written: str) -> str:
        """The length of a beat that somebody wrote. Raises EditError for one that none can have."""
        return length(self.seconds_of(written))

    async def _text(self) -> None:
        """The text of a line; of a beat its length."""
        line = self._line()
        if line is None:
            return
        if line.text is None and "pause" in line.fields:
            await self._length()
            return
        written = line.text.text if line.text is not None else ""
        new = await self.ask(TextScreen(f"line {line.index + 1}, {self._who(line)}", written, self._people))
        if new is not None:
            self.edit(lambda document: set_text(document, line.index, new))

    async def _beat(self) -> None:
        if self.unread:
            self.refuse(self.nothing_here())
            return
        lines = self.session.document.outline.lines
        after = min(self.picked.line, len(lines) - 1) if lines else None
        written = await self.ask(
            EntryScreen("new beat", _BEAT, example=_BEAT, about="How long nobody speaks.", check=self._beat_of)
        )
        if written is not None:
            self.edit(lambda document: new_beat(document, after, None, self.seconds_of(written)))

    async def _length(self) -> None:
        line = self._line()
        if line is None:
            return
        if "pause" not in line.fields:
            self.edit(lambda document: set_pause(document, line.index, 1.0))  # refused, with a reason
            return
        node = line.fields["pause"][1]
        now = node.text if isinstance(node, ScalarNode) else _BEAT
        written = await self.ask(EntryScreen("how long the beat lasts", now, example=_BEAT, check=self._beat_of))
        if written is not None:
            self.edit(lambda document: set_pause(document, line.index, self.seconds_of(written)))

    async def _mood(self) -> None:
        line = self._line()
        if line is None:
            return
        node = line.fields["mood"][1] if "mood" in line.fields else None
        document = self.session.document
        mood = await self.ask(
            EntryScreen(
                f"mood of line {line.index + 1}", node.text if isinstance(node, ScalarNode) else "",
                example="happy 0.2, sad 0.1", about="What is felt where no key says otherwise; nothing: as usual.",
                check=lambda text: set_mood(document, line.index, text), empty=True,
            )
        )  # fmt: skip
        if mood is not None:
            self.edit(lambda document: set_mood(document, line.index, mood))

    async def _new(self) -> None:
        if self.unread:
            self.refuse(self.nothing_here())
            return
        lines = self.session.document.outline.lines
        after = min(self.picked.line, len(lines) - 1) if lines else None
        near = lines[after].speaker if after is not None else None
        said = await self._said("new line", near)
        if said is not None:
            self.edit(lambda document: new_line(document, after, *said))

    async def _said(self, title: str, near: str | None) -> tuple[str, str] | None:
        """Who is to speak, and what."""
        speaker = near or next(iter(self._people), "ada")
        if len(self._people) > 1:
            chosen = await self.ask(ChoiceScreen("who speaks", [(name, "") for name in self._people], speaker))
            if chosen is None:
                return None
            speaker = chosen
        text = await self.ask(TextScreen(f"{title}, {speaker}", "", self._people))
        return (speaker, text) if text else None

    async def _voice(self) -> None:
        line = self._line()
        if line is None:
            return
        now = self.script.lines[line.index].voice if self.script and line.index < len(self.script.lines) else ""
        name = self._who(line)
        voice = await self.ask(ChoiceScreen(f"voice of {name}", voices(), now, free=True))
        if voice is not None:
            self.edit(lambda document: set_voice(document, name, voice))

    async def _speaker(self) -> None:
        line = self._line()
        if line is None:
            return
        name = await self.ask(ChoiceScreen("who speaks", [(name, "") for name in self._people], self._who(line)))
        if name is not None:
            self.edit(lambda document: set_speaker(document, line.index, name))


def voices() -> list[tuple[str, str]]:
    """Voices that can speak now, and what they are."""
    from emostage.speech.voices import list_voices

    return [(voice.name, " ".join(filter(None, (voice.language, voice.title)))) for voice in list_voices()]
