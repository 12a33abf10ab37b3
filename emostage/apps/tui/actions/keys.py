"""What is done to keys: putting, taking, moving, bending them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from emostage.apps.tui.board import KeyMark, LineStrip
from emostage.apps.tui.describe import felt_at
from emostage.apps.tui.desk import Desk
from emostage.apps.tui.moments import moment_of
from emostage.apps.tui.screens.choice import ChoiceScreen
from emostage.apps.tui.screens.easing import EasingScreen
from emostage.apps.tui.screens.emotion import EmotionChoice, EmotionScreen
from emostage.apps.tui.stops import frame_step, step
from emostage.apps.tui.widgets.timeline import Timeline
from emostage.core.emotion import EMOTIONS
from emostage.core.errors import EmostageError
from emostage.editing.contents import Content, Feeling, Look, Move, content_of
from emostage.editing.edit import EditError
from emostage.editing.feelings import set_content, set_ease, strengthen
from emostage.editing.keys import NewKey, add_key, add_keys, delete_keys, move_keys
from emostage.editing.refs import KeyRef, TrackName
from emostage.editing.renumbering import renumbered
from emostage.editing.unbroken import unbroken

_LITTLE = 0.05
_STRETCHES = (("1.25", "a quarter longer"), ("1.1", "a little longer"), ("0.9", "a little shorter"), ("0.75", "a quarter shorter"))


@dataclass(frozen=True, kw_only=True)
class Copied:
    """Keys that were copied: how many lines after that of the first each is, and how long after the first, or, in another line,
    after its start."""

    keys: tuple[tuple[TrackName, Content, int, float], ...]


class KeyActions(Desk):
    """Commands for the picked keys; where none is picked, for the one under the playhead."""

    copied: Copied | None = None

    def action_key_add(self) -> None:
        """Put a key at the playhead."""
        self.later(self._add())

    def action_key_delete(self) -> None:
        """Delete the picked keys."""
        refs = self._refs()
        if refs and self.edit(lambda document: delete_keys(document, refs)):
            self.pick(replace(self.picked, keys=frozenset()))

    def action_key_copy(self) -> None:
        """Copy the picked keys."""
        marks = self._marks()
        try:
            found = tuple(self._copied(mark, marks[0]) for mark in marks)
        except EmostageError as error:
            self.refuse(error)
            return
        if found:
            self.copied = Copied(keys=found)
            self.tell(
                f"copied {len(found)} key{'s' * (len(found) > 1)}; v puts {'it' if len(found) == 1 else 'them'} at the playhead"
            )

    def action_key_paste(self) -> None:
        """Put what was copied at the playhead, as one step."""
        line, board = self._line_here(), self.board
        if line is None or board is None:
            self.refuse(self._nowhere())
            return
        if self.copied is None:
            self.refuse(EditError.of("E145", "nothing is copied", "c copies the picked keys"))
            return
        new = []
        for track, content, lines, after_s in self.copied.keys:
            if line.index + lines >= len(board.lines):
                self.refuse(EditError.of("E145", "the copied keys are of more lines than there are here", "choose a line before"))
                return
            goal = board.lines[line.index + lines]
            new.append(NewKey(goal.index, moment_of(goal, after_s + (goal.start_s if lines else self.picked.at_s)), content, track))
        self.edit(lambda document: add_keys(document, new))

    def action_key_left(self) -> None:
        """Move the picked keys one step to the left."""
        self._shift(-1)

    def action_key_right(self) -> None:
        """Move the picked keys one step to the right."""
        self._shift(1)

    def action_key_up(self) -> None:
        """Stronger."""
        self._bend(_LITTLE)

    def action_key_down(self) -> None:
        """Weaker."""
        self._bend(-_LITTLE)

    def action_key_emotion(self) -> None:
        """Choose what is felt at the key."""
        self.later(self._feel())

    def action_key_ease(self) -> None:
        """Choose how the key is reached."""
        self.later(self._ease())

    def action_key_stretch(self) -> None:
        """Draw the keys of the line further apart, or nearer."""
        self.later(self._stretch())

    def on_timeline_key_asked(self, message: Timeline.KeyAsked) -> None:
        """A key is wanted where there is none."""
        if self.board is not None:
            self.pick(self.picked.moved(message.at_s, self.board))
            self.action_key_add()

    def on_timeline_key_dragged(self, message: Timeline.KeyDragged) -> None:
        """A key is dragged."""
        mark = self._mark(message.ref)
        if mark is None or self.board is None:
            return
        line = self.board.lines[mark.ref.line]
        marks = self._marks() if message.ref in self.picked.keys else [mark]
        if message.at_s is not None and abs(message.at_s - mark.at_s) > 1e-3:
            by_s = self._move(marks, min(max(message.at_s, line.start_s), line.end_s) - mark.at_s)
            if by_s is not None:
                self.pick(self.picked.moved(mark.at_s + by_s, self.board), follow=False)
        if message.strength is not None and abs(by := round(message.strength - mark.strength, 2)) >= _LITTLE:
            self._strengthen([mark for mark in marks if mark.ref.track == "emotion"], by)

    def _refs(self) -> tuple[KeyRef, ...]:
        """The picked keys, or that under the playhead."""
        if self.picked.keys:
            return tuple(sorted(self.picked.keys))
        line = self._line_here()
        near = [mark for mark in line.keys if abs(mark.at_s - self.picked.at_s) < 0.02] if line else []
        if not near:
            self.refuse(EditError.of("E145", "no key is picked", "[ and ] pick one"))
        return (near[0].ref,) if near else ()

    def _marks(self) -> list[KeyMark]:
        """The marks of those keys, in time."""
        return sorted((mark for mark in map(self._mark, self._refs()) if mark), key=lambda mark: (mark.at_s, mark.ref))

    def _copied(self, mark: KeyMark, first: KeyMark) -> tuple[TrackName, Content, int, float]:
        assert self.board is not None
        lines = mark.ref.line - first.ref.line
        from_s = self.board.lines[mark.ref.line].start_s if lines else first.at_s
        return mark.ref.track, content_of(self.session.document, mark.ref), lines, mark.at_s - from_s

    def _mark(self, ref: KeyRef) -> KeyMark | None:
        return self.board.key(ref) if self.board else None

    def _line_here(self) -> LineStrip | None:
        return self.board.line_at(self.picked.at_s) if self.board else None

    def _nowhere(self) -> EditError:
        """Why no key can be put here."""
        if self.board is None:
            return EditError.of("E145", "the scene has errors; mend them first", "they are listed above")
        return EditError.of("E145", "there is no line here", "n makes one")

    def _put(self, line: LineStrip, at_s: float, content: Content, track: TrackName) -> None:
        moment = moment_of(line, at_s)
        self.edit(lambda document: unbroken(document, add_key(document, line.index, moment, content, track)))

    async def _add(self) -> None:
        line = self._line_here()
        if line is None or self.board is None:
            self.refuse(self._nowhere())
            return
        felt = felt_at(self.board, self.picked.at_s)
        weights = [0.0, *(round(felt.get(name, 0.0), 2) for name in EMOTIONS[1:])]
        chosen = await self.ask(EmotionScreen(tuple(weights)))
        if chosen is not None:
            self._put(line, self.picked.at_s, _feeling(chosen), "emotion")

    async def _feel(self) -> None:
        refs = self._refs()
        if not refs:
            return
        ref = refs[0]
        try:
            content = content_of(self.session.document, ref)
        except EmostageError as error:
            self.refuse(error)
            return
        new = await self._asked(content)
        if new is not None:
            self.edit(lambda document: set_content(document, ref, new))

    async def _asked(self, content: Content) -> Content | None:
        """What is to be asked for in the place of something."""
        if isinstance(content, Feeling):
            chosen = await self.ask(EmotionScreen(content.weights_8, content.prompt, content.strength))
            return None if chosen is None else replace(_feeling(chosen), over_s=content.over_s, ease=content.ease)
        return await self._gesture(content)

    async def _gesture(self, content: Look | Move) -> Content | None:
        """What eyes or head are to do in the place of something."""
        raise NotImplementedError

    async def _ease(self) -> None:
        refs = self._refs()
        if not refs:
            return
        try:
            now = content_of(self.session.document, refs[0]).ease
        except EmostageError as error:
            self.refuse(error)
            return
        ease = await self.ask(EasingScreen(now))
        if ease is not None:
            self.edit(lambda document: set_ease(document, refs, ease))

    async def _stretch(self) -> None:
        line = self._line_here()
        refs = sorted(self.picked.keys) if len(self.picked.keys) > 1 else [mark.ref for mark in line.keys] if line else []
        if len(refs) < 2:
            self.refuse(EditError.of("E145", "only one key is there", "two or more can be stretched; i puts another"))
            return
        answer = await self.ask(ChoiceScreen("keys of the line", list(_STRETCHES)))
        if answer is not None:
            self._spread(refs, float(answer))

    def _spread(self, refs: list[KeyRef], share: float) -> None:
        marks = [mark for mark in map(self._mark, refs) if mark is not None]
        if self.board is None or not marks:
            return
        moves = []
        for index in {mark.ref.line for mark in marks}:
            mine, line = [mark for mark in marks if mark.ref.line == index], self.board.lines[index]
            first_s = min(mark.at_s for mark in mine)
            moves += [(mark.ref, moment_of(line, min(first_s + (mark.at_s - first_s) * share, line.end_s))) for mark in mine]
        self.edit(lambda document: move_keys(document, moves, merges=False))

    def _shift(self, way: int) -> None:
        """Keys go to the next stop of the snapping, all by as much as the first of them."""
        marks = self._marks()
        if self.board is None or not marks:
            return
        snap = "words" if self.timeline.snap == "keys" else self.timeline.snap
        first = marks[0]
        wanted_s = frame_step(self.board, first.at_s, way) if snap == "off" else step(self.board, first.at_s, way, snap)
        by_s = self._move(marks, wanted_s - first.at_s)
        if by_s is not None:
            self.pick(self.picked.moved(first.at_s + by_s, self.board))

    def _bend(self, by: float) -> None:
        marks = self._marks()
        felt = [mark for mark in marks if mark.ref.track == "emotion"]
        if marks and not felt:
            self.refuse(EditError.of("E145", "only emotions have an intensity", "choose a key of an emotion"))
        elif felt:
            self._strengthen(felt, by)

    def _move(self, marks: list[KeyMark], by_s: float) -> float | None:
        """Keys later by so many seconds, or by fewer where one of them would leave its line, shown at once; by how many, or None
        where nothing could be moved."""
        board, before = self.board, self.session.document
        assert board is not None
        by_s = min(by_s, *(max(board.lines[mark.ref.line].end_s - mark.at_s, 0.0) for mark in marks))
        by_s = max(by_s, *(min(board.lines[mark.ref.line].start_s - mark.at_s, 0.0) for mark in marks))
        moves = [(mark.ref, moment_of(board.lines[mark.ref.line], mark.at_s + by_s)) for mark in marks]
        if not self.edit(lambda document: move_keys(document, moves), foreseen=True):
            return None
        names = renumbered(before, self.session.document, moves)
        self.foresee((replace(mark, at_s=mark.at_s + by_s) for mark in marks), names)
        return by_s

    def _strengthen(self, marks: list[KeyMark], by: float) -> None:
        """Keys stronger by so much, shown at once."""
        refs = [mark.ref for mark in marks]
        if self.edit(lambda document: strengthen(document, refs, by), foreseen=True):
            self.foresee(_stronger(mark, by) for mark in marks)


def _stronger(mark: KeyMark, by: float) -> KeyMark:
    """A mark as it will be; of a mix only the sum is known at once."""
    strength = round(min(max(mark.strength + by, 0.0), 1.0), 3)
    single = len(mark.label.split()) == 2 and "+" not in mark.label
    return replace(mark, strength=strength, label=f"{mark.dominant} {strength:g}" if single else mark.label)


def _feeling(choice: EmotionChoice) -> Feeling:
    return Feeling(weights_8=choice.weights_8, prompt=choice.prompt, strength=choice.strength)
