"""Blinks: at phrase ends, with large gaze shifts and otherwise every 2-6 s. T frames.

Lids fall faster than they rise (Evinger, Manning & Sibony, "Eyelid movements", 1991); the times are choices of ours. People blink
8-21 times a minute in silence and 10.5-32.5 times in conversation (Doughty, "Consideration of three types of spontaneous eyeblink
activity in normal humans", 2001). The intervals lie in that range; how feelings change the rate, and how often a pause, a gaze
shift or a beat takes a blink along, are choices of ours. Each blink has a frame with the lids fully shut.
"""

from __future__ import annotations

from math import floor, radians

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F64
from emostage.motion.prosody import Rhythm

CLOSE_S, OPEN_S = 0.14, 0.26
QUIET_S = 0.15
"""No lid moves this close to either end of a clip."""

_APART_S = 1.0
_RATE_E = {"afraid": 0.5, "angry": 0.2, "sad": 0.15, "surprised": -0.35, "disgusted": 0.1}


def blinks(
    times_T: F64,
    rhythm: Rhythm,
    jumps: tuple[tuple[float, float], ...],
    *,
    weights_T8: F64,
    liveliness: float,
    rng: np.random.Generator,
) -> F64:
    """Lid closure (T,) in [0, 1]. `jumps` are (time, size in rad) of saccades; with `liveliness` 0 there are no blinks."""
    out_T = np.zeros(len(times_T))
    if len(times_T) < 3 or liveliness <= 0.0:
        return out_T
    rate_T = 1.0 + weights_T8 @ np.array([_RATE_E.get(name, 0.0) for name in EMOTIONS])
    for at_s in _schedule(rhythm, jumps, times_T, rate_T, rng):
        blink_at(out_T, times_T, at_s, quiet_s=QUIET_S)
    return out_T


def blink_at(lids_T: F64, times_T: F64, at_s: float, *, quiet_s: float, length: float = 1.0) -> None:
    """Adds to a lid curve, in place, a blink that is shut in the frame nearest to `at_s` and `length` times as long as usual; none
    within `quiet_s` of the ends."""
    if len(times_T) < 3:
        return
    close_s, open_s = CLOSE_S * length, OPEN_S * length
    step_s, start_s, end_s = float(times_T[1] - times_T[0]), float(times_T[0]), float(times_T[-1])
    frame = floor((at_s - start_s) / step_s + 0.5)
    shut_s = start_s + frame * step_s
    if shut_s - close_s < start_s + quiet_s or shut_s + open_s > end_s - quiet_s:
        return
    around = slice(frame - int(close_s / step_s) - 1, frame + int(open_s / step_s) + 2)
    apart_T = times_T[around] - shut_s
    lid_T = np.where(apart_T < 0.0, smoothstep(1.0 + apart_T / close_s), smoothstep(1.0 - apart_T / open_s))
    lids_T[around] = np.maximum(lids_T[around], lid_T)


def _schedule(
    rhythm: Rhythm, jumps: tuple[tuple[float, float], ...], times_T: F64, rate_T: F64, rng: np.random.Generator
) -> list[float]:
    """Times at which the lids are shut: cues taken with their probability, and one when it is due."""
    cues = [(start_s + 0.10, 0.5) for start_s, _ in rhythm.pauses if rhythm.spoken]
    cues += [(at_s, 0.4) for at_s, size_rad in jumps if size_rad > radians(6.0)]
    cues += [(beat.at_s, 0.04) for beat in rhythm.beats]
    out: list[float] = []
    due_s, last_s, end_s = rng.uniform(0.8, 2.6), -1.0, float(times_T[-1])
    for at_s, chance in [*sorted(cues), (end_s, 0.0)]:
        while due_s < at_s:
            out.append(due_s)
            last_s, due_s = due_s, due_s + _interval(due_s, times_T, rate_T, rng)
        taken = rng.random() < chance
        if taken and at_s - last_s > _APART_S:
            out.append(at_s)
            last_s, due_s = at_s, at_s + _interval(at_s, times_T, rate_T, rng)
    return out


def _interval(at_s: float, times_T: F64, rate_T: F64, rng: np.random.Generator) -> float:
    rate = float(rate_T[min(int(np.searchsorted(times_T, at_s)), len(times_T) - 1)])
    return float(np.clip(rng.lognormal(1.45, 0.40), 1.9, 7.5)) / max(rate, 0.3)
