"""What feelings show while none is asked for: a film beside its twin without feelings. T frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.evaluate.shown import Shown
from emostage.evaluate.twins import Pair

FULL = 0.85
"""Asked weights from here on show the feeling in full."""
WINDOW = 10
"""Frames over which a difference is averaged: what is shorter is tracking noise, no feeling that anybody sees."""
_LEAST_FRAMES = 10


@dataclass(frozen=True, kw_only=True)
class Leak:
    """How far the action of an emotion departs from the twin's while neutral is asked: the rms of its means over `WINDOW` frames,
    as a share of the way from rest to full feeling, in silence and in speech. NaN where a film has neither."""

    emotion: str
    silent: float
    speaking: float


def leaks(pairs: Sequence[Pair]) -> Iterator[Leak]:
    """The leak of each emotion that one face is asked to feel in full somewhere in its clips."""
    if not pairs:
        return
    for emotion in EMOTIONS[1:]:
        way = _way([pair.felt for pair in pairs], emotion)
        if np.isfinite(way) and abs(way) > 1e-6:
            apart = [(pair.felt.measured(emotion) - pair.unfelt.measured(emotion)) / way for pair in pairs]
            neutral = [(pair.felt.neutral(), pair.felt.speaking()) for pair in pairs]
            silent = _rms([w for a, (n, s) in zip(apart, neutral, strict=True) for w in _windows(a, n & ~s)])
            speaking = _rms([w for a, (n, s) in zip(apart, neutral, strict=True) for w in _windows(a, n & s)])
            yield Leak(emotion=emotion, silent=silent, speaking=speaking)


def _way(clips: Sequence[Shown], emotion: str) -> float:
    """How far the action moves from rest to full feeling, in silence where the face is both in it, else in speech."""
    measured_T = np.concatenate([clip.measured(emotion) for clip in clips])
    full_T = np.concatenate([clip.asked(emotion) >= FULL for clip in clips])
    neutral_T = np.concatenate([clip.neutral() for clip in clips])
    speaking_T = np.concatenate([clip.speaking() for clip in clips])
    for here_T in (~speaking_T, speaking_T, np.ones_like(speaking_T)):
        way = _usual(measured_T[full_T & here_T]) - _usual(measured_T[neutral_T & here_T])
        if np.isfinite(way):
            return way
    return float("nan")


def _windows(apart_T: F64, here_T: NDArray[np.bool_]) -> Iterator[float]:
    """Means of the frames of each stretch of `here_T`, window by window; short rests belong to the window before."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], here_T, [False]]).astype(np.int8)))
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        for part_T in np.array_split(apart_T[first:last], max(1, (last - first) // WINDOW)):
            known_T = part_T[np.isfinite(part_T)]
            if len(known_T) >= WINDOW // 2:
                yield float(known_T.mean())


def _usual(values_T: F64) -> float:
    known_T = values_T[np.isfinite(values_T)]
    return float(np.median(known_T)) if len(known_T) >= _LEAST_FRAMES else float("nan")


def _rms(means: Sequence[float]) -> float:
    return float(np.sqrt(np.mean(np.square(means)))) if means else float("nan")
