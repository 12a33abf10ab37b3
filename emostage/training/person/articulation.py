"""How far somebody opens, spreads and rounds the mouth, beside what is heard in the same sound. T frames, C mouth channels.

A tracked mouth is told by several actions that do much the same, so mouths are compared by what they look like, the gap between the
lips and the width of the mouth on the mean head, and the channels that open, spread and round are changed together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emostage.core.lagged import amplitude, likeness
from emostage.core.tracks import F32, F64
from emostage.face.gauge import lip_gap_of, mouth_width_of
from emostage.motion.blend import speech_expression
from emostage.motion.codes import Lips
from emostage.motion.contacts import Contacts
from emostage.motion.habits import mouthed
from emostage.motion.personal import MOST_BIAS, MOST_GAIN, PersonalManner
from emostage.motion.targets import CHANNELS, FUNNEL, JAW, LOWER, PUCKER, UPPER, WIDE
from emostage.training.person.performing import Heard

OPENING, SPREADING, ROUNDING = (JAW, LOWER, UPPER), (WIDE,), (PUCKER, FUNNEL)
"""Channels that are changed together."""

_ENOUGH_S = 4.0
"""With so many seconds of speech half of what is measured is believed, the rest is what is usual."""
_ROUNDS, _STEP = 6, 0.7
_BUSY = 0.5
_LEAST = 1e-3
_STRAIGHT = 0.1
_OUTLYING = 0.03
"""Share of the frames at either end of a curve's values that is taken for less extreme."""


@dataclass(frozen=True, kw_only=True)
class MouthFigures:
    """A mouth beside the real one, opening and width: `r` at the best lag within four frames, `amplitude` the ratio of the standard
    deviations."""

    opening_r: float
    width_r: float
    opening_amplitude: float
    width_amplitude: float


def mouths_of(faces: Sequence[F32 | F64]) -> F64:
    """Gap and width (2, T) of expressions (T, 52), one clip after the other."""
    face_T52 = np.concatenate([face_T52.astype(np.float64) for face_T52 in faces])
    return np.stack([lip_gap_of(face_T52), mouth_width_of(face_T52)])


def mouth_figures(heard: Sequence[Heard], personal: PersonalManner) -> MouthFigures:
    """What is heard in some pieces, in a manner, beside the mouths that were seen. Each figure is the mean over the pieces, longer
    ones counting more."""
    found = [_figures(_spoken(each.lips, personal), each.piece.motion.expression_T52) for each in heard]
    seconds = np.array([each.piece.seconds for each in heard])
    means = [_mean(np.array(values), seconds) for values in zip(*found, strict=True)]
    return MouthFigures(**dict(zip(MouthFigures.__dataclass_fields__, means, strict=True)))


def _mean(values_N: F64, weights_N: F64) -> float:
    """Of what is known."""
    known_N = np.isfinite(values_N)
    return float(np.average(values_N[known_N], weights=weights_N[known_N])) if known_N.any() else float("nan")


def _figures(ours_T52: F64, theirs_T52: F32) -> tuple[float, ...]:
    pairs = list(zip(mouths_of([ours_T52]), mouths_of([theirs_T52]), strict=True))
    return (*(likeness(*pair).r for pair in pairs), *(amplitude(*pair) for pair in pairs))


def fit_articulation(heard: Sequence[Heard]) -> PersonalManner:
    """A manner that mouths as widely as the person of some pieces, as far as they tell. Correlations count for nothing here."""
    busy = [each.lips.busy_T > _BUSY for each in heard]
    speech_s = sum(float(busy_T.sum() / each.piece.motion.fps) for busy_T, each in zip(busy, heard, strict=True))
    personal = PersonalManner()
    if speech_s == 0.0:
        return personal
    inside_T = np.concatenate(busy)
    theirs_2T = mouths_of([each.piece.motion.expression_T52 for each in heard])[:, inside_T]
    for _ in range(_ROUNDS):
        ours_2T = mouths_of([_spoken(each.lips, personal) for each in heard])[:, inside_T]
        personal = _nearer(personal, ours_2T, theirs_2T)
    believed = speech_s / (speech_s + _ENOUGH_S)
    return personal.at(believed)


def _spoken(lips: Lips, personal: PersonalManner) -> F64:
    """Lips as a face (T, 52) that feels nothing."""
    own = mouthed(lips, personal)
    return speech_expression(own.channels_TC, own.touch)


def _nearer(personal: PersonalManner, ours_2T: F64, theirs_2T: F64) -> PersonalManner:
    """The manner, changed towards mouths that open and spread as far, and are as open and wide in the middle."""
    (our_gap, our_wide), (their_gap, their_wide) = map(_reach, ours_2T), map(_reach, theirs_2T)
    gain_C, bias_C = personal.gain_C.copy(), personal.bias_C.copy()
    gain_C[list(OPENING)] *= (their_gap.spread / our_gap.spread) ** _STEP
    gain_C[list(SPREADING)] *= (their_wide.above / our_wide.above) ** _STEP
    gain_C[list(ROUNDING)] *= (their_wide.below / our_wide.below) ** _STEP
    (gap_by_jaw, width_by_jaw), (_, width_by_wide) = _effect(JAW), _effect(WIDE)
    more_jaw = (their_gap.middle - our_gap.middle) / gap_by_jaw
    bias_C[JAW] += _STEP * more_jaw
    bias_C[WIDE] += _STEP * (their_wide.middle - our_wide.middle - width_by_jaw * more_jaw) / width_by_wide
    gain_C, bias_C = np.clip(gain_C, 1 / MOST_GAIN, MOST_GAIN), np.clip(bias_C, -MOST_BIAS, MOST_BIAS)
    return replace(personal, gain_C=gain_C, bias_C=bias_C)


@dataclass(frozen=True, kw_only=True)
class _Reach:
    """The middle of a curve's values, how far they spread, and how far they go above and below the middle."""

    middle: float
    spread: float
    above: float
    below: float


def _reach(curve_T: F64) -> _Reach:
    low, middle, high = np.quantile(curve_T, (0.1, 0.5, 0.9)).tolist()
    spread = float(np.clip(curve_T, *np.quantile(curve_T, (_OUTLYING, 1 - _OUTLYING))).std())
    return _Reach(middle=middle, spread=max(spread, _LEAST), above=max(high - middle, _LEAST), below=max(middle - low, _LEAST))


def _effect(channel: int) -> tuple[float, float]:
    """By how much a full channel changes gap and width, as far as it is shown straight."""
    channels_TC = np.zeros((2, len(CHANNELS)))
    channels_TC[1, channel] = _STRAIGHT
    still_T = np.zeros(2)
    gap_T, width_T = mouths_of([speech_expression(channels_TC, Contacts(seal_T=still_T, teeth_T=still_T))])
    return float(np.diff(gap_T)[0]) / _STRAIGHT, float(np.diff(width_T)[0]) / _STRAIGHT
