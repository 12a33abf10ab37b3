"""Scene to plan. No torch, no pictures: everything here is text, times and speech.

Fingerprints cover all that can change a clip's picture and nothing of its place in the film, so that a changed line is the only one
that is made again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from emostage.core.errors import AssetError, EmostageError, SceneError
from emostage.scene.model import CastMember, Script
from emostage.studio.arrange import arrange
from emostage.studio.cache import Cache
from emostage.studio.engines import STEPS, finish_of
from emostage.studio.fingerprint import checkpoint_digest, digest, file_digest, sources
from emostage.studio.identities import Identities
from emostage.studio.layout import Room, rooms
from emostage.studio.plan import Failure, LineJob, Plan
from emostage.studio.spoken import line_job
from emostage.studio.stages import Stages, real_stages
from emostage.studio.takes import Takes

PICTURE_SOURCES = (
    *("core", "diffusion", "nets", "emotion", "motion", "face", "portrait", "speech/features.py"),
    *("film/encode.py", "studio/perform.py", "studio/actors.py", "studio/stages.py"),
    *("studio/engines.py", "studio/drawing.py", "studio/identities.py"),
)
"""What draws a clip: a change in any of these files makes every clip anew."""

CHECKPOINTS = ("head", "vaid", "dicte", "emodiffhead-expression")
"""And a change in any of these."""


def compile_script(
    script: Script,
    *,
    cache: Cache | None = None,
    stages: Stages | None = None,
    skip_failing: bool = False,
    on_line: Callable[[int, int], None] | None = None,
    on_film: Callable[[str], None] | None = None,
) -> Plan:
    """The plan of a checked scene. `on_line(done, total)` is told of every line that has its speech, `on_film` the name of every
    film before it is watched for its performance.

    Raises the EmostageError of the lines that cannot be spoken, timed or played as the identity of who is seen (E136, E137), all of
    them at once; with `skip_failing` these lines are left out and listed in `Plan.failures`.
    """
    stages = stages or real_stages()
    takes = Takes(cache=cache or Cache(), stages=stages, on_film=on_film)
    takes.cache.ready()
    lines, quiet = script.lines, rooms(script.shots)
    identities = Identities(cast=script.cast, quality=script.film.quality)
    kept: list[tuple[LineJob, Room]] = []
    errors: list[tuple[int, EmostageError]] = []
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool, _stopped_with_us(pool, takes):
        pending = [pool.submit(line_job, script, line, room, takes) for line, room in zip(lines, quiet, strict=True)]
        for line, room, future in zip(lines, quiet, pending, strict=True):
            try:
                kept.append((identities.fitted(future.result()), room))
            except (SceneError, AssetError) as error:
                errors.append((line.number, error))
            if on_line:
                on_line(line.number, len(lines))
    if errors and not (skip_failing and kept):
        raise type(errors[0][1])(*dict.fromkeys(d for _, error in errors for d in error.diagnostics))
    failures = tuple(Failure(number=n, diagnostics=error.diagnostics) for n, error in errors)
    return planned(script, kept, failures, identities=identities, stages=stages)


def planned(
    script: Script, kept: Sequence[tuple[LineJob, Room]], failures: Sequence[Failure], *, identities: Identities, stages: Stages
) -> Plan:
    """The plan of these jobs of a script, in film order, each with the quiet room around it."""
    arranged = arrange(script, [job for job, _ in kept], [room for _, room in kept])
    jobs = identify(script, arranged, identities, stages.prompt_digest)
    seen = {name: identities.of(name) for name in script.cast if any(job.on_screen == name for job in jobs)}
    played = {name: adapted for name, adapted in seen.items() if adapted is not None}
    return Plan(title=script.title, film=script.film, cast=script.cast, jobs=jobs, identities=played, failures=tuple(failures))


@contextmanager
def _stopped_with_us(pool: ThreadPoolExecutor, takes: Takes) -> Iterator[None]:
    """Whatever stops us within (Ctrl-C above all), at any instant, also stops what has not begun to be spoken."""
    try:
        yield
    except BaseException:
        takes.stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def identify(
    script: Script, jobs: Sequence[LineJob], identities: Identities, prompt_digest: Callable[[], str]
) -> tuple[LineJob, ...]:
    """Arranged jobs with their fingerprint."""
    faces = {name: face_digest(script.cast[name]) for name in {job.on_screen for job in jobs}}
    background = _file(script.film.background)
    out = []
    for job in jobs:
        parts = (
            _picture(job, script),
            faces[job.on_screen],
            identities.fingerprint(job),
            script.cast[job.on_screen].framing,
            background,
            sources(*PICTURE_SOURCES),
            [checkpoint_digest(name) for name in CHECKPOINTS],
            prompt_digest() if job.described else "",
        )
        out.append(replace(job, fingerprint=digest("clip", *parts)))
    return tuple(out)


def _picture(job: LineJob, script: Script) -> tuple[object, ...]:
    """What of a job and its film is seen in its clip."""
    heard = job.sound if job.speaker == job.on_screen else None
    feeling = (job.mood_8, job.emotion, job.described, job.felt, job.felt_strength)
    keys = (*feeling, job.gaze, job.head, job.gestures, job.liveliness, job.enter_rad, job.leave_rad, job.acting)
    film = (script.film.size_px, script.film.fps, script.film.quality)
    finish = finish_of(job.engine, script.film.quality)
    seen = (job.frames, job.speech_at_s, heard, keys, job.seed, film, job.engine, STEPS[script.film.quality])
    return seen if finish is None else (*seen, finish, script.film.seed)


def face_digest(member: CastMember) -> str:
    """Fingerprint of a cast member's picture and face choice: what the portrait is prepared of."""
    return digest("face", _file(member.portrait), member.face)


def _file(source: Path | str | None) -> str | None:
    """Fingerprint of a file by its bytes; names that are no file (`keep`, `#101014`, `sample/astronaut`) stand for themselves."""
    if isinstance(source, Path):
        return file_digest(source) if source.exists() else str(source)
    return source
