"""What feelings show while none is asked for, by silence and by speech. T frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.evaluate.shown import Shown

FULL = 0.85
"""Asked weights from here on show the feeling in full."""
_LEAST_FRAMES = 10


@dataclass(frozen=True, kw_only=True)
class Leak:
    """How far the action of an emotion departs from its usual place while neutral is asked: the rms, as a share of the way to where
    it is at full feeling, in frames of silence and of speech (which moves mouths by itself). NaN where a film has neither."""

    emotion: str
    silent: float
    speaking: float


def leaks(clips: Sequence[Shown]) -> Iterator[Leak]:
    """The leak of each emotion that one face is asked to feel in full somewhere in its clips, and not to feel elsewhere."""
    if not clips:
        return
    neutral_T = np.concatenate([clip.neutral() for clip in clips])
    speaking_T = np.concatenate([clip.speaking() for clip in clips])
    for emotion in EMOTIONS[1:]:
        measured_T = np.concatenate([clip.measured(emotion) for clip in clips])
        full_T = np.concatenate([clip.asked(emotion) for clip in clips]) >= FULL
        rest, full = _usual(measured_T[neutral_T & ~speaking_T]), _usual(measured_T[full_T & ~speaking_T])
        if not np.isfinite(full):
            full = _usual(measured_T[full_T])
        if np.isfinite(rest) and np.isfinite(full) and abs(full - rest) > 1e-6:
            share_T = (measured_T - rest) / (full - rest)
            silent, speaking = _rms(share_T[neutral_T & ~speaking_T]), _rms(share_T[neutral_T & speaking_T])
            yield Leak(emotion=emotion, silent=silent, speaking=speaking)


def _usual(values_T: F64) -> float:
    known_T = values_T[np.isfinite(values_T)]
    return float(np.median(known_T)) if len(known_T) >= _LEAST_FRAMES else float("nan")


def _rms(share_T: F64) -> float:
    known_T = share_T[np.isfinite(share_T)]
    return float(np.sqrt((known_T**2).mean())) if len(known_T) >= _LEAST_FRAMES else float("nan")
