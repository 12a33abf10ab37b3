"""The rhythm of a clip, which head, brows, eyes and breath follow: loudness, beats, pauses. N samples at 100 Hz."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64, AudioFeatures
from emostage.motion.articulation import PAUSE_S, RATE_HZ, Stretch, pauses, soften

BEAT_GAP_S = 0.45
"""Least time between two beats."""


@dataclass(frozen=True, kw_only=True)
class Beat:
    """A prominent syllable; `strength` in (0, 1], 1 the strongest of the clip."""

    at_s: float
    strength: float


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """`beats` in order, `pauses` (start, end) of at least 0.2 s between phrases (lead-in and tail included) and `loudness_N`,
    about 1 in loud vowels and 0 in silence, at `RATE_HZ` from the clip's start. `spoken` is False for a silent beat."""

    beats: tuple[Beat, ...]
    pauses: tuple[tuple[float, float], ...]
    loudness_N: F64
    duration_s: float
    spoken: bool


def on_clip_clock(values_F: NDArray[np.float32], rate_hz: int, offset_s: float, duration_s: float, outside: float) -> F64:
    """Feature frames (frame f centred at (f + .5) / rate_hz of the sound) at `RATE_HZ` of the clip; `outside` beyond the sound."""
    times_N = np.arange(int(np.ceil(duration_s * RATE_HZ)) + 1) / RATE_HZ - offset_s
    centres_F = (np.arange(len(values_F)) + 0.5) / rate_hz
    if len(values_F) == 0:
        return np.full(len(times_N), outside)
    return np.interp(times_N, centres_F, values_F.astype(np.float64), left=outside, right=outside)


def relative_loudness(features: AudioFeatures | None, offset_s: float, duration_s: float) -> F64:
    """Loudness (N,) as amplitude over the 85th percentile of the sounding frames, clipped to [0, 1.3], smoothed over 0.3 s.

    Without features 0.8 throughout.
    """
    count = int(np.ceil(duration_s * RATE_HZ)) + 1
    if features is None:
        return np.full(count, 0.8)
    level_N = on_clip_clock(features.loudness_F, features.rate_hz, offset_s, duration_s, -80.0)
    amplitude_N = 10.0 ** (level_N / 20.0)
    sounding = amplitude_N[level_N > -60.0]
    loud = float(np.percentile(sounding, 85)) if len(sounding) else 1.0
    return soften(np.clip(amplitude_N / loud, 0.0, 1.3), 0.3)


def rhythm(spoken: Sequence[Stretch], features: AudioFeatures | None, offset_s: float, duration_s: float) -> Rhythm:
    """The rhythm of gap-free `spoken` segments in a clip whose sound begins at `offset_s`."""
    loudness_N = relative_loudness(features, offset_s, duration_s)
    pitch_N = np.zeros_like(loudness_N)
    if features is not None:
        pitch_N = on_clip_clock(features.pitch_F, features.rate_hz, offset_s, duration_s, 0.0)
    voiced = pitch_N > 40.0
    rise_N = np.zeros_like(pitch_N)
    if voiced.any():
        rise_N[voiced] = np.log(pitch_N[voiced]) - np.median(np.log(pitch_N[voiced]))
    vowels = [s for s in spoken if s.segment.vowel]
    return Rhythm(
        beats=_beats(vowels, loudness_N, np.clip(rise_N, 0.0, 0.35)),
        pauses=pauses(spoken, PAUSE_S) if vowels else ((0.0, duration_s),),
        loudness_N=loudness_N,
        duration_s=duration_s,
        spoken=bool(vowels),
    )


def _beats(vowels: Sequence[Stretch], loudness_N: F64, rise_N: F64) -> tuple[Beat, ...]:
    """Local winners of a sum of stress, loudness, pitch rise and length, weighed by eye; the weakest 30 % are left out."""
    scored: list[tuple[float, float]] = []
    for s in vowels:
        inside = slice(max(0, int((s.start_s - 0.03) * RATE_HZ)), int((s.end_s + 0.06) * RATE_HZ))
        loud = float(loudness_N[inside].max(initial=0.0))
        high = float(rise_N[inside].max(initial=0.0))
        scored.append((0.45 * s.segment.stressed + 0.5 * loud + 1.2 * high + 1.5 * min(s.length_s, 0.2), s.middle_s))
    kept: list[tuple[float, float]] = []
    for strength, at_s in sorted(scored, reverse=True):
        place = bisect(kept, (at_s, 0.0))
        if all(abs(near_s - at_s) > BEAT_GAP_S for near_s, _ in kept[max(0, place - 1) : place + 1]):
            kept.insert(place, (at_s, strength))
    if not kept:
        return ()
    strongest = max(strength for _, strength in kept)
    least = np.quantile([strength for _, strength in kept], 0.3) if len(kept) > 2 else 0.0
    return tuple(Beat(at_s=at_s, strength=strength / strongest) for at_s, strength in kept if strength >= least)
