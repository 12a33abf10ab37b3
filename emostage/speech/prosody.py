"""Emotion in the voice: weights over the eight emotions to rate, pitch, pitch range, loudness, timbre and pauses.

The directions of change follow K. R. Scherer, Vocal communication of emotion: a review of research paradigms, Speech Communication
40 (2003); P. N. Juslin, P. Laukka, Communication of emotions in vocal expression and music performance, Psychological Bulletin 129
(2003), a meta-analysis; and I. R. Murray, J. L. Arnott, Toward the simulation of emotion in synthetic speech, JASA 93 (1993), where
happiness has a much wider range, sadness is slower, lower and quieter, fear faster and higher, and disgust very much slower, lower
and quieter than neutral speech. Where they differ, as on the range of fear, the choice is ours.

The sizes of the changes are choices of ours, moderate, so that words stay clear in synthetic voices; so is all of contempt (low and
slow) and of surprise, which follows joy with a still wider range. Everything is linear in the weights: mixes add.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from emostage.core.emotion import EMOTIONS


@dataclass(frozen=True, kw_only=True)
class PhraseProsody:
    """How a phrase is spoken, against the voice's neutral way. `rate` and `range` (of pitch) and `pause` are factors,
    `pitch_st` semitones, `volume_db` and `tilt_db` (energy above 1.5 kHz, the brightness of an effortful voice) decibels.
    `emotion` is the emotion strong enough to choose a speaker by, when the voice has speakers for emotions."""

    rate: float = 1.0
    pitch_st: float = 0.0
    range: float = 1.0
    volume_db: float = 0.0
    tilt_db: float = 0.0
    pause: float = 1.0
    emotion: str = "neutral"


NEUTRAL = PhraseProsody()

FULL: Mapping[str, PhraseProsody] = {
    "neutral": NEUTRAL,
    "happy": PhraseProsody(rate=1.10, pitch_st=2.5, range=1.5, volume_db=2.0, tilt_db=1.5, pause=0.85),
    "sad": PhraseProsody(rate=0.80, pitch_st=-2.0, range=0.5, volume_db=-4.0, tilt_db=-4.0, pause=1.6),
    "angry": PhraseProsody(rate=1.14, pitch_st=1.5, range=1.4, volume_db=5.0, tilt_db=4.0, pause=0.7),
    "afraid": PhraseProsody(rate=1.20, pitch_st=4.0, range=0.8, volume_db=-1.0, tilt_db=-1.0, pause=0.8),
    "disgusted": PhraseProsody(rate=0.85, pitch_st=-2.0, range=1.1, volume_db=-1.0, tilt_db=1.0, pause=1.25),
    "surprised": PhraseProsody(rate=1.06, pitch_st=3.5, range=1.7, volume_db=1.5, tilt_db=1.0, pause=0.95),
    "contempt": PhraseProsody(rate=0.90, pitch_st=-1.5, range=0.8, volume_db=-1.0, tilt_db=0.0, pause=1.2),
}
"""The prosody of each emotion at intensity 1."""

_SPEAKER_THRESHOLD = 0.4
_LIMITS = {"rate": (0.4, 2.5), "pitch_st": (-12.0, 12.0), "range": (0.0, 2.0), "volume_db": (-20.0, 12.0)}


def prosody_of(weights_8: Sequence[float], *, rate: float = 1.0, pitch_st: float = 0.0, volume_db: float = 0.0) -> PhraseProsody:
    """The prosody of an emotion mix, on top of the rate factor, pitch and volume that the script gives the voice."""
    mix = dict(zip(EMOTIONS, weights_8, strict=True))

    def sum_of(field: str, rest: float) -> float:
        return rest + sum(weight * (float(getattr(FULL[name], field)) - rest) for name, weight in mix.items())

    strongest = max(EMOTIONS[1:], key=lambda name: mix[name])
    return PhraseProsody(
        rate=_clamped("rate", rate * sum_of("rate", 1.0)),
        pitch_st=_clamped("pitch_st", pitch_st + sum_of("pitch_st", 0.0)),
        range=_clamped("range", sum_of("range", 1.0)),
        volume_db=_clamped("volume_db", volume_db + sum_of("volume_db", 0.0)),
        tilt_db=sum_of("tilt_db", 0.0),
        pause=sum_of("pause", 1.0),
        emotion=strongest if mix[strongest] >= _SPEAKER_THRESHOLD else "neutral",
    )


def _clamped(field: str, value: float) -> float:
    low, high = _LIMITS[field]
    return min(max(value, low), high)
