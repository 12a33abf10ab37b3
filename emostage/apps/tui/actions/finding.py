"""Finding words, and going from one place to the next."""

from __future__ import annotations

from emostage.apps.tui.describe import clock
from emostage.apps.tui.desk import Desk
from emostage.apps.tui.screens.find import FindScreen
from emostage.editing.edit import EditError
from emostage.editing.finding import Match, find


class FindActions(Desk):
    """What was looked for last is remembered."""

    sought = ""

    def action_find_word(self) -> None:
        """Find a word and go there."""
        self.later(self._find())

    def action_find_next(self) -> None:
        """The next place where it is said."""
        self._again(1)

    def action_find_previous(self) -> None:
        """The place before where it is said."""
        self._again(-1)

    def _again(self, way: int) -> None:
        """From the playhead on; after the last place comes the first."""
        found = sorted((self._moment(match), number) for number, match in enumerate(find(self.session.document, self.sought)))
        if not found:
            nothing = f"'{self.sought}' is not said any more" if self.sought else "nothing was looked for"
            self.refuse(EditError.of("E145", nothing, "/ finds a word"))
            return
        at_s = self.picked.at_s
        beyond = [place for place in found if (place[0] - at_s) * way > 1e-3]
        goal = (beyond or found)[0 if way > 0 else -1]
        self.tell(f"'{self.sought}': {found.index(goal) + 1} of {len(found)}")
        self._go(goal[0])

    def _go(self, at_s: float) -> None:
        if self.board is not None:
            self.pick(self.picked.moved(at_s, self.board))

    async def _find(self) -> None:
        asked: list[str] = [""]

        def search(query: str) -> list[tuple[Match, str, str]]:
            asked[0] = query
            return self._matches(query)

        found = await self.ask(FindScreen(search))
        if isinstance(found, Match):
            self.sought = asked[0]
            self._go(self._moment(found))
            if self.board is None:
                self.pick_line(found.line)

    def _moment(self, match: Match) -> float:
        """The film time at which a word is said."""
        lines = self.board.lines if self.board else ()
        if match.line >= len(lines):
            return 0.0
        line = lines[match.line]
        return line.words[match.word].start_s if match.word < len(line.words) else line.start_s

    def _matches(self, query: str) -> list[tuple[Match, str, str]]:
        """Places where words are said, with when and by whom."""
        lines = self.session.document.outline.lines
        return [
            (match, f"{clock(self._moment(match))} {lines[match.line].speaker or ''}", match.text)
            for match in find(self.session.document, query)
        ]
