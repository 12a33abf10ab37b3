"""One clip of a film beside what was asked of it: the feeling, and what the face shows. T frames, N = 468 landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.tracks import F64, Frozen, Span
from emostage.evaluate.measures import MEASURED, eye_opening
from emostage.evaluate.mouth import Mouth
from emostage.studio.plan import LineJob


@dataclass(frozen=True, kw_only=True)
class Range:
    """What the action that carries an emotion measures on a face at rest and on one that feels it fully and says nothing."""

    rest: float
    full: float

    def share(self, measured_T: F64) -> F64:
        """Measured values as shares of the way from rest to full."""
        share_T: F64 = (measured_T - self.rest) / (self.full - self.rest)
        return share_T


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown(Frozen):
    """`asked_T8` weights of the eight emotions; `level_TN2` levelled landmarks free of head pose, in eye distances; `angles_T3` of
    the head in degrees (pitch down, yaw, roll); `expression_T52` ARKit weights; `gap_T` between the inner lips as the camera sees
    them; `ranges` of the emotions on this face. NaN where the face is not seen, or crossfades with another."""

    job: LineJob
    asked_T8: F64
    level_TN2: F64
    angles_T3: F64
    expression_T52: F64
    mouth: Mouth
    gap_T: F64
    ranges: Mapping[str, Range]

    def asked(self, emotion: str) -> F64:
        """The asked weight of an emotion, (T,)."""
        weight_T: F64 = self.asked_T8[:, EMOTION_INDEX[emotion]]
        return weight_T

    def share(self, emotion: str) -> F64:
        """What is seen of an emotion, as a share of what the face shows when it feels it fully, (T,)."""
        return self.ranges[emotion].share(MEASURED[emotion](self.level_TN2))

    @property
    def eyes_T(self) -> F64:
        """How far the eyes are open."""
        return eye_opening(self.level_TN2)

    @property
    def phones(self) -> tuple[Span, ...]:
        """Phones in clip time of a written line that is seen being spoken."""
        job = self.job
        if job.take is None or job.text is None or job.speaker != job.on_screen:
            return ()
        at_s = job.speech_at_s
        return tuple(Span(text=p.text, start_s=p.start_s + at_s, end_s=p.end_s + at_s) for p in job.take.phones)

    @property
    def speaking_T(self) -> NDArray[np.bool_]:
        """Frames of the clip in which the face that is seen is heard."""
        times_T = (np.arange(self.job.frames) + 0.5) / float(self.job.fps)
        if self.job.take is None or self.job.speaker != self.job.on_screen:
            return np.zeros(self.job.frames, bool)
        end_s = self.job.speech_at_s + self.job.take.audio.duration_s
        inside_T: NDArray[np.bool_] = (times_T >= self.job.speech_at_s) & (times_T < end_s)
        return inside_T
