"""How well mouths follow a sound: an engine performs the sound of takes, nothing else, and the mouths are compared. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from emostage.core.lagged import amplitude, likeness
from emostage.core.tracks import F64, MotionTrack, Performance
from emostage.evaluate.measures import level, lip_gap, mouth_width
from emostage.evaluate.person.shows import SEED, Draws
from emostage.face.film import read_face
from emostage.face.track import Tracker
from emostage.speech.features import extract
from emostage.training.films.take import undirected
from emostage.training.person.reading import Reading


class Performer(Protocol):
    """A motion engine."""

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of one clip."""


@dataclass(frozen=True, kw_only=True)
class Following:
    """Means over takes, by length: correlations of opening and width of the mouth with the real one at the best lag within 4
    frames, and how far they move beside it. NaN where nothing is heard."""

    opening: float
    width: float
    opening_amplitude: float
    width_amplitude: float


def following(performer: Performer, draws: Draws, readings: Sequence[Reading], tracker: Tracker) -> Following:
    """How well an engine follows the sounds of takes."""
    heard = [reading for reading in readings if reading.take.audio() is not None]
    rows = [_row(performer, draws, reading, tracker) for reading in heard]
    if not rows:
        return Following(opening=float("nan"), width=float("nan"), opening_amplitude=float("nan"), width_amplitude=float("nan"))
    opening, width, opens, widens = np.average(np.array(rows), axis=0, weights=[len(reading.take) for reading in heard])
    return Following(opening=float(opening), width=float(width), opening_amplitude=float(opens), width_amplitude=float(widens))


def _row(performer: Performer, draws: Draws, reading: Reading, tracker: Tracker) -> tuple[float, ...]:
    audio, real_TL2 = reading.take.audio(), reading.take.landmarks_TL2.astype(np.float64)
    assert audio is not None
    asked = reading.motion(reading.hold_on_the_whole())
    motion = performer.perform(undirected(asked, audio, extract(audio)), seed=SEED)
    shown = [read_face(tracker, frame_HW3, real_TL2[t]) for t, frame_HW3 in enumerate(draws(motion, audio))]
    pairs = list(zip(_curves(np.stack(shown)), _curves(real_TL2), strict=True))
    return (*(likeness(*pair).r for pair in pairs), *(amplitude(*pair) for pair in pairs))


def _curves(landmarks_TL2: F64) -> tuple[F64, F64]:
    """Opening and width of a mouth; what was not read lies between its neighbours."""
    levelled_TL2 = level(landmarks_TL2)
    return _whole(lip_gap(levelled_TL2)), _whole(mouth_width(levelled_TL2))


def _whole(curve_T: F64) -> F64:
    known_T = np.isfinite(curve_T)
    if not known_T.any():
        return np.zeros_like(curve_T)
    times_T = np.arange(len(curve_T))
    return np.interp(times_T, times_T[known_T], curve_T[known_T])
