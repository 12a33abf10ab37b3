"""What feelings do to speech: the same text by the same speaker, without feeling and full of it. T frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64, Span
from emostage.evaluate.lagged import amplitude, likeness
from emostage.evaluate.schedule import closures
from emostage.evaluate.shown import Shown

_FELT = 0.5
"""Mean asked weight from which a line is said with a feeling."""
_NEUTRAL = 0.95


@dataclass(frozen=True, kw_only=True)
class SameText:
    """A line said with `emotion` beside the speaker's first neutral reading of it.

    `r`, `lag` and `amplitude` of the opening of the lips, brought phone by phone to the times of the neutral reading; `shut` and
    `neutral_shut` are the shares of p, b and m that close in each. For `neutral` it is the second reading without feeling:
    what can be reached.
    """

    emotion: str
    text: str
    r: float
    lag: int
    amplitude: float
    shut: float
    neutral_shut: float


def same_texts(clips: Sequence[Shown]) -> Iterator[SameText]:
    """Every reading that has a neutral one before or after it."""
    said = [(clip, feeling) for clip in clips if clip.phones and (feeling := said_with(clip)) is not None]
    for key in dict.fromkeys((clip.job.speaker, clip.job.text) for clip, _ in said):
        readings = [(clip, feeling) for clip, feeling in said if (clip.job.speaker, clip.job.text) == key]
        first = next((clip for clip, feeling in readings if feeling == "neutral"), None)
        for clip, feeling in readings:
            if first is not None and clip is not first and (opening_T := aligned(clip, first)) is not None:
                yield _compared(clip, first, feeling, opening_T)


def said_with(clip: Shown) -> str | None:
    """The feeling of a line while it is spoken: the one asked for most, None when none prevails."""
    weights_8 = clip.asked_T8[clip.speaking()].mean(0) if clip.speaking().any() else np.zeros(len(EMOTIONS))
    k = int(weights_8.argmax())
    return EMOTIONS[k] if weights_8[k] >= (_FELT if k else _NEUTRAL) else None


def aligned(clip: Shown, onto: Shown) -> F64 | None:
    """The gap of the lips of `clip` at the times of `onto` at which the same is said, (T,) of `onto`.

    NaN outside the speech; None when other phones are spoken.
    """
    one, other = _sounds(clip.phones), _sounds(onto.phones)
    if not one or [p.text for p in one] != [p.text for p in other]:
        return None
    marks_s, onto_s = (np.array([*(p.start_s for p in phones), phones[-1].end_s]) for phones in (one, other))
    at_T = np.interp(onto.times(), onto_s, marks_s)
    known_T = np.isfinite(clip.gap_T)
    if not known_T.any():
        return None
    opening_T: F64 = np.interp(at_T, clip.times()[known_T], clip.gap_T[known_T])
    opening_T[(onto.times() < onto_s[0]) | (onto.times() > onto_s[-1])] = np.nan
    return opening_T


def _compared(clip: Shown, first: Shown, feeling: str, opening_T: F64) -> SameText:
    said_T = np.where(np.isfinite(opening_T), first.gap_T, np.nan)
    found, fps = likeness(opening_T, said_T), float(clip.job.fps)
    return SameText(
        emotion=feeling,
        text=clip.job.text or "",
        r=found.r,
        lag=found.lag,
        amplitude=amplitude(opening_T, said_T),
        shut=closures(clip.phones, clip.gap_T, fps).rate,
        neutral_shut=closures(first.phones, first.gap_T, fps).rate,
    )


def _sounds(phones: Sequence[Span]) -> list[Span]:
    return [phone for phone in phones if phone.text]
