"""Breathing: a quick inhalation before each phrase, spent while speaking; a slow cycle in silence. T frames.

Speakers breathe in quickly and let the air out slowly over the phrase, where breathing at rest is even; speaking takes more air
than rest (Hoit & Lohmeier, "Influence of continuous speaking on ventilation", 2000). Times and depths are choices of ours.
"""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import F64
from emostage.motion.curves import at_rest
from emostage.motion.prosody import Rhythm

INHALE_S = 0.55
MOST = 1.3
"""More liveliness than this does not deepen the breath."""
_CYCLE_S, _DEPTH = 4.0, 0.55


def breathe(times_T: F64, rhythm: Rhythm, arousal_T: F64, liveliness: float, rng: np.random.Generator) -> F64:
    """Raised shoulders (T,) in [0, 1]; 0 in the first and the last frame. Arousal deepens and quickens the cycle."""
    if len(times_T) < 3 or liveliness <= 0.0:
        return np.zeros(len(times_T))
    end_s = float(times_T[-1])
    turns: list[tuple[float, float]] = [(0.0, 0.0)]
    quick = 1.0 + 0.4 * float(np.clip(arousal_T.mean(), -0.6, 1.0))
    spoken_until_s = 0.0
    for start_s, stop_s in rhythm.pauses:
        _exhale(turns, start_s if rhythm.spoken else 0.0)
        cycles = int((stop_s - start_s) * quick / _CYCLE_S - 0.3)
        for _ in range(max(cycles, 0)):
            length_s = _CYCLE_S / quick * rng.uniform(0.85, 1.15)
            turns += [(turns[-1][0] + 0.4 * length_s, _DEPTH * rng.uniform(0.8, 1.1)), (turns[-1][0] + length_s, 0.08)]
        if rhythm.spoken and stop_s < end_s - 0.1:
            begin_s = max(stop_s - INHALE_S, turns[-1][0])
            depth = 0.6 * rng.uniform(0.8, 1.1) * min(1.0, (stop_s - begin_s) / INHALE_S)
            turns += [(begin_s, turns[-1][1]), (stop_s, max(depth, turns[-1][1]))]
        spoken_until_s = stop_s
    _exhale(turns, max(spoken_until_s, end_s))
    knots_s, depth = np.array(turns).T
    which_T = np.clip(np.searchsorted(knots_s, times_T, side="right") - 1, 0, len(knots_s) - 2)
    span_s = np.maximum(knots_s[which_T + 1] - knots_s[which_T], 1e-6)
    share_T = 0.5 - 0.5 * np.cos(np.pi * np.clip((times_T - knots_s[which_T]) / span_s, 0.0, 1.0))
    air_T = depth[which_T] + share_T * (depth[which_T + 1] - depth[which_T])
    strength_T = min(liveliness, MOST) * (1.0 + 0.5 * np.clip(arousal_T, -0.6, 1.0))
    return np.asarray(np.clip(air_T * strength_T * at_rest(times_T, 0.25, 0.45), 0.0, 1.0))


def _exhale(turns: list[tuple[float, float]], until_s: float) -> None:
    """Lets the air out until a time, unless that lies behind."""
    if until_s > turns[-1][0]:
        turns.append((until_s, 0.08))
