"""Does the film do what the script asks: intensity that grows as asked, lips that close when they must."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.stats import rankdata

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64, Span
from emostage.evaluate.measures import CLOSED_GAP, MEASURED, eye_opening

BILABIALS = frozenset("pbm")


@dataclass(frozen=True, kw_only=True)
class Monotony:
    """Spearman's rank correlation of asked and measured intensity of one emotion over `frames` frames, and the measured range."""

    emotion: str
    spearman: float
    low: float
    high: float
    frames: int


def monotony(emotion: str, asked_T: F64, level_TL2: F64) -> Monotony:
    """How well the emotion's measured action follows what was asked, smoothed by a median over five frames.

    Frames that are NaN (no face, a blink) are left out.
    """
    raw_T = MEASURED[emotion](level_TL2)
    known_T = np.isfinite(raw_T)
    asked_T, measured_T = asked_T[known_T], median_filter(raw_T[known_T], 5, mode="nearest")
    ranks = np.corrcoef(rankdata(np.round(asked_T, 3)), rankdata(measured_T))[0, 1] if len(asked_T) > 2 else np.nan
    return Monotony(
        emotion=emotion,
        spearman=float(ranks),
        low=float(measured_T[asked_T <= asked_T.min() + 0.05].mean()),
        high=float(measured_T[asked_T >= asked_T.max() - 0.05].mean()),
        frames=len(asked_T),
    )


def blinking(level_TL2: F64) -> NDArray[np.bool_]:
    """Frames (T,) in or beside a blink, whose closing lids draw the tracked brows with them.

    There the eyes are open less than 0.7 of their median over 25 frames.
    """
    opening_T = np.nan_to_num(eye_opening(level_TL2))
    shut_T = opening_T < 0.7 * median_filter(opening_T, 25, mode="nearest")
    beside_T: NDArray[np.bool_] = np.convolve(shut_T, np.ones(5), "same") > 0
    return beside_T


def rising_stretches(weights_T8: F64, *, least: float = 0.5) -> dict[str, slice]:
    """For each emotion the run of frames over which its asked weight rises most without falling, if by `least` at least.

    Frames before the rise begins and after it ends are left out.
    """
    found: dict[str, slice] = {}
    for k, name in enumerate(EMOTIONS[1:], 1):
        step_T = np.diff(weights_T8[:, k])
        falls = [-1, *np.flatnonzero(step_T < -1e-6).tolist(), len(step_T)]
        best = least
        for before, after in pairwise(falls):
            rise = float(weights_T8[after, k] - weights_T8[before + 1, k])
            if rise >= best:
                rising = before + 1 + np.flatnonzero(step_T[before + 1 : after] > 1e-6)
                found[name], best = slice(int(rising[0]), int(rising[-1]) + 2), rise
    return found


@dataclass(frozen=True, kw_only=True)
class Closures:
    """How many of the p, b and m of a film are seen shut, beside the share of all other phones that are."""

    asked: int
    shut: int
    others: int
    others_shut: int

    @property
    def rate(self) -> float:
        """Share of the p, b and m that close."""
        return self.shut / self.asked if self.asked else float("nan")

    @property
    def chance(self) -> float:
        """Share of the other phones during which the lips meet: what closing at random would give."""
        return self.others_shut / self.others if self.others else float("nan")


def closures(phones: Iterable[Span], gap_T: F64, fps: float) -> Closures:
    """Count phones (film times) in which the inner lip gap is below `CLOSED_GAP`: p, b and m in any frame that touches them or lies
    next to them, the others in the frame of their middle."""
    counts = {True: [0, 0], False: [0, 0]}
    for phone in phones:
        text = phone.text.strip("ˈˌː")
        if not text:
            continue
        bilabial = text[0] in BILABIALS
        first, last = int(np.floor(phone.start_s * fps - 0.5)), int(np.ceil(phone.end_s * fps + 0.5))
        if not bilabial:
            first = int((phone.start_s + phone.end_s) / 2 * fps)
            last = first + 1
        seen_T = gap_T[max(0, first) : last]
        if not np.isfinite(seen_T).any():
            continue
        counts[bilabial][0] += 1
        counts[bilabial][1] += bool(np.nanmin(seen_T) < CLOSED_GAP)
    return Closures(asked=counts[True][0], shut=counts[True][1], others=counts[False][0], others_shut=counts[False][1])
