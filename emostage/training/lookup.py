"""The baseline of the Emotion Intensity Block: emotion words of the scene language and words of degree, looked up one by one.
N prompts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emostage.core.emotion import EMOTIONS, VOCABULARY, mix
from emostage.nets.emotalker.reading import Reading, with_neutral
from emostage.nets.emotalker.wording import words
from emostage.training.descriptions.degrees import degrees, limited, scaled
from emostage.training.descriptions.vocabulary import PLAIN

_REACH = 3
"""A degree is looked for in so many words before an emotion."""


class Lookup:
    """Reads prompts by looking up their words. Its embedding is the strengths themselves."""

    def __init__(self) -> None:
        everywhere = [degree for place in ("before", "of", "kind") for degree in degrees()[place]]
        self._levels = {words(degree.text): degree.level for degree in reversed(everywhere)}

    def read(self, prompts: Sequence[str]) -> Reading:
        """Strengths of prompts; sure where any word is known."""
        felt_N7 = np.array([self._one(words(prompt)) for prompt in prompts], np.float32)
        weights_N8 = with_neutral(felt_N7)
        known_N = [float(any(word in VOCABULARY for word in words(prompt))) for prompt in prompts]
        return Reading(weights_N8=weights_N8, embedding_ND=weights_N8, sure_N=np.array(known_N, np.float32))

    def _one(self, said: tuple[str, ...]) -> tuple[float, ...]:
        felt_7 = (0.0,) * (len(EMOTIONS) - 1)
        for i, word in enumerate(said):
            if word in VOCABULARY:
                plain_7 = tuple(PLAIN * float(x) for x in mix({word: 1.0})[1:])
                found_7 = scaled(plain_7, self._level(said[max(0, i - _REACH) : i]))
                felt_7 = tuple(max(pair) for pair in zip(felt_7, found_7, strict=True))
        return limited(felt_7)

    def _level(self, before: tuple[str, ...]) -> float:
        """The level of the longest degree at the end of the words before an emotion."""
        for begin in range(len(before)):
            if before[begin:] in self._levels:
                return self._levels[before[begin:]]
        return PLAIN
