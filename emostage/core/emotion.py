"""The emotion vocabulary: eight core emotions, the names people use for them, and everyday words as mixes.

Sources: MEAD (Wang et al., ECCV 2020) for the eight; CREMA-D and the W3C EmotionML vocabularies `big6` and
`everyday-categories` (https://www.w3.org/TR/emotion-voc/) for the other names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

EMOTIONS: tuple[str, ...] = ("neutral", "happy", "sad", "angry", "afraid", "disgusted", "surprised", "contempt")
"""The core emotions in the order of every `weights_8` vector."""

EMOTION_INDEX: Mapping[str, int] = MappingProxyType({name: i for i, name in enumerate(EMOTIONS)})

NEUTRAL_8: tuple[float, ...] = (1.0, *[0.0] * (len(EMOTIONS) - 1))
"""The weights of a face at rest."""

ALIASES: Mapping[str, str] = MappingProxyType({
    "happiness": "happy", "joy": "happy", "joyful": "happy",
    "sadness": "sad",
    "anger": "angry",
    "fear": "afraid", "fearful": "afraid",
    "disgust": "disgusted",
    "surprise": "surprised",
    "contemptuous": "contempt",
})  # fmt: skip
"""Other names of a single core emotion."""

EVERYDAY: Mapping[str, Mapping[str, float]] = MappingProxyType({
    "affectionate": {"happy": 0.55},
    "amused": {"happy": 0.7},
    "bored": {"sad": 0.2, "contempt": 0.15},
    "confident": {"happy": 0.3, "contempt": 0.1},
    "content": {"happy": 0.35},
    "disappointed": {"sad": 0.55, "contempt": 0.1},
    "excited": {"happy": 0.65, "surprised": 0.35},
    "interested": {"surprised": 0.25, "happy": 0.15},
    "loving": {"happy": 0.6},
    "pleased": {"happy": 0.5},
    "relaxed": {"happy": 0.2},
    "satisfied": {"happy": 0.45},
    "worried": {"afraid": 0.45, "sad": 0.25},
})  # fmt: skip
"""Everyday words as mixes over the core emotions at strength 1; the rest is neutral."""

VOCABULARY: tuple[str, ...] = (*EMOTIONS, *ALIASES, *EVERYDAY)
"""Every word a scene may use for an emotion."""


def mix(words: Mapping[str, float]) -> NDArray[np.float32]:
    """Emotion words with intensities in [0, 1] to `weights_8`, neutral being the rest.

    Raises KeyError for an unknown word and ValueError for an intensity outside [0, 1] or a sum over 1.
    """
    weights_8 = np.zeros(len(EMOTIONS), np.float64)
    for word, intensity in words.items():
        if not 0.0 <= intensity <= 1.0:
            raise ValueError(f"intensity {intensity:g} of '{word}' is outside 0..1")
        parts = EVERYDAY.get(word) or {ALIASES.get(word, word): 1.0}
        for name, share in parts.items():
            weights_8[EMOTION_INDEX[name]] += share * intensity
    total = weights_8[1:].sum()
    if total > 1.0 + 1e-6 or weights_8.sum() > 1.0 + 1e-6:
        raise ValueError(f"intensities add up to {weights_8.sum():g}, which is over 1")
    weights_8[0] = max(0.0, 1.0 - total)
    return weights_8.astype(np.float32)
