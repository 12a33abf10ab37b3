"""What feelings do to speech: lines that are felt beside the same lines, in the same sound, of the film's twin. T frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.emotion import EMOTIONS
from emostage.core.lagged import amplitude, likeness
from emostage.evaluate.schedule import closures
from emostage.evaluate.shown import Shown
from emostage.evaluate.twins import Pair

_FELT = 0.5
"""Mean asked weight from which a line is said with a feeling."""


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A line said with `emotion` beside itself without it.

    `r`, `lag` and `amplitude` of the opening of the lips from the first phone to the last (1, 0 and 1 when the feeling changes
    nothing); the shares of p, b and m that are `shut` with the feeling and without.
    """

    emotion: str
    text: str
    r: float
    lag: int
    amplitude: float
    shut: float
    unfelt_shut: float


def spoken(pairs: Sequence[Pair]) -> Iterator[Spoken]:
    """Every line that is said with one feeling above all."""
    for pair in pairs:
        emotion = said_with(pair.felt)
        if emotion is not None:
            yield _compared(pair, emotion)


def said_with(clip: Shown) -> str | None:
    """The feeling of a line while it is heard: the one asked for most, None when none prevails."""
    heard_T = clip.speaking()
    if not heard_T.any():
        return None
    weights_7 = clip.asked_T8[heard_T].mean(0)[1:]
    return EMOTIONS[1 + int(weights_7.argmax())] if weights_7.max() >= _FELT else None


def _compared(pair: Pair, emotion: str) -> Spoken:
    felt, unfelt, fps = pair.felt, pair.unfelt, float(pair.felt.job.fps)
    said_T = _said(felt)
    felt_T, unfelt_T = (np.where(said_T, clip.gap_T, np.nan) for clip in (felt, unfelt))
    found = likeness(felt_T, unfelt_T)
    return Spoken(
        emotion=emotion,
        text=felt.job.text or "",
        r=found.r,
        lag=found.lag,
        amplitude=amplitude(felt_T, unfelt_T),
        shut=closures(felt.phones, felt.gap_T, fps).rate,
        unfelt_shut=closures(felt.phones, unfelt.gap_T, fps).rate,
    )


def _said(clip: Shown) -> NDArray[np.bool_]:
    """Frames (T,) from the first phone to the last; of a recording those in which it is heard."""
    phones = [phone for phone in clip.phones if phone.text]
    if not phones:
        return clip.speaking()
    times_T = clip.times()
    said_T: NDArray[np.bool_] = (times_T >= phones[0].start_s) & (times_T < phones[-1].end_s)
    return said_T
