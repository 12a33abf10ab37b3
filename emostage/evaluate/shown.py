"""One clip of a film beside what was asked of it. T frames of the clip, N = 468 landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.time import frame_times
from emostage.core.tracks import F64, Frozen, Span
from emostage.evaluate.measures import MEASURED, eye_opening
from emostage.evaluate.schedule import blinking
from emostage.studio.plan import LineJob

_NEUTRAL = 0.99


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown(Frozen):
    """`asked_T8` weights of the eight emotions; `level_TN2` levelled landmarks free of head pose, in eye distances; `angles_T3` of
    the head in degrees (pitch down, yaw, roll); `gap_T` between the inner lips. NaN where the face is not seen."""

    job: LineJob
    asked_T8: F64
    level_TN2: F64
    angles_T3: F64
    gap_T: F64

    def asked(self, emotion: str) -> F64:
        """The asked weight of an emotion, (T,)."""
        weight_T: F64 = self.asked_T8[:, EMOTION_INDEX[emotion]]
        return weight_T

    def measured(self, emotion: str) -> F64:
        """What carries an emotion, (T,); NaN in blinks, which move the tracked brows."""
        return np.where(blinking(self.level_TN2), np.nan, MEASURED[emotion](self.level_TN2))

    def eyes(self) -> F64:
        """How far the eyes are open, (T,)."""
        return eye_opening(self.level_TN2)

    def neutral(self) -> NDArray[np.bool_]:
        """Frames in which nothing is to be felt, (T,)."""
        neutral_T: NDArray[np.bool_] = self.asked("neutral") >= _NEUTRAL
        return neutral_T

    @property
    def heard(self) -> bool:
        """Whether the face that is seen says something."""
        return self.job.take is not None and self.job.speaker == self.job.on_screen

    def times(self) -> F64:
        """Clip times of the frames in seconds, (T,)."""
        return frame_times(self.job.frames, self.job.fps)

    def speaking(self) -> NDArray[np.bool_]:
        """Frames in which the face that is seen is heard, (T,)."""
        if self.job.take is None or not self.heard:
            return np.zeros(self.job.frames, bool)
        since_T = self.times() - self.job.speech_at_s
        inside_T: NDArray[np.bool_] = (since_T >= 0) & (since_T < self.job.take.audio.duration_s)
        return inside_T

    @property
    def phones(self) -> tuple[Span, ...]:
        """Phones in clip time of a written line that is seen being spoken."""
        job = self.job
        if job.take is None or job.text is None or not self.heard:
            return ()
        at_s = job.speech_at_s
        return tuple(Span(text=p.text, start_s=p.start_s + at_s, end_s=p.end_s + at_s) for p in job.take.phones)
