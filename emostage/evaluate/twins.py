"""The twin of a film: its clips that feel something, made again without feeling, with the same sound, seeds and directions.

What differs between the two is the feelings' doing and nothing else's: speech and liveliness are in both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from emostage.core.emotion import NEUTRAL_8
from emostage.evaluate.shown import Shown
from emostage.studio.fingerprint import digest
from emostage.studio.plan import LineJob, Plan


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A clip of a film and the same clip of its twin."""

    felt: Shown
    unfelt: Shown


def twin(plan: Plan) -> Plan:
    """The plan of a film's twin; without lines when nothing is felt."""
    feeling = plan.only([job.number for job in plan.jobs if feels(job)])
    return replace(feeling, jobs=tuple(_unfelt(job) for job in feeling.jobs))


def feels(job: LineJob) -> bool:
    """Whether a clip is asked to feel anything."""
    return job.felt is not None or job.mood_8 != NEUTRAL_8 or any(tuple(key.value) != NEUTRAL_8 for key in job.emotion)


def _unfelt(job: LineJob) -> LineJob:
    return replace(job, mood_8=NEUTRAL_8, emotion=(), felt=None, fingerprint=digest("unfelt", job.fingerprint))
