"""The timeline: a film to move along, with keys to pick and drag. What is done to it is told, and done elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from emostage.apps.tui.board import KeyMark
from emostage.apps.tui.keymap import bindings
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.stops import SNAPS, frame_step, next_picked, snapped, step
from emostage.apps.tui.widgets.roll import Roll
from emostage.editing.refs import KeyRef

_ZOOM, _WHEEL = 1.5, 6.0
_NEAR_CELLS = 1.0
"""A dragged key snaps to what is so near."""
_FULL_ROWS = 10
"""Rows by which a key is dragged up from nothing to full strength."""


@dataclass(frozen=True, kw_only=True)
class _Drag:
    """What the mouse holds: a key, or the playhead (None), taken at a row with some strength. `frame` is the column where a frame
    around keys was begun, `alone` that a key is to be the only one picked unless it is moved."""

    mark: KeyMark | None
    row: int
    strength: float
    at_s: float
    frame: int | None = None
    alone: bool = False


class Timeline(Roll):
    """A roll that can be moved along with keys, and whose keys can be picked and dragged with the mouse."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("timeline")]
    DEFAULT_CSS = "Timeline { height: 1fr; min-height: 6; }"

    class Moved(Message):
        """The playhead is wanted elsewhere."""

        def __init__(self, at_s: float) -> None:
            super().__init__()
            self.at_s = at_s

    class KeyPicked(Message):
        """A key is picked, beside others with `extend`."""

        def __init__(self, mark: KeyMark, *, extend: bool = False) -> None:
            super().__init__()
            self.mark, self.extend = mark, extend

    class KeysPicked(Message):
        """Just these keys are picked."""

        def __init__(self, refs: tuple[KeyRef, ...]) -> None:
            super().__init__()
            self.refs = refs

    class LineAsked(Message):
        """Another line is wanted of a scene that cannot be shown."""

        def __init__(self, way: int) -> None:
            super().__init__()
            self.way = way

    class KeyDragged(Message):
        """A key is dragged to a film time, and its strength to a value."""

        def __init__(self, ref: KeyRef, at_s: float | None, strength: float | None) -> None:
            super().__init__()
            self.ref, self.at_s, self.strength = ref, at_s, strength

    class KeyAsked(Message):
        """A key is wanted where there is none."""

        def __init__(self, at_s: float) -> None:
            super().__init__()
            self.at_s = at_s

    def __init__(self, *, id: str | None = None, snap: str = "words") -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.snap = snap
        self._drag: _Drag | None = None

    def action_timeline_left(self) -> None:
        """One step to the left."""
        self._step(-1)

    def action_timeline_right(self) -> None:
        """One step to the right."""
        self._step(1)

    def action_timeline_frame_left(self) -> None:
        """One frame to the left."""
        if self.board:
            self.post_message(self.Moved(frame_step(self.board, self.picked.at_s, -1)))

    def action_timeline_frame_right(self) -> None:
        """One frame to the right."""
        if self.board:
            self.post_message(self.Moved(frame_step(self.board, self.picked.at_s, 1)))

    def action_timeline_key_left(self) -> None:
        """The key before."""
        self._next_key(-1)

    def action_timeline_key_right(self) -> None:
        """The next key."""
        self._next_key(1)

    def action_timeline_more_left(self) -> None:
        """The key before as well."""
        self._next_key(-1, extend=True)

    def action_timeline_more_right(self) -> None:
        """The next key as well."""
        self._next_key(1, extend=True)

    def action_timeline_line_left(self) -> None:
        """The line before."""
        self._line(-1)

    def action_timeline_line_right(self) -> None:
        """The next line."""
        self._line(1)

    def action_timeline_up(self) -> None:
        """The track above; the line above where there are no tracks."""
        self.scroll_tracks(-1) if self.board else self._line(-1)

    def action_timeline_down(self) -> None:
        """The track below; the line below where there are no tracks."""
        self.scroll_tracks(1) if self.board else self._line(1)

    def action_timeline_start(self) -> None:
        """The beginning of the film."""
        self.post_message(self.Moved(0.0))

    def action_timeline_end(self) -> None:
        """The end of the film."""
        self.post_message(self.Moved(self.duration_s))

    def action_timeline_zoom_in(self) -> None:
        """Closer about the playhead."""
        self.zoom(_ZOOM, self.picked.at_s)

    def action_timeline_zoom_out(self) -> None:
        """Farther about the playhead."""
        self.zoom(1 / _ZOOM, self.picked.at_s)

    def action_timeline_zoom_film(self) -> None:
        """The whole film; when that is seen already, the line."""
        whole = Lens.whole(self.duration_s, self.lens.width)
        line = self.board.line_at(self.picked.at_s) if self.board else None
        self.see(self.lens.showing(line.start_s, line.end_s, self.duration_s) if self.lens == whole and line else whole)

    def action_timeline_zoom_line(self) -> None:
        """Just the line under the playhead."""
        line = self.board.line_at(self.picked.at_s) if self.board else None
        if line is not None:
            self.see(self.lens.showing(line.start_s, line.end_s, self.duration_s))

    def action_timeline_zoom_shot(self) -> None:
        """Just the shot under the playhead."""
        line = self.board.line_at(self.picked.at_s) if self.board else None
        for shot in self.board.shots if self.board and line else ():
            if line is not None and line.index in shot.lines:
                self.see(self.lens.showing(shot.start_s, shot.end_s, self.duration_s))

    def action_timeline_snap(self) -> None:
        """What steps and drags snap to."""
        self.snap = SNAPS[(SNAPS.index(self.snap) + 1) % len(SNAPS)]
        self.post_message(self.Moved(self.picked.at_s))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take a key, or the playhead."""
        if self.board is None or event.button != 1:
            return
        mark, at_s = self.mark_at(event.x, event.y), self.time_at(event.x)
        framing = mark is None and event.shift
        alone = mark is not None and mark.ref in self.picked.keys and len(self.picked.keys) > 1 and not event.shift
        if mark is None and not framing:
            self.post_message(self.Moved(at_s))
        elif mark is not None and not alone:
            self.post_message(self.KeyPicked(mark, extend=event.shift))
        self._drag = _Drag(
            mark=mark, row=event.y, strength=mark.strength if mark else 0.0, at_s=at_s,
            frame=event.x if framing else None, alone=alone,
        )  # fmt: skip
        self.capture_mouse()
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag what was taken."""
        if self._drag is None or self.board is None:
            return
        at_s = self.time_at(event.x)
        if self._drag.frame is not None:
            marks = self.marks_within(self._drag.frame, event.x, self._drag.row, event.y)
            self.post_message(self.KeysPicked(tuple(mark.ref for mark in marks)))
            return
        if self._drag.mark is None:
            self.post_message(self.Moved(at_s))
            return
        target_s = snapped(self.board, at_s, self.snap, _NEAR_CELLS * self.lens.step_s)
        strength = min(max(self._drag.strength + (self._drag.row - event.y) / _FULL_ROWS, 0.0), 1.0)
        moved = abs(at_s - self._drag.at_s) > self.lens.step_s / 2
        raised = event.y != self._drag.row and self._drag.mark.ref.track == "emotion"
        if moved or raised:
            ref = self._drag.mark.ref
            self._drag = replace(self._drag, at_s=at_s if moved else self._drag.at_s, alone=False)
            self.post_message(self.KeyDragged(ref, target_s if moved else None, strength if raised else None))

    def renamed(self, names: Mapping[KeyRef, KeyRef]) -> None:
        """Keys are called otherwise now: what the mouse holds stays what it is."""
        if self._drag is not None and self._drag.mark is not None and self._drag.mark.ref in names:
            self._drag = replace(self._drag, mark=replace(self._drag.mark, ref=names[self._drag.mark.ref]))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        del event
        if self._drag is not None and self._drag.alone and self._drag.mark is not None:
            self.post_message(self.KeyPicked(self._drag.mark))
        self._drag = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """A double click asks for a key."""
        if event.chain == 2 and self.mark_at(event.x, event.y) is None and self.board is not None:
            self.post_message(self.KeyAsked(self.time_at(event.x)))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll to the right, or farther with ctrl."""
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll to the left, or closer with ctrl."""
        self._wheel(event, -1)

    def _step(self, way: int) -> None:
        if self.board:
            self.post_message(self.Moved(step(self.board, self.picked.at_s, way, self.snap)))

    def _next_key(self, way: int, *, extend: bool = False) -> None:
        if self.board is None:
            return
        mark = next_picked(self.board, self.picked.at_s, way, self.picked.keys, extend=extend)
        if mark is not None:
            self.post_message(self.KeyPicked(mark, extend=extend))

    def _line(self, way: int) -> None:
        wanted = self.picked.line + way
        if self.board is None:
            self.post_message(self.LineAsked(way))
        elif 0 <= wanted < len(self.board.lines):
            self.post_message(self.Moved(self.board.lines[wanted].start_s))

    def _wheel(self, event: events.MouseEvent, way: int) -> None:
        if event.ctrl:
            self.zoom(_ZOOM**-way, self.time_at(event.x))
        elif event.shift:
            self.scroll_tracks(way)
        else:
            self.see(self.lens.scrolled(way * _WHEEL, self.duration_s))
        event.stop()
