"""A script spoken in the background, line by line, for those who edit it: guessed at first, true as its lines are spoken.

Takes go through the cache of `compile_script`, whose plan is what comes out at the end. What a rehearsal knows it hands on to the
next one, that of the edited script: lines that did not change have their jobs at once, and where only the feeling of a line did its
last take stands in for the new one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from threading import Lock
from typing import Any

from emostage.core.errors import Diagnostic, EmostageError
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Line, Script, TimeRef
from emostage.studio.arrange import Known, arrange
from emostage.studio.cache import Cache
from emostage.studio.compile import identify, planned
from emostage.studio.guess import guesses, said
from emostage.studio.identities import Identities
from emostage.studio.layout import Room, rooms
from emostage.studio.plan import Failure, LineJob, Plan
from emostage.studio.spoken import line_job
from emostage.studio.stages import Stages, real_stages
from emostage.studio.takes import Takes

_PROMPTS = 512
"""Lines whose descriptions are remembered once they were read."""


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """A film as far as it has been spoken: the job of every line in its place, which lines (by index) have their own speech, and
    why some cannot have it. Jobs without speech of their own are guesses."""

    jobs: tuple[LineJob, ...]
    spoken: frozenset[int]
    failures: Mapping[int, tuple[Diagnostic, ...]]


class Rehearsal:
    """The rehearsal of one checked script; `before` is that of the script before its last edit. All methods may be called from any
    thread."""

    def __init__(
        self, script: Script, *, cache: Cache | None = None, stages: Stages | None = None, before: Rehearsal | None = None
    ) -> None:
        """Guess the whole script, and take from `before`, with its cache and stages, what is still true. Speaks nothing."""
        self.script = script
        self.stages: Stages = before.stages if before else _remembering(stages or real_stages())
        self.cache: Cache = before.cache if before else cache or Cache()
        self._takes = Takes(cache=self.cache, stages=self.stages)
        self._rooms = rooms(script.shots)
        self._identities = Identities(cast=script.cast, quality=script.film.quality)
        self._lock = Lock()
        self._spoken: dict[int, LineJob] = {}
        self._failures: dict[int, EmostageError] = {}
        self._same = tuple(_same(script, line, room) for line, room in zip(script.lines, self._rooms, strict=True))
        self._placed: Known = {}
        self._guesses: dict[int, LineJob] = {}
        self._take_over(before)
        unknown = set(range(len(self._rooms))) - set(self._spoken) - set(self._guesses)
        known = {said(before.script.lines[i]): job.take for i, job in before._all().items() if job.take} if before else {}
        self._guesses |= guesses(script, known, unknown) if unknown else {}

    @property
    def missing(self) -> tuple[int, ...]:
        """The lines, by index, that are neither spoken nor known to be unspeakable."""
        with self._lock:
            return tuple(i for i in range(len(self._rooms)) if i not in self._spoken and i not in self._failures)

    def stop(self) -> None:
        """Begin no other line. Returns at once; `run` does when the lines that are being spoken are."""
        self._takes.stop.set()

    def run(self, tell: Callable[[int], None] = lambda _: None, *, first: int = 0, workers: int = 2) -> bool:
        """Speak what is missing, `first` and what follows it before the rest, by so many threads; `tell` is called with the index
        of each line that was spoken or has failed. Returns whether all is said; if not, it was stopped.

        Raises EmostageError E100, E101 or E102 when nothing can be kept in the cache.
        """
        self.cache.ready()
        order = sorted(self.missing, key=lambda i: (i < first, i))
        with ThreadPoolExecutor(max_workers=max(1, min(workers, os.cpu_count() or 1))) as pool:
            pending = {pool.submit(self._speak, index): index for index in order}
            try:
                for future in as_completed(pending):
                    if self._keep(pending[future], future):
                        tell(pending[future])
            except BaseException:
                self.stop()
                raise
        return not self.missing

    def rehearsed(self) -> Rehearsed:
        """How far it is."""
        with self._lock:
            spoken, failures = dict(self._spoken), dict(self._failures)
        jobs = [spoken.get(i) or self._guesses[i] for i in range(len(self._rooms))]
        placed = arrange(self.script, jobs, self._rooms, self._placed)
        self._placed = {id(job): (job, one) for job, one in zip(jobs, placed, strict=True)}
        return Rehearsed(
            jobs=placed,
            spoken=frozenset(spoken),
            failures={i: error.diagnostics for i, error in failures.items()},
        )

    def plan(self) -> Plan:
        """The plan of the lines that are spoken, the same as `compile_script` makes of them; the others are left out."""
        with self._lock:
            kept = [(job, self._rooms[i]) for i, job in sorted(self._spoken.items())]
            failures = [Failure(number=i + 1, diagnostics=error.diagnostics) for i, error in sorted(self._failures.items())]
        return planned(self.script, kept, failures, identities=self._identities, stages=self.stages)

    def drawn(self, now: Rehearsed) -> frozenset[int]:
        """The spoken lines of what was `rehearsed`, by index, whose clips seem to be in the cache."""
        if not now.spoken:
            return frozenset()
        from emostage.studio.run import CLIPS

        true = [job for job in now.jobs if job.number - 1 in now.spoken]
        jobs = identify(self.script, true, self._identities, self.stages.prompt_digest)
        return frozenset(job.number - 1 for job in jobs if self.cache.has(CLIPS, job.fingerprint))

    def _speak(self, index: int) -> LineJob:
        if self._takes.stop.is_set():
            raise CancelledError
        job = line_job(self.script, self.script.lines[index], self._rooms[index], self._takes)
        return self._identities.fitted(job)

    def _keep(self, index: int, future: Future[LineJob]) -> bool:
        """Keep what became of a line, if anything did."""
        try:
            job = future.result()
        except CancelledError:
            return False
        except EmostageError as error:
            with self._lock:
                self._failures[index] = error.at(self.script.lines[index].place)
            return True
        with self._lock:
            self._spoken[index] = job
        return True

    def _all(self) -> dict[int, LineJob]:
        with self._lock:
            return {**self._guesses, **self._spoken}

    def _take_over(self, before: Rehearsal | None) -> None:
        """The jobs of lines that say the same in the same place, whatever their number now is."""
        if before is None:
            return
        with before._lock:
            spoken = {before._same[i]: job for i, job in before._spoken.items()}
        guessed = {before._same[i]: job for i, job in before._guesses.items()}
        for line, same in zip(self.script.lines, self._same, strict=True):
            mine, known = (self._spoken, spoken) if same in spoken else (self._guesses, guessed)
            if same in known and _whole(self.script, line) and not known[same].findings:
                mine[line.index] = self._renumbered(known[same], line)
        self._placed = before._placed

    def _renumbered(self, job: LineJob, line: Line) -> LineJob:
        """A job as that of a line; the same object if it is so already."""
        shot = self.script.shot_names[line.index]
        if (job.number, job.shot, job.place) == (line.number, shot, line.place):
            return job
        return replace(job, number=line.number, shot=shot, place=line.place)


def _remembering(stages: Stages) -> Stages:
    """Stages that read each description once, and look for each engine once."""
    read, engine = lru_cache(maxsize=_PROMPTS)(stages.understand), lru_cache(stages.engine)
    return replace(stages, understand=lambda prompts: read(tuple(prompts)), engine=engine)


def _whole(script: Script, line: Line) -> bool:
    """Whether a line takes nothing from files, which may change beside the scene."""
    identity = script.cast[line.on_screen].identity
    return identity is None and line.audio is None and line.emotion_from is None and line.motion is None


def _same(script: Script, line: Line, room: Room) -> Hashable:
    """All of a line that its job depends on, but for its number and its places in the file."""
    seen = script.cast[line.on_screen]
    every: chain[EmotionKey | GazeKey | HeadKey] = chain(line.emotion, line.gaze, line.head)
    keys = tuple((type(key), *_KEYS[type(key)](key), *_TIMES(key.at)) for key in every)
    return _LINE(line), keys, room, script.film.fps, tuple(script.cast), seen.mood_8, seen.liveliness


def _all_but(kind: type[Any], *names: str) -> Callable[[Any], Any]:
    """What reads all fields of a dataclass but some."""
    return attrgetter(*(field.name for field in fields(kind) if field.name not in names))


_LINE = _all_but(Line, "index", "place", "emotion", "gaze", "head")
_KEYS: Mapping[type[Any], Callable[[Any], Any]] = {kind: _all_but(kind, "place", "at") for kind in (EmotionKey, GazeKey, HeadKey)}
_TIMES = _all_but(TimeRef, "place")
