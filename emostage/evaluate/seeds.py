"""What another seed changes, and what it must not: the same lips, another manner. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import combinations

import numpy as np

from emostage.core.lagged import correlation
from emostage.core.tracks import F64, Performance
from emostage.face.gauge import lip_gap_of
from emostage.studio.stages import Performer

SEEDS = (1, 2, 3, 4)
SAME_LIPS = 0.98
"""Correlation of the lips of two seeds that count as the same."""
OTHER_HEAD = 0.5
"""Correlation of the heads of two seeds that count as different; both move to one sound."""


@dataclass(frozen=True, kw_only=True)
class Seeds:
    """`repeats` says whether one seed gives equal arrays twice. Means over pairs of seeds: `lips_r` correlation of the lip gap and
    `lips_apart` its largest difference (in outer-eye distances), `head_r` of the head's angles and `head_apart_deg` the root mean
    square of their differences."""

    repeats: bool
    lips_r: float
    lips_apart: float
    head_r: float
    head_apart_deg: float

    @property
    def holds(self) -> dict[str, bool]:
        """What must hold, and whether it does."""
        return {
            "same seed, same take": self.repeats,
            "another seed, same lips": self.lips_r > SAME_LIPS,
            "another seed, another manner": self.head_r < OTHER_HEAD,
        }


def seeds(performer: Performer, performance: Performance) -> Seeds:
    """Perform one clip with several seeds, and with the first of them twice."""
    again, *motions = [performer.perform(performance, seed=seed) for seed in (SEEDS[0], *SEEDS)]
    repeats = all(np.array_equal(getattr(again, f.name), getattr(motions[0], f.name)) for f in fields(again))
    gaps = [lip_gap_of(motion.expression_T52) for motion in motions]
    heads = [np.degrees(motion.rotation_T3.astype(np.float64)) for motion in motions]
    return Seeds(
        repeats=repeats,
        lips_r=float(np.mean([correlation(a_T, b_T) for a_T, b_T in combinations(gaps, 2)])),
        lips_apart=float(np.mean([np.abs(a_T - b_T).max() for a_T, b_T in combinations(gaps, 2)])),
        head_r=float(np.nanmean([_alike(a_T3, b_T3) for a_T3, b_T3 in combinations(heads, 2)])),
        head_apart_deg=_apart(heads),
    )


def _alike(one_T3: F64, other_T3: F64) -> float:
    """Mean correlation of pitch, yaw and roll."""
    return float(np.mean([correlation(a_T, b_T) for a_T, b_T in zip(one_T3.T, other_T3.T, strict=True)]))


def _apart(heads: Sequence[F64]) -> float:
    return float(np.mean([np.sqrt(((a_T3 - b_T3) ** 2).sum(1).mean()) for a_T3, b_T3 in combinations(heads, 2)]))
