"""Jobs in their place in the film: transitions, seeds, joints, first frames.

The seed of a line comes from the film's seed, who says what, and how often that was said before with the same engine. So a changed
line is the only one that is made again, and several engines say the same line under one seed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from emostage.core.timeline import Transition, start_frames
from emostage.scene.model import Script
from emostage.studio.fingerprint import digest, seed_of
from emostage.studio.joints import Pose, joints
from emostage.studio.layout import Room, transitions
from emostage.studio.plan import LineJob

_REMEMBERED = 4096
"""Lines whose seeds are remembered while a scene is edited."""

Known = Mapping[int, tuple[LineJob, LineJob]]
"""Jobs by their `id`, each with what came of it when it was arranged before."""


def arrange(
    script: Script, jobs: Sequence[LineJob], quiet: Sequence[Room], known: Known = MappingProxyType({})
) -> tuple[LineJob, ...]:
    """Jobs with their transition, their seed, the poses in which they join, and their place in the film. What came of jobs
    before is the same object again where their place has not changed."""
    into = transitions([room.transition for room in quiet], [job.frames for job in jobs], script.film.fps)
    seeds = _seeds(script.film.seed, jobs)
    begin = start_frames([job.frames for job in jobs], into)
    poses = joints(jobs, seeds, script.shots)
    places = map(_Place, begin, into, seeds, poses)
    return tuple(_placed(job, place, known.get(id(job), (job, None))[1]) for job, place in zip(jobs, places, strict=True))


class _Place(NamedTuple):
    start_frame: int
    transition: Transition
    seed: int
    poses: tuple[Pose, Pose]


def _placed(job: LineJob, place: _Place, known: LineJob | None) -> LineJob:
    """A job in its place, `known` if that is it."""
    if known is not None:
        poses = (known.enter_rad, known.leave_rad)
        if place == (known.start_frame, known.transition, known.seed, poses):
            return known
    enter, leave = place.poses
    return replace(
        job, start_frame=place.start_frame, transition=place.transition, seed=place.seed, enter_rad=enter, leave_rad=leave
    )


def _seeds(film_seed: int, jobs: Sequence[LineJob]) -> list[int]:
    """The seed of every job: who says what, and how often that was said before with the same engine."""
    heard: Counter[tuple[str, str]] = Counter()
    seeds = []
    for job in jobs:
        said = _said(job.speaker, job.on_screen, job.text, job.sound if job.text is None else "")
        heard[said, job.engine.name] += 1
        seeds.append(_seed(film_seed, said, heard[said, job.engine.name]))
    return seeds


_said = lru_cache(maxsize=_REMEMBERED)(digest)
_seed = lru_cache(maxsize=_REMEMBERED)(seed_of)
