"""How a feeling colours articulation: the same sounds with larger, smaller, wider or tenser lips. T frames, C mouth channels.

That feelings move the lip targets of vowels and consonants was measured by Nordstrand et al. ("Measurements of articulatory
variation in expressive speech for a set of Swedish vowels", 2004) and Magno Caldognetto et al. ("Modifications of phonetic labial
targets in emotive speech", 2004), both in Speech Communication 44. The sizes are choices of ours. What is asked of a channel is
scaled, so what is closed stays closed, and speech stays itself: the lip code says what is spoken, and this how it is mouthed.
"""

from __future__ import annotations

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.motion.targets import CHANNELS

_GAINS: dict[str, dict[str, float]] = {
    "happy": {"jaw": 1.15, "wide": 1.25, "upper": 1.15, "lower": 1.05, "pucker": 0.90},
    "sad": {"jaw": 0.90, "wide": 0.80, "upper": 0.85, "lower": 0.95, "pucker": 0.90, "funnel": 0.90},
    "angry": {"jaw": 1.08, "wide": 1.15, "upper": 1.25, "lower": 1.25, "pucker": 0.95, "funnel": 1.15},
    "afraid": {"jaw": 1.05, "upper": 0.95, "lower": 1.20, "pucker": 0.90},
    "disgusted": {"jaw": 0.95, "wide": 0.95, "upper": 1.55, "lower": 0.90},
    "surprised": {"jaw": 1.28, "wide": 0.85, "pucker": 1.08, "funnel": 1.15},
    "contempt": {"jaw": 0.94, "wide": 0.95, "upper": 0.95, "lower": 0.95},
}
"""Factors of the mouth channels at full intensity; 1 where nothing is said."""

_FIRMNESS = {"angry": 1.6, "disgusted": 1.2, "sad": 0.85, "surprised": 0.9}
"""Factors of how hard closed lips are rolled in."""

_GAINS_EC = np.array([[_GAINS.get(name, {}).get(channel, 1.0) for channel in CHANNELS] for name in EMOTIONS])
_FIRMNESS_E = np.array([_FIRMNESS.get(name, 1.0) for name in EMOTIONS])


def coloured(channels_TC: F64, weights_T8: F64) -> F64:
    """Mouth channels (T, C) in [0, 1] as somebody mouths them who feels `weights_T8`; a mix of feelings joins its factors."""
    return np.asarray(np.clip(channels_TC * _joined(weights_T8, _GAINS_EC), 0.0, 1.0))


def uncoloured(channels_TC: F64, weights_T8: F64) -> F64:
    """The inverse of `coloured`, for channels that it did not clip."""
    return np.asarray(np.clip(channels_TC / _joined(weights_T8, _GAINS_EC), 0.0, 1.0))


def firmness(weights_T8: F64) -> F64:
    """How firmly lips close (T,), 1 being usual."""
    return _joined(weights_T8, _FIRMNESS_E[:, None])[:, 0]


def _joined(weights_T8: F64, factors_EK: F64) -> F64:
    """Factors (T, K) of a mix: each to the power of its weight."""
    return np.asarray(np.exp(weights_T8 @ np.log(factors_EK)))
