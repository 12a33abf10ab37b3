"""Hearing and seeing the film as it stands: the playhead runs, with sound where there is a player."""

from __future__ import annotations

import time

from emostage.apps.tui.desk import Desk
from emostage.apps.tui.sound import Playing, film_sound, player

_TICK_S = 1 / 15


class PlayActions(Desk):
    """Playing goes on until it is stopped, or the end."""

    _playing: Playing | None = None
    _from: tuple[float, float, float] | None = None
    """When playing began (monotonic), from which film time, and until which."""

    def on_mount(self) -> None:
        """The playhead runs while something is played."""
        self.set_interval(_TICK_S, self._tick)

    def on_unmount(self) -> None:
        """Be silent."""
        self._stop()

    def action_play_toggle(self) -> None:
        """Play from here, or stop."""
        if self._from is not None:
            self._stop()
        elif self.board is not None:
            at_s = self.picked.at_s if self.picked.at_s < self.board.duration_s - 0.05 else 0.0
            self._play(at_s, self.board.duration_s)

    def action_play_line(self) -> None:
        """Play the line from its start."""
        self._stop()
        line = self.board.line_at(self.picked.at_s) if self.board else None
        if line is not None:
            self._play(line.start_s, line.end_s)

    def _play(self, from_s: float, until_s: float) -> None:
        jobs = self.review.jobs if self.review else ()
        found = player()
        self._playing = found.play(film_sound(jobs, from_s, until_s)) if found else None
        self._from = (time.monotonic(), from_s, until_s)
        self.say("playing" if self._playing else "playing without sound: no player was found")

    def _stop(self) -> None:
        if self._playing is not None:
            self._playing.stop()
        ran, self._playing, self._from = self._from is not None, None, None
        if ran and self.is_running:
            self.say("")

    def _tick(self) -> None:
        if self._from is None or self.board is None:
            return
        began_s, from_s, until_s = self._from
        at_s = from_s + (self._playing.at_s if self._playing else time.monotonic() - began_s)
        self.pick(self.picked.moved(min(at_s, until_s), self.board))
        if at_s >= until_s:
            self._stop()
