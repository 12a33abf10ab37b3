"""Where jaw, lips and tongue want to be for a segment, and how firmly.

Columns of a target: the channels jaw, pucker, funnel, wide, lower, upper, tongue (ARKit scale: jawOpen, mouthPucker,
mouthFunnel, spread corners, mouthLowerDown, mouthUpperUp, tongue tip), then the dominance of the jaw and of the lips over
neighbouring segments (Cohen & Massaro, "Modeling coarticulation in synthetic visual speech", 1993).
Vowel targets follow height, backness and rounding; consonant targets follow place. The amplitudes were set by eye and by the
tracked lip gap of rendered lines beside that of one clip of a lively speaker: over the outer eye distance its 90th percentile is
0.15 in both, that of its speed 1.3 and 1.45 a second. In three rendered lines on two portraits 9-19 % of the sounds other than
p b m are under 3 % of the eye distance at their midpoint.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from emostage.motion.phones import Place, Segment

CHANNELS: tuple[str, ...] = ("jaw", "pucker", "funnel", "wide", "lower", "upper", "tongue")
"""What speech moves."""

JAW, PUCKER, FUNNEL, WIDE, LOWER, UPPER, TONGUE = range(7)

_CONSONANTS: dict[Place, tuple[float, ...]] = {
    #                jaw  puck fun  wide low  upp  tong | jaw lips
    "silence":       (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 0.25),
    "bilabial":      (0.03, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 1.5, 0.25),
    "labiodental":   (0.06, 0.0, 0.0, 0.10, 0.0, 0.20, 0.0, 1.4, 0.6),
    "labiovelar":    (0.04, 0.80, 0.42, 0.0, 0.02, 0.02, 0.0, 1.2, 2.0),
    "labiopalatal":  (0.04, 0.75, 0.38, 0.0, 0.02, 0.02, 0.2, 1.2, 1.6),
    "dental":        (0.14, 0.0, 0.0, 0.12, 0.22, 0.12, 0.9, 0.8, 0.35),
    "sibilant":      (0.09, 0.0, 0.05, 0.26, 0.26, 0.13, 0.3, 1.2, 0.5),
    "alveolar":      (0.14, 0.0, 0.0, 0.13, 0.17, 0.08, 0.7, 0.55, 0.2),
    "lateral":       (0.21, 0.0, 0.0, 0.10, 0.22, 0.10, 1.0, 0.6, 0.25),
    "rhotic":        (0.14, 0.30, 0.42, 0.0, 0.13, 0.08, 0.5, 0.7, 0.7),
    "postalveolar":  (0.09, 0.30, 0.60, 0.0, 0.18, 0.13, 0.2, 1.1, 1.0),
    "retroflex":     (0.11, 0.18, 0.38, 0.0, 0.17, 0.11, 0.4, 1.0, 0.8),
    "alveolopalatal": (0.09, 0.0, 0.12, 0.28, 0.22, 0.12, 0.2, 1.1, 0.7),
    "palatal":       (0.13, 0.0, 0.0, 0.38, 0.17, 0.10, 0.3, 0.7, 0.6),
    "velar":         (0.19, 0.0, 0.0, 0.08, 0.18, 0.09, 0.0, 0.3, 0.08),
    "uvular":        (0.21, 0.0, 0.0, 0.05, 0.16, 0.08, 0.0, 0.3, 0.08),
    "pharyngeal":    (0.25, 0.0, 0.0, 0.04, 0.15, 0.08, 0.0, 0.3, 0.08),
    "glottal":       (0.21, 0.0, 0.0, 0.03, 0.15, 0.07, 0.0, 0.12, 0.03),
}  # fmt: skip


@lru_cache(maxsize=1024)
def target(segment: Segment) -> NDArray[np.float64]:
    """The (9,) target of a segment: seven channels, dominance of the jaw, dominance of the lips. Read-only."""
    row = _vowel(segment) if segment.vowel else _consonant(segment)
    row.setflags(write=False)
    return row


def _vowel(vowel: Segment) -> NDArray[np.float64]:
    height, front, round_ = 1.0 - vowel.openness, vowel.frontness, vowel.rounding
    lax = 0.65 if vowel.lax else 1.0
    jaw = (0.13 + 0.40 * vowel.openness) * (1.0 - 0.25 * round_ * height)
    if vowel.lax and vowel.openness > 0.4 and abs(front - 0.5) < 0.01:
        jaw *= 0.8  # reduced vowels: schwa and its kin
    spread = (0.65 * height**1.5 * lax + 0.26 * vowel.openness) * front * (1.0 - round_)
    pucker = round_ * (0.15 + 0.68 * height**2 * lax)
    funnel = round_ * (0.40 + 0.10 * height)
    lower = (0.22 + 0.08 * vowel.openness + 0.05 * front * height) * (1.0 - 0.65 * round_)
    upper = (0.11 + 0.07 * vowel.openness) * (1.0 - 0.65 * round_)
    firm_jaw = 0.55 if vowel.lax else 0.95
    firm_lips = max(0.4 + 0.6 * spread / 0.65, round_ * (0.85 + 0.25 * height)) * (0.75 if vowel.lax else 1.0)
    if vowel.rhotic:
        jaw, pucker, funnel, spread, firm_lips = 0.20, max(pucker, 0.22), max(funnel, 0.35), 0.0, 0.7
    return np.array(
        [jaw, pucker, funnel, spread, lower, upper, 0.3 if vowel.rhotic else 0.15 * front * height, firm_jaw, firm_lips]
    )


def _consonant(consonant: Segment) -> NDArray[np.float64]:
    row = np.array(_CONSONANTS[consonant.place])
    if consonant.rounding > 0.0:  # labialised
        row[PUCKER] = max(row[PUCKER], 0.7 * consonant.rounding)
        row[FUNNEL] = max(row[FUNNEL], 0.5 * consonant.rounding)
        row[WIDE] = 0.0
        row[8] = max(row[8], consonant.rounding)
    elif consonant.place not in ("silence", "labiovelar", "labiopalatal"):  # palatalised or velarised
        row[WIDE] = max(0.0, row[WIDE] + 0.35 * (consonant.frontness - 0.5))
    return row
