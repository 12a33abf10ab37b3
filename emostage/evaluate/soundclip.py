"""A clip that is nothing but a sound: what an engine makes of it when no script asks for anything. T frames."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from emostage.core.emotion import NEUTRAL_8
from emostage.core.tracks import AudioFeatures, Directions, Performance, Portrait, SpeechTake
from emostage.studio.stages import Stages

FPS = Fraction(25)


def sound_clip(
    take: SpeechTake,
    features: AudioFeatures,
    stages: Stages,
    *,
    count: int | None = None,
    fps: Fraction = FPS,
    at_s: float = 0.0,
    portrait: Portrait | None = None,
) -> Performance:
    """The performance of a sound that begins `at_s` seconds into `count` frames, without feeling and without directions.

    Without `count` the clip goes on for `at_s` seconds after the sound.
    """
    count = int((take.audio.duration_s + 2 * at_s) * fps) if count is None else count
    free_T2, free_T3 = (np.full((count, n), np.nan, np.float32) for n in (2, 3))
    return Performance(
        count=count,
        fps=fps,
        speech=take,
        features=features,
        speech_at_s=at_s,
        emotion=stages.feel((), NEUTRAL_8, count, fps),
        directions=Directions(gaze_T2=free_T2, head_T3=free_T3),
        liveliness=1.0,
        portrait=portrait,
    )
