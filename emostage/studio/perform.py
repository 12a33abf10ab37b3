"""A job performed: what it feels and does, frame by frame. T frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emostage.core.keyframes import Keyframe, sample
from emostage.core.time import frame_times
from emostage.core.tracks import Directions, EmotionTrack, MotionTrack, Performance, Portrait
from emostage.studio.plan import LineJob
from emostage.studio.stages import Performer, Stages


def feelings(job: LineJob, stages: Stages) -> EmotionTrack:
    """The emotion of a job's clip."""
    if job.felt is not None:
        return job.felt.track(at_s=job.speech_at_s, mood_8=job.mood_8, strength=job.felt_strength, count=job.frames, fps=job.fps)
    return stages.feel(job.emotion, job.mood_8, job.frames, job.fps)


def directions(job: LineJob) -> Directions:
    """What the script asks of gaze and head; NaN where it asks nothing."""
    times_T = frame_times(job.frames, job.fps)
    return Directions(gaze_T2=_asked(job.gaze, times_T, 2), head_T3=_asked(job.head, times_T, 3), gestures=job.gestures)


def performance_of(job: LineJob, portrait: Portrait | None, stages: Stages) -> Performance:
    """What is performed in a job's clip. Who is seen while somebody else speaks hears nothing, which keeps their lips still."""
    heard = job.take if job.speaker == job.on_screen else None
    return Performance(
        count=job.frames,
        fps=job.fps,
        speech=heard,
        features=stages.features(heard.audio) if heard else None,
        speech_at_s=job.speech_at_s,
        emotion=feelings(job, stages),
        directions=directions(job),
        liveliness=job.liveliness,
        portrait=portrait,
        enter_rad=job.enter_rad,
        leave_rad=job.leave_rad,
    )


def perform(job: LineJob, performance: Performance, performer: Performer, stages: Stages) -> MotionTrack:
    """The motion of a job's clip."""
    motion = performer.perform(performance, seed=job.seed)
    return motion if job.acting is None else stages.act(motion, job.acting)


def _asked(keys: Sequence[Keyframe], times_T: NDArray[np.float64], channels: int) -> NDArray[np.float32]:
    if not keys:
        return np.full((len(times_T), channels), np.nan, np.float32)
    values_TK = sample(keys, times_T, [0.0] * channels)
    values_TK[times_T < min(k.at_s for k in keys)] = np.nan
    return values_TK.astype(np.float32)
