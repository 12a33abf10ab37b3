"""Pictures in the background: at once by rules, and as the film shows them when there is time."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from emostage.apps.tui import glimpsing
from emostage.apps.tui.glimpsing import Glimpser, Seen, Wish
from emostage.core.errors import AssetError
from emostage.studio import glimpse


class Stage:
    """Frames are 1 when their line was performed by its engine, else 0."""

    def __init__(self) -> None:
        self.performed: list[Any] = []
        self.fails = False

    def frame(self, script: Any, job: Any, at_s: float) -> Any:
        if self.fails:
            raise AssetError.of("E070", "no face", "")
        return np.full((1, 1, 3), job in self.performed, np.uint8)

    def filmstrip(self, script: Any, job: Any, count: int) -> Any:
        return tuple(self.frame(script, job, 0.0) for _ in range(count))

    def rehearse(self, script: Any, job: Any) -> bool:
        if job in self.performed or job.guessed:
            return False
        self.performed.append(job)
        return True


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage()
    monkeypatch.setattr(glimpse, "Glimpse", lambda longest_px: stage)
    monkeypatch.setattr(glimpsing, "_STILL_S", 0.15)
    monkeypatch.setattr(glimpsing, "_STRIP_S", 0.02)
    return stage


class Screen:
    """What comes to the screen."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._came = threading.Condition()

    def __call__(self, seen: Seen) -> None:
        with self._came:
            self.seen.append(seen)
            self._came.notify_all()

    def wait(self, count: int, limit_s: float = 5.0) -> list[tuple[int, int]]:
        """So many pictures: how many each, and whether they are the engine's."""
        with self._came:
            self._came.wait_for(lambda: len(self.seen) >= count, limit_s)
        return [(len(seen.pictures), int(seen.pictures[0].max()) if seen.pictures else -1) for seen in self.seen]


def wish(guessed: bool = False, **more: Any) -> Wish:
    job: Any = more.pop("job", None) or SimpleNamespace(guessed=guessed)
    return Wish(script=None, job=job, at_s=0.0, **more)  # type: ignore[arg-type]


def test_a_line_is_drawn_at_once_and_again_as_its_engine_performs_it(stage: Stage) -> None:
    screen = Screen()
    glimpser = Glimpser(screen)
    first = wish()
    glimpser.ask(first)
    glimpser.ask(wish(job=first.job, frames=3))
    assert sorted(screen.wait(4)) == [(1, 0), (1, 1), (3, 0), (3, 1)]
    glimpser.close()


def test_what_is_left_behind_is_not_drawn_again(stage: Stage) -> None:
    screen = Screen()
    glimpser = Glimpser(screen)
    jobs = [SimpleNamespace(guessed=False) for _ in range(3)]
    for number, job in enumerate(jobs, start=1):
        glimpser.ask(wish(job=job))
        screen.wait(number)
    assert screen.wait(4)[-1] == (1, 1)
    assert stage.performed == jobs[-1:]
    assert len(screen.wait(5, limit_s=0.3)) == 4
    glimpser.close()


def test_guesses_stay_and_problems_are_told_once(stage: Stage) -> None:
    screen = Screen()
    glimpser = Glimpser(screen)
    glimpser.ask(wish(guessed=True))
    assert screen.wait(2, limit_s=0.4) == [(1, 0)]
    stage.fails = True
    glimpser.ask(wish(guessed=True))
    screen.wait(2)
    assert screen.seen[-1].problem == "no face"
    glimpser.close()
