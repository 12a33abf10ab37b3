"""Whether what is shown grows with what is asked, and whether two feelings at once lie between the two.

Neutral portraits are asked for each feeling at rising intensity, and for the halves of every pair, with a head that keeps still.
Every picture is made by itself. What is shown is read back from landmarks. S steps, L landmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import rankdata

from emostage.core.emotion import EMOTION_INDEX, EMOTIONS
from emostage.core.tracks import F64
from emostage.emotion import facs
from emostage.evaluate.measures import MEASURED, level
from emostage.evaluate.painted.acts import Act, Sitter
from emostage.evaluate.painted.artists import Artist, Sitting
from emostage.evaluate.painted.reader import read
from emostage.face.track import Tracker

STEPS = 9
_LEAST_READ = 5
FELT = EMOTIONS[1:]
_PAIRS = tuple(combinations(FELT, 2))


@dataclass(frozen=True, kw_only=True)
class Monotony:
    """Spearman's correlation of asked and shown over portraits."""

    mean: float
    lowest: float


@dataclass(frozen=True, kw_only=True)
class Intensity:
    """`monotony` by emotion over `portraits`. Of `pairs`, which are those whose halves lie between their parts on the linear head
    that is asked for: `between`, the share shown there too, and `both`, the share of those in which both measures rise above
    neutral on the linear head that also do as shown."""

    portraits: int
    monotony: Mapping[str, Monotony]
    pairs: int
    between: float
    both: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """Levelled landmarks (468, 2) of one portrait: `steps` of each emotion from nothing to all, and the `halves` of each pair."""

    steps: Mapping[str, F64]
    halves: Mapping[tuple[str, str], F64]


def intensity(artist: Artist, sitters: Sequence[Sitter], tracker: Tracker) -> Intensity:
    """Ask an artist for feelings of all sitters. Raises EmostageError for a portrait that cannot be used."""
    found = [(shown(artist.sits(sitter), sitter, tracker), linear(sitter)) for sitter in sitters]
    ranks = {emotion: [monotony(emotion, seen.steps[emotion]) for seen, _ in found] for emotion in FELT}
    mixed = np.array([mixture(seen, pair) for seen, _ in found for pair in _PAIRS])
    asked = np.array([mixture(meant, pair) for _, meant in found for pair in _PAIRS])
    return Intensity(
        portraits=len(found),
        monotony={emotion: Monotony(mean=float(np.mean(rs)), lowest=float(np.min(rs))) for emotion, rs in ranks.items()},
        pairs=int(asked[:, 0].sum()),
        between=_share(mixed[:, 0], asked[:, 0]),
        both=_share(mixed[:, 1], asked[:, 1]),
    )


def shown(sitting: Sitting, sitter: Sitter, tracker: Tracker) -> Shown:
    """What is seen of a sitter; NaN where no face is."""

    def seen(weights_8: F64) -> F64:
        act = _asked(sitter, weights_8)
        level_L2: F64 = level(read(tracker, sitting(act), act.landmarks_TL2)[:, :468])[0]
        return level_L2

    return _all(seen)


def linear(sitter: Sitter) -> Shown:
    """What the linear head shows, to which nothing is lost."""
    return _all(lambda weights_8: level(_asked(sitter, weights_8).landmarks_TL2.astype(np.float64))[0])


def monotony(emotion: str, level_SL2: F64) -> float:
    """Spearman's correlation of the steps with what is measured; NaN when fewer than five of them show a face, 0 when nothing
    changes."""
    measured_S = MEASURED[emotion](level_SL2)
    known_S = np.isfinite(measured_S)
    if known_S.sum() < _LEAST_READ:
        return float("nan")
    if np.ptp(measured_S[known_S]) < 1e-9:
        return 0.0
    return float(np.corrcoef(np.arange(len(measured_S))[known_S], rankdata(measured_S[known_S]))[0, 1])


def mixture(shown: Shown, pair: tuple[str, str]) -> tuple[bool, bool]:
    """Whether the halves of two feelings lie strictly between the parts, along the line from the one to the other, and whether the
    measures of both are above those of the neutral face."""
    neutral_L2, half_L2 = shown.steps[pair[0]][0], shown.halves[pair]
    one_L2, other_L2 = (shown.steps[emotion][-1] for emotion in pair)
    line_L2 = other_L2 - one_L2
    along = float(((half_L2 - one_L2) * line_L2).sum() / max(float((line_L2**2).sum()), 1e-12))
    grown = [float(MEASURED[emotion](half_L2[None])[0] - MEASURED[emotion](neutral_L2[None])[0]) for emotion in pair]
    return 0.0 < along < 1.0, min(grown) > 0.0


def _all(seen: Callable[[F64], F64]) -> Shown:
    """Everything that is asked of one sitter."""
    neutral_L2 = seen(_weights())
    rising = {
        emotion: np.stack([neutral_L2, *(seen(_weights(**{emotion: k / (STEPS - 1)})) for k in range(1, STEPS))])
        for emotion in FELT
    }
    return Shown(steps=rising, halves={pair: seen(_weights(**dict.fromkeys(pair, 0.5))) for pair in _PAIRS})


def _weights(**felt: float) -> F64:
    """Emotion weights (8,), the rest neutral."""
    weights_8 = np.zeros(len(EMOTIONS))
    for emotion, weight in felt.items():
        weights_8[EMOTION_INDEX[emotion]] = weight
    weights_8[0] = 1.0 - weights_8.sum()
    return weights_8


def _asked(sitter: Sitter, weights_8: F64) -> Act:
    return sitter.asked(facs.express(weights_8[None], "silent"), weights_T8=weights_8[None])


def _share(shown_N: F64, asked_N: F64) -> float:
    """The share of what is asked that is shown."""
    wanted_N = asked_N.astype(bool)
    return float(shown_N[wanted_N].mean()) if wanted_N.any() else float("nan")
