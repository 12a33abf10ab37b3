"""Feelings of the corpus's takes: random schedules over the words of a line, mixes, moods, any intensity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core import keyframes as core
from emostage.core.emotion import EMOTIONS, NEUTRAL_8
from emostage.core.keyframes import EaseName, Easing, Keyframe, sample
from emostage.core.tracks import Span

_KINDS = {"neutral": 0.10, "mood": 0.12, "constant": 0.26, "change": 0.28, "several": 0.24}
_MIXED = 0.25
_MOOD = 0.30
_HELD_BACK = 0.4
_EASES: tuple[EaseName, ...] = ("in-out", "in-out", "linear", "in", "out", "hold")

Weights = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A feeling reached at the start of a word; with `over_s` the one before is held until so many seconds before."""

    word: int
    weights_8: Weights
    ease: Easing
    over_s: float | None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The mood, and the turns of the feeling in order of their words."""

    mood_8: Weights
    turns: tuple[Turn, ...]

    def at_words(self, count: int) -> list[Weights]:
        """Emotion weights at the middle of each of `count` words, all words taken as equally long."""
        keys = [Keyframe(at_s=float(turn.word), value=turn.weights_8, ease=turn.ease) for turn in self.turns]
        rows = sample(keys, np.arange(count) + 0.5, self.mood_8)
        return [tuple(float(w) for w in row) for row in rows]

    def keys(self, words: Sequence[Span], offset_s: float, end_s: float) -> tuple[Keyframe, ...]:
        """Keyframes in clip time, for words that begin `offset_s` into a clip of `end_s`; without words spread over the clip."""
        timed = [
            core.Turn(at_s=self._moment(n, words, offset_s, end_s), value=turn.weights_8, ease=turn.ease, over_s=turn.over_s)
            for n, turn in enumerate(self.turns)
        ]
        return core.keyframes(timed, self.mood_8)

    def _moment(self, number: int, words: Sequence[Span], offset_s: float, end_s: float) -> float:
        if words:
            return offset_s + words[min(self.turns[number].word, len(words) - 1)].start_s
        return end_s * (number + 0.5) / (len(self.turns) + 0.5)


def schedule(words: int, rng: np.random.Generator) -> Schedule:
    """A random schedule for a line of `words` words."""
    kind = str(rng.choice(list(_KINDS), p=list(_KINDS.values())))
    if kind == "neutral":
        return Schedule(mood_8=NEUTRAL_8, turns=())
    mood_8 = feeling(rng, most=0.6) if kind == "mood" or rng.random() < _MOOD else NEUTRAL_8
    count = {"mood": 0, "constant": 1, "change": 2}.get(kind, int(rng.integers(3, 5)))
    places = [0] * min(count, 1) + sorted(int(w) for w in rng.integers(1, max(words, 2), max(count - 1, 0)))
    turns = [
        Turn(
            word=word,
            weights_8=feeling(rng),
            ease=Easing(name=_EASES[int(rng.integers(len(_EASES)))]),
            over_s=float(rng.uniform(0.1, 0.8)) if rng.random() < _HELD_BACK else None,
        )
        for word in places
    ]
    return Schedule(mood_8=mood_8, turns=tuple(turns))


def feeling(rng: np.random.Generator, most: float = 1.0) -> Weights:
    """Weights of one emotion or a mix of two, of any intensity up to `most`."""
    strength = most * float(rng.uniform(0.0, 1.0)) ** 0.7
    first, second = rng.choice(np.arange(1, len(EMOTIONS)), 2, replace=False)
    share = float(rng.uniform(0.3, 1.0)) if rng.random() < _MIXED else 1.0
    weights_8 = np.zeros(len(EMOTIONS))
    weights_8[first], weights_8[second] = strength * share, strength * (1.0 - share)
    weights_8[0] = 1.0 - weights_8[1:].sum()
    return tuple(float(w) for w in weights_8)
