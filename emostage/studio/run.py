"""A plan made into a film: what the cache has is taken from it, the rest is drawn line by line, then joined.

Every result goes into the cache as soon as it is whole, so a render can be killed at any instant and the next one continues.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from emostage.core.errors import AssetError, EmostageError, Place, SceneError
from emostage.core.identity import Adapter
from emostage.core.memory import give_back
from emostage.core.whole import whole_file, writing
from emostage.studio import edit, preflight
from emostage.studio.actors import Actors
from emostage.studio.cache import Cache
from emostage.studio.devices import choose, memory_limits
from emostage.studio.events import FilmEnded, LineBegun, LineEnded, LineFailed, Listener, Meter, Notice, Planned, StageBegun, silent
from emostage.studio.executors import Executor, LocalExecutor
from emostage.studio.identities import MANNER
from emostage.studio.perform import perform, performance_of
from emostage.studio.plan import Failure, LineJob, Plan
from emostage.studio.stages import Performer, Stages, real_stages

CLIPS, FILMS, SHEETS = "clips", "films", "sheets"


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A finished film: its file, the files beside it, the lines that were drawn now, and those that failed."""

    path: Path
    beside: tuple[Path, ...]
    frames: int
    drawn: tuple[int, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, kw_only=True)
class Studio:
    """Everything a render needs besides the plan."""

    cache: Cache
    stages: Stages
    listen: Listener = silent
    executor: Executor = LocalExecutor()
    device: str = "auto"


def studio(*, cache: Cache | None = None, stages: Stages | None = None, listen: Listener = silent, device: str = "auto") -> Studio:
    """A studio with the usual cache and the real stages."""
    return Studio(cache=cache or Cache(), stages=stages or real_stages(), listen=listen, device=device)


def render(plan: Plan, out: Path, studio: Studio, *, sheet: bool = False, best_effort: bool = False) -> Rendered:
    """Make the film of a plan at `out`, with subtitles beside it if the film wants them and a contact sheet if asked for.

    Raises the EmostageError of the first line that fails; with `best_effort` failing lines are left out as long as one remains.
    """
    begun_s = time.monotonic()
    studio.cache.ready()
    film = studio.cache.get(FILMS, plan.fingerprint)
    known = {} if film else _known_clips(plan, studio.cache)
    missing = [] if film else [job for job in plan.jobs if job.number not in known]
    _announce(plan, missing, studio)
    preflight.check_space(plan, sum(job.frames for job in missing), studio.cache.folder, out)
    made, failures = _draw(plan, missing, studio, best_effort=best_effort)
    done = plan if not failures else plan.only({job.number for job in plan.jobs} - {f.number for f in failures})
    cached = film is not None
    if film is None:
        give_back()
        studio.listen(StageBegun(stage="film"))
        write = partial(edit.assemble, done, {**known, **made}, stages=studio.stages)
        film = studio.cache.get_or_put(FILMS, done.fingerprint, ".mp4", lambda path: write(path=path), marks=done.marks)
    beside = _publish(done, film, out, studio, sheet=sheet)
    failures = (*plan.failures, *failures)
    studio.listen(
        FilmEnded(
            path=out,
            frames=done.frames,
            duration_s=done.duration_s,
            seconds=time.monotonic() - begun_s,
            cached=cached,
            failed=tuple(f.number for f in failures),
        )
    )
    studio.cache.trim()
    return Rendered(path=out, beside=beside, frames=done.frames, drawn=tuple(sorted(made)), failures=failures)


def _known_clips(plan: Plan, cache: Cache) -> dict[int, Path]:
    found = {job.number: cache.get(CLIPS, job.fingerprint) for job in plan.jobs}
    return {number: path for number, path in found.items() if path is not None}


def _announce(plan: Plan, missing: list[LineJob], studio: Studio) -> None:
    studio.listen(
        Planned(
            title=plan.title,
            lines=len(plan.jobs),
            cached=len(plan.jobs) - len(missing),
            frames=plan.frames,
            to_draw=sum(job.frames for job in missing),
            fps=float(plan.film.fps),
        )
    )
    for finding in plan.findings:
        studio.listen(Notice(diagnostic=finding))
    for failure in plan.failures:
        studio.listen(LineFailed(number=failure.number, diagnostics=failure.diagnostics))


def _draw(
    plan: Plan, missing: list[LineJob], studio: Studio, *, best_effort: bool
) -> tuple[Mapping[int, Path], tuple[Failure, ...]]:
    """Clips of the missing lines by number, and the lines that failed."""
    if not missing:
        return {}, ()
    studio.listen(StageBegun(stage="prepare"))
    crew = Crew(plan, studio, Meter(to_draw=sum(job.frames for job in missing), listen=studio.listen))
    made: dict[int, Path] = {}
    failures: list[Failure] = []
    for outcome in studio.executor.run(missing, crew.make):
        if outcome.clip is not None:
            made[outcome.job.number] = outcome.clip
            continue
        error = outcome.error or EmostageError.of("E121", f"line {outcome.job.number} was not made")
        error = error.at(_blamed(error, outcome.job, plan)) if isinstance(error, SceneError | AssetError) else error
        failures.append(Failure(number=outcome.job.number, diagnostics=error.diagnostics))
        everywhere = any(d.code.startswith(("E10", "E11")) for d in error.diagnostics)  # disk, device: the next line fails too
        if not best_effort or everywhere or len(failures) == len(plan.jobs):
            raise error
        studio.listen(LineFailed(number=outcome.job.number, diagnostics=error.diagnostics))
    return made, tuple(failures)


def _blamed(error: EmostageError, job: LineJob, plan: Plan) -> Place | None:
    """The place in the scene of what failed: the identity of who is seen, when that cannot be used, else the line."""
    identity = plan.cast[job.on_screen].identity
    of_identity = all(d.code in ("E136", "E137") for d in error.diagnostics)
    return identity.place if identity and of_identity else job.place


class Crew:
    """Draws clips. Engines and faces are loaded with the first line that needs them."""

    def __init__(self, plan: Plan, studio: Studio, meter: Meter) -> None:
        self.plan, self.studio, self.meter = plan, studio, meter
        self.actors = Actors(
            plan=plan, cache=studio.cache, stages=studio.stages, device=choose(studio.device), listen=studio.listen
        )
        self._performers: dict[tuple[str, Adapter | None], Performer] = {}

    def make(self, job: LineJob) -> Path:
        """The clip of a job, in the cache. Raises EmostageError."""
        begun_s, listen = time.monotonic(), self.studio.listen
        listen(LineBegun(number=job.number, speaker=job.speaker, text=job.caption, frames=job.frames))
        with memory_limits(f"line {job.number}"):
            identity = self.plan.identities.get(job.on_screen)
            write, marks = partial(self._write, job), identity.marks if identity else ()
            path = self.studio.cache.get_or_put(CLIPS, job.fingerprint, ".mp4", write, marks=marks)
        listen(LineEnded(number=job.number, seconds=time.monotonic() - begun_s))
        return path

    def _write(self, job: LineJob, path: Path) -> None:
        stages, listen = self.studio.stages, self.studio.listen
        performer = self._performer(job)
        listen(StageBegun(stage="portrait", number=job.number))
        portrait, renderer = self.actors.of(job.on_screen, job.engine)
        listen(StageBegun(stage="motion", number=job.number))
        performance = performance_of(job, portrait, stages)
        motion = perform(job, performance, performer, stages)
        listen(StageBegun(stage="picture", number=job.number))
        self.meter.begin()
        frames = renderer.render(motion, performance, seed=job.seed)
        stages.encode(frames, path, self.plan.film.quality, lambda n: self.meter.drawn(job.number, n, job.frames))

    def _performer(self, job: LineJob) -> Performer:
        """Who performs a job: one for all, or one who moves as the person does who is seen."""
        identity = self.plan.identities.get(job.on_screen)
        name, manner = job.engine.performer, identity.adapter(MANNER) if identity else None
        if (name, manner) not in self._performers:
            call = self.studio.stages.performer
            self._performers[name, manner] = call(name, manner) if manner else call(name)
        return self._performers[name, manner]


def _publish(plan: Plan, film: Path, out: Path, studio: Studio, *, sheet: bool) -> tuple[Path, ...]:
    """The film and what belongs beside it, each whole or not there."""
    beside: list[Path] = []
    preflight.make_folder(out)
    with whole_file(out) as part, writing(out):
        shutil.copyfile(film, part)
    if plan.film.subtitles and (lines := plan.subtitles()):
        for suffix in preflight.SUBTITLES:
            studio.stages.write_subtitles(lines, out.with_suffix(suffix))
            beside.append(out.with_suffix(suffix))
    if sheet:
        studio.listen(StageBegun(stage="contact sheet"))
        drawn = partial(studio.stages.sheet, film)
        picture = studio.cache.get_or_put(SHEETS, plan.fingerprint, ".png", drawn, marks=plan.marks)
        page = out.with_suffix(preflight.SHEET)
        with whole_file(page) as part, writing(page):
            shutil.copyfile(picture, part)
        beside.append(page)
    return tuple(beside)
