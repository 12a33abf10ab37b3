"""Phones to mouth channels with co-articulation. N samples at 100 Hz, C = 7 channels (`targets.CHANNELS`).

Each channel is the average of the targets around a moment, weighted by dominance (Cohen & Massaro, "Modeling coarticulation in
synthetic visual speech", 1993) and a raised-cosine window that looks ahead and back a finite time: short for the jaw, long for
the lips. Compared with tracked mouths of real speech this beat plain smoothing and unlimited exponential dominance. That the lips
look further ahead than back is a choice of ours, for lips that are rounded before a rounded vowel sounds; so are all times below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64, Span
from emostage.motion.phones import SILENCE, Segment, segments
from emostage.motion.targets import CHANNELS, FUNNEL, JAW, LOWER, PUCKER, TONGUE, UPPER, WIDE, target

RATE_HZ = 100
"""Rate of the internal clock."""

WINDOW_S = {"jaw": (0.10, 0.10), "lips": (0.20, 0.15), "tongue": (0.06, 0.06)}
"""Seconds that each articulator looks (ahead, back)."""

PAUSE_S = 0.2
"""Silences shorter than this are spoken through."""

GAP_S = 0.07
"""Silences shorter than this between two sounds belong to the first of them: the closure of a stop, a glide without a name."""

PART_S = 0.12
"""The lips part this long before the sound."""

ROUND_S = 0.26
"""Rounding enters this long before the sound."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A segment with its time in seconds from the start of the clip."""

    segment: Segment
    start_s: float
    end_s: float

    @property
    def middle_s(self) -> float:
        """Its midpoint."""
        return 0.5 * (self.start_s + self.end_s)

    @property
    def length_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


def stretches(phones: Sequence[Span], speech_at_s: float, duration_s: float) -> tuple[Stretch, ...]:
    """The segments of a take, gap-free from 0 to `duration_s`: joined symbols are split, pauses filled in and merged.

    Gaps under 30 ms belong to the sound before them.
    """
    out: list[Stretch] = []
    for phone in phones:
        parts = segments(phone.text)
        start_s = min(max(speech_at_s + phone.start_s, out[-1].end_s if out else 0.0), duration_s)
        end_s = min(speech_at_s + phone.end_s, duration_s)
        if not parts or end_s <= start_s:
            continue
        _fill(out, start_s)
        length_s, at_s = end_s - start_s, start_s
        for part in parts:
            _append(out, Stretch(segment=part, start_s=at_s, end_s=min(at_s + part.share * length_s, end_s)))
            at_s = out[-1].end_s
    _fill(out, duration_s)
    return _without_gaps(out)


def _without_gaps(spoken: Sequence[Stretch]) -> tuple[Stretch, ...]:
    out = list(spoken[:1])
    for s in spoken[1:]:
        if s.segment.place == "silence" and s.length_s < GAP_S and s is not spoken[-1]:
            before = out.pop()
            out.append(Stretch(segment=before.segment, start_s=before.start_s, end_s=s.end_s))
        else:
            out.append(s)
    return tuple(out)


def _fill(out: list[Stretch], until_s: float) -> None:
    before_s = out[-1].end_s if out else 0.0
    if until_s - before_s <= 0.0:
        return
    if out and until_s - before_s < 0.03 and out[-1].segment.place != "silence":
        out[-1] = Stretch(segment=out[-1].segment, start_s=out[-1].start_s, end_s=until_s)
    else:
        _append(out, Stretch(segment=SILENCE, start_s=before_s, end_s=until_s))


def _append(out: list[Stretch], new: Stretch) -> None:
    if out and out[-1].segment.place == new.segment.place == "silence":
        new = Stretch(segment=SILENCE, start_s=out.pop().start_s, end_s=new.end_s)
    out.append(new)


def pauses(spoken: Sequence[Stretch], least_s: float = PAUSE_S) -> tuple[tuple[float, float], ...]:
    """Silences of at least `least_s` seconds as (start, end), those at the ends of the clip included."""
    return tuple((s.start_s, s.end_s) for s in spoken if s.segment.place == "silence" and s.length_s >= least_s)


@dataclass(frozen=True, kw_only=True)
class Mouth:
    """Speech of a clip at `RATE_HZ`: `channels_NC` and how busy the lips are, `busy_N` in [0, 1]. Sample n is at n / RATE_HZ."""

    channels_NC: F64
    busy_N: F64


def articulate(spoken: Sequence[Stretch], duration_s: float, effort: Callable[[F64], F64]) -> Mouth:
    """Mouth channels of gap-free `spoken` segments. `effort` gives the opening factor of the vowels (1 normal) at given seconds."""
    count = int(np.ceil(duration_s * RATE_HZ)) + 1
    if not spoken:
        return Mouth(channels_NC=np.zeros((count, len(CHANNELS))), busy_N=np.zeros(count))
    goals_P9 = _goals(spoken, effort)
    starts_P = np.array([s.start_s for s in spoken])
    which_N = np.clip(np.searchsorted(starts_P, np.arange(count) / RATE_HZ + 1e-9, side="right") - 1, 0, len(spoken) - 1)
    goals_N9 = goals_P9[which_N]
    channels_NC = np.empty((count, len(CHANNELS)))
    jaw_N, lips_N = np.minimum(goals_N9[:, 7], 1.0) ** 0.3, goals_N9[:, 8]
    for channel in range(len(CHANNELS)):
        part, firm_N = ("jaw", jaw_N) if channel in (JAW, LOWER, UPPER) else ("lips", lips_N)
        if channel == TONGUE:
            part, firm_N = "tongue", goals_N9[:, 7]
        channels_NC[:, channel] = _window_average(goals_N9[:, channel], firm_N, *WINDOW_S[part])
    lips = [PUCKER, FUNNEL, WIDE]
    channels_NC[:, lips] = np.clip(1.2 * channels_NC[:, lips], 0.0, 1.0)  # averaging dilutes short phones
    channels_NC[:, JAW] *= 1.0 - 0.75 * np.clip(channels_NC[:, PUCKER] - 0.3, 0.0, 0.5)  # puckered lips keep the jaw up
    return rest_in_pauses(channels_NC, spoken, duration_s)


def _goals(spoken: Sequence[Stretch], effort: Callable[[F64], F64]) -> F64:
    """Targets (P, 9) of the segments as spoken: short vowels undershoot (Lindblom 1963), stressed and loud ones open more."""
    goals_P9 = np.array([target(s.segment) for s in spoken])
    vowel_P = np.array([s.segment.vowel for s in spoken])
    stress_P = np.where([s.segment.stressed for s in spoken], 1.15, 0.95)
    length_P = np.array([s.length_s for s in spoken])
    reach_P = np.clip(length_P / 0.10, 0.35, 1.0) ** 0.7
    effort_P = effort(np.array([s.middle_s for s in spoken]))
    open_P = (0.08 + (goals_P9[:, JAW] - 0.08) * reach_P) * stress_P * effort_P
    goals_P9[:, JAW] = np.where(vowel_P, open_P, goals_P9[:, JAW])
    goals_P9[:, PUCKER : WIDE + 1] *= np.where(vowel_P, 0.6 + 0.4 * reach_P, 1.0)[:, None]
    return goals_P9


def _window_average(values_N: F64, firm_N: F64, ahead_s: float, back_s: float) -> F64:
    ahead, back = int(ahead_s * RATE_HZ), int(back_s * RATE_HZ)
    offset = np.arange(-back, ahead + 1) / RATE_HZ
    kernel = np.cos(np.pi / 2 * offset / np.where(offset > 0, ahead_s, back_s)) ** 2 + 1e-4
    weighted = np.correlate(np.pad(values_N * firm_N, (back, ahead), "edge"), kernel, "valid")
    return np.asarray(weighted / np.correlate(np.pad(firm_N, (back, ahead), "edge"), kernel, "valid"))


def rest_in_pauses(channels_NC: F64, spoken: Sequence[Stretch], duration_s: float) -> Mouth:
    """Lips at rest in pauses; they part shortly before the sound, and rounding enters before that."""
    count = len(channels_NC)
    quiet_N, unrounded_N = np.zeros(count), np.zeros(count)
    for start_s, end_s in pauses(spoken):
        first = 0 if start_s <= 0.0 else round((start_s + 0.04) * RATE_HZ)
        last_s = end_s if end_s >= duration_s else end_s - PART_S
        round_s = end_s if end_s >= duration_s else end_s - ROUND_S
        quiet_N[first : max(first, round(last_s * RATE_HZ) + 1)] = 1.0
        unrounded_N[first : max(first, round(round_s * RATE_HZ) + 1)] = 1.0
    quiet_N, unrounded_N = soften(quiet_N, 0.16), soften(unrounded_N, 0.16)
    channels_NC = channels_NC.copy()
    rounding = [PUCKER, FUNNEL]
    others = [JAW, WIDE, LOWER, UPPER, TONGUE]
    channels_NC[:, others] *= (1.0 - quiet_N)[:, None]
    channels_NC[:, rounding] *= (1.0 - unrounded_N)[:, None]
    return Mouth(channels_NC=channels_NC, busy_N=1.0 - quiet_N)


def soften(curve_N: F64, length_s: float) -> F64:
    """A curve at `RATE_HZ` smoothed by a Hann window of about `length_s` seconds; ends are held."""
    kernel = np.hanning(int(length_s * RATE_HZ) // 2 * 2 + 3)
    half = len(kernel) // 2
    return np.convolve(np.pad(curve_N, half, "edge"), kernel / kernel.sum(), "valid")
