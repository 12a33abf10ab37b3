"""Do lips speak a language: how often they open and close beside its syllables, and whether they shut when they must.

T frames, F feature frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from emostage.core.tracks import F64, AudioFeatures, MotionTrack, Span
from emostage.evaluate.measures import CLOSED_GAP
from emostage.evaluate.recital import Recited
from emostage.evaluate.schedule import closures
from emostage.face.gauge import lip_gap_of
from emostage.motion.articulation import Stretch, stretches

_OPENING = 0.02
"""Lips that part by this much more than before and after have opened (in outer-eye distances)."""
_LOUDER = 0.12
"""A peak of the amplitude that stands out by this share of the loud parts is a syllable."""


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """A recited text performed: `motion`, whose sound begins at `at_s`, and the features of the sound."""

    recited: Recited
    features: AudioFeatures
    motion: MotionTrack
    at_s: float

    @property
    def phones(self) -> tuple[Span, ...]:
        """The phones in clip time."""
        at_s = self.at_s
        return tuple(Span(text=p.text, start_s=p.start_s + at_s, end_s=p.end_s + at_s) for p in self.recited.take.phones)

    @property
    def segments(self) -> tuple[Stretch, ...]:
        """The segments of the clip, in clip time."""
        return stretches(self.recited.take.phones, self.at_s, float(len(self.motion) / self.motion.fps))


@dataclass(frozen=True, kw_only=True)
class Fluency:
    """A language as one engine speaks it, over all voices; rates are per second of speech.

    `peaks` of the loudness and `vowels` tell the syllables, `openings` and `closures` are the lips'. `shut` is the share of p, b
    and m that the lips shut in, with its standard error over the voices; `shut_frames` the share of the frames of p, b and m with
    shut lips, `chance` that of the other phones whose middle has shut lips.
    """

    language: str
    voices: int
    seconds: float
    vowels: float
    peaks: float
    openings: float
    closures: float
    bilabials: float
    shut: float
    shut_noise: float
    shut_frames: float
    chance: float


def fluency(language: str, spoken: Sequence[Rendition]) -> Fluency:
    """The figures of a language from the texts performed in it."""
    gaps = [lip_gap_of(each.motion.expression_T52) for each in spoken]
    fps = [float(each.motion.fps) for each in spoken]
    seconds = sum(each.recited.take.audio.duration_s for each in spoken)
    found = [closures(each.phones, gap_T, rate) for each, gap_T, rate in zip(spoken, gaps, fps, strict=True)]
    asked, others = sum(each.asked for each in found), sum(each.others for each in found)
    pressed_T = np.concatenate([gap_T[_bilabial(each)] for each, gap_T in zip(spoken, gaps, strict=True)])
    rates = [each.rate for each in found]
    return Fluency(
        language=language,
        voices=len(spoken),
        seconds=seconds,
        vowels=sum(s.segment.vowel for each in spoken for s in each.segments) / seconds,
        peaks=sum(loudness_peaks(each.features) for each in spoken) / seconds,
        openings=sum(len(find_peaks(gap_T, prominence=_OPENING)[0]) for gap_T in gaps) / seconds,
        closures=sum(int((np.diff((gap_T < CLOSED_GAP).astype(np.int8)) > 0).sum()) for gap_T in gaps) / seconds,
        bilabials=asked / seconds,
        shut=sum(each.shut for each in found) / asked if asked else float("nan"),
        shut_noise=float(np.std(rates, ddof=1) / np.sqrt(len(rates))) if len(rates) > 1 else float("nan"),
        shut_frames=float((pressed_T < CLOSED_GAP).mean()) if len(pressed_T) else float("nan"),
        chance=sum(each.others_shut for each in found) / others if others else float("nan"),
    )


def loudness_peaks(features: AudioFeatures) -> int:
    """How many syllables the loudness tells: peaks of the amplitude, smoothed over 0.1 s, relative to the loud parts."""
    amplitude_F: F64 = 10.0 ** (features.loudness_F.astype(np.float64) / 20.0)
    window = np.hanning(13)[1:-1]
    smooth_F = np.convolve(amplitude_F / np.percentile(amplitude_F, 95), window / window.sum(), "same")
    return len(find_peaks(smooth_F, prominence=_LOUDER)[0])


def _bilabial(spoken: Rendition) -> NDArray[np.bool_]:
    """Frames (T,) whose middle lies in a p, b or m."""
    inside_T = np.zeros(len(spoken.motion), bool)
    rate = float(spoken.motion.fps)
    for s in spoken.segments:
        if s.segment.place == "bilabial" and s.segment.closed:
            inside_T[int(np.ceil(s.start_s * rate - 0.5)) : int(np.ceil(s.end_s * rate - 0.5))] = True
    return inside_T
