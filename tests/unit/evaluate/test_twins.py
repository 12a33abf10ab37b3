"""The twin of a film: the clips that feel, without what they feel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emostage.core.emotion import NEUTRAL_8, mix
from emostage.core.keyframes import Keyframe
from emostage.evaluate.twins import twin
from emostage.scene.model import Film
from emostage.studio.plan import LineJob, Plan, laid_out

SAD_8 = tuple(float(w) for w in mix({"sad": 1.0}))


def plan(*jobs: LineJob) -> Plan:
    numbered = [replace(job, number=n, fingerprint=f"clip{n}") for n, job in enumerate(jobs, 1)]
    return Plan(title="", film=Film(), cast={}, jobs=laid_out(numbered))


def test_only_what_feels_is_made_again_and_nothing_but_the_feeling_changes(clip):
    still = clip(pace=0.6).job
    keyed = replace(still, emotion=(Keyframe(at_s=0.0, value=NEUTRAL_8), Keyframe(at_s=1.0, value=SAD_8)), seed=7)
    moody = replace(still, mood_8=SAD_8, seed=8)
    film = plan(still, keyed, moody)
    found = twin(film)
    assert [job.number for job in found.jobs] == [2, 3]
    assert [job.start_frame for job in found.jobs] == [0, still.frames]
    for job, of in zip(found.jobs, film.jobs[1:], strict=True):
        assert (job.mood_8, job.emotion, job.felt) == (NEUTRAL_8, (), None)
        assert (job.seed, job.take, job.frames) == (of.seed, of.take, of.frames)
        assert job.fingerprint != of.fingerprint


def test_a_film_that_feels_nothing_has_an_empty_twin(clip):
    said = replace(clip(pace=0.6).job, emotion=(Keyframe(at_s=0.0, value=NEUTRAL_8),))
    assert twin(plan(said)).jobs == ()
    assert np.isclose(sum(NEUTRAL_8), 1)
