"""What eyes and head do: looks at people, the camera or into a direction, and gestures and turns of the head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from emostage.apps.tui.actions.keys import KeyActions
from emostage.apps.tui.moments import moment_of
from emostage.apps.tui.screens.entry import EntryScreen
from emostage.apps.tui.screens.menu import Entry, MenuScreen
from emostage.editing.contents import Content, Look, Move
from emostage.editing.edit import Edit
from emostage.editing.keys import add_key
from emostage.editing.refs import TrackName
from emostage.editing.scalars import number
from emostage.editing.unbroken import unbroken
from emostage.scene.issues import Misread

_OWN = "own"
_PLACES = (
    Entry(letter="l", value="-15 0", label="left", detail="-15° as one sees it"),
    Entry(letter="r", value="15 0", label="right", detail="15°"),
    Entry(letter="u", value="0 12", label="up", detail="12°"),
    Entry(letter="d", value="0 -12", label="down", detail="-12°"),
    Entry(letter="a", value=_OWN, label="angles of your own", detail="yaw and pitch"),
)
_GESTURES = (
    Entry(letter="n", value="nod", label="nod", detail="yes"),
    Entry(letter="s", value="shake", label="shake", detail="no"),
    Entry(letter="t", value="tilt", label="tilt", detail="to the side"),
    Entry(letter="l", value="-12 0 0", label="turn left", detail="-12° as one sees it"),
    Entry(letter="r", value="12 0 0", label="turn right", detail="12°"),
    Entry(letter="u", value="0 8 0", label="raise", detail="8°"),
    Entry(letter="d", value="0 -8 0", label="lower", detail="-8°"),
    Entry(letter="c", value="0 0 8", label="lean", detail="8° clockwise"),
    Entry(letter="0", value="0 0 0", label="straight again"),
    Entry(letter="a", value=_OWN, label="angles of your own", detail="yaw, pitch and roll"),
)
_DIGITS = "123456789"


class LookActions(KeyActions):
    """Keys of gaze and head."""

    def action_key_look(self) -> None:
        """Put a look at the playhead."""
        self.later(self._ask_and_put("gaze"))

    def action_key_head(self) -> None:
        """Put a gesture or a turn of the head at the playhead."""
        self.later(self._ask_and_put("head"))

    async def _ask_and_put(self, track: TrackName) -> None:
        line = self._line_here()
        if line is None:
            self.refuse(self._nowhere())
            return
        moment = moment_of(line, self.picked.at_s)
        document = self.session.document

        def tried(content: Content) -> Edit:
            return unbroken(document, add_key(document, line.index, moment, content, track))

        content = await (self._look_asked(Look(target="camera"), tried) if track == "gaze" else self._move_asked(tried))
        if content is not None:
            self._put(line, self.picked.at_s, content, track)

    async def _gesture(self, content: Look | Move) -> Content | None:
        """What eyes or head are to do in the place of something."""
        if isinstance(content, Look):
            return await self._look_asked(content)
        new = await self._move_asked()
        return None if new is None else replace(new, ease=content.ease)

    async def _look_asked(self, now: Look, tried: Callable[[Content], object] | None = None) -> Look | None:
        people = [
            Entry(letter=_DIGITS[number] if number < len(_DIGITS) else "", value=f"@{name}", label=name)
            for number, name in enumerate(self.session.document.outline.cast)
        ]
        entries = [Entry(letter="c", value="@camera", label="the camera"), *people, *_PLACES]
        chosen = await self.ask(MenuScreen("look at", entries))
        if chosen is None or chosen.startswith("@"):
            return None if chosen is None else replace(now, target=chosen[1:])
        if chosen == _OWN:
            shown = "" if isinstance(now.target, str) else " ".join(map(number, now.target))
            chosen = await self.ask(
                EntryScreen(
                    "look at", shown, example="10 -5", about="Degrees: yaw to the viewer's right, and pitch up.",
                    check=lambda text: (tried or _nothing)(replace(now, target=_two(text))),
                )
            )  # fmt: skip
        return None if chosen is None else replace(now, target=_two(chosen))

    async def _move_asked(self, tried: Callable[[Content], object] | None = None) -> Move | None:
        chosen = await self.ask(MenuScreen("the head", _GESTURES))
        if chosen == _OWN:
            chosen = await self.ask(
                EntryScreen(
                    "the head", example="10 5 0",
                    about="Degrees: yaw to the viewer's right, pitch up, and roll clockwise.",
                    check=lambda text: (tried or _nothing)(Move(do=_three(text))),
                )
            )  # fmt: skip
        if chosen is None:
            return None
        return Move(do=chosen if chosen.isalpha() else _three(chosen))


def angles(text: str, names: Sequence[str]) -> tuple[float, ...]:
    """As many angles in degrees as there are names, with spaces or commas between them. Raises Misread E010."""
    parts = text.strip().strip("[]").replace(",", " ").split()
    try:
        found = tuple(float(part) for part in parts)
    except ValueError:
        found = ()
    if len(found) != len(names) or not all(abs(angle) < 1000 for angle in found):
        example = " ".join(("10", "-5", "0")[: len(names)])
        raise Misread("E010", f"'{text}' is not {', '.join(names[:-1])} and {names[-1]}", f"such as {example}")
    return found


def _two(text: str) -> tuple[float, float]:
    yaw, pitch = angles(text, ("yaw", "pitch"))
    return yaw, pitch


def _three(text: str) -> tuple[float, float, float]:
    yaw, pitch, roll = angles(text, ("yaw", "pitch", "roll"))
    return yaw, pitch, roll


def _nothing(content: Content) -> None:
    """Nothing is tried."""
    del content
