"""Head and body: beats on prominent syllables, lowering at phrase ends, drift, gestures and held poses. T frames.

Angles are (pitch down, yaw to the person's left, roll to the person's left). Rapid head movements mark stress (Hadar et al., "Head
movement correlates of juncture and stress at sentence level", 1983; Graf et al., "Visual prosody", 2002); shape and timing of the
beats were chosen by eye. The spread of the angles is at the quiet end of what tracked clips of expressive speakers show (standard
deviations of pitch 2.2-4, yaw 1.5-9, roll 1.5-3.3 degrees). Head and body are at rest in the first and the last frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians
from typing import Literal

import numpy as np

from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F64, Directions
from emostage.motion.curves import add_bump, at_rest, filled, held, noise
from emostage.motion.prosody import Rhythm

EASE_S = 0.35
"""How long the head takes to a held pose and back."""

REST_S = (0.40, 0.65)
"""The head leaves its rest this long at the start of a clip, and returns to it this long at the end."""

_LIFE_OF_A_HELD_POSE = 0.15
_BEAT_DEG, _FINAL_DEG, _TURN_DEG = 4.2, 3.0, 2.2
_DRIFT_DEG, _DRIFT_HZ = (2.0, 3.4, 2.4), (0.45, 0.35, 0.40)
_TREMOR_DEG, _TREMOR_HZ = (0.16, 0.14, 0.12), 1.7
"""Size and rate of the small fast changes on top of the drift."""
_QUIET = 0.6
"""Share of the drift that a listener shows."""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A head gesture that peaks near `at_s`; `size` 1 is a clear one."""

    kind: Literal["nod", "shake", "tilt"]
    at_s: float
    size: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Body:
    """`turn_T3` rad, beyond the posture; `shift_T2` (right, down) in face widths; `scale_T` around 1."""

    turn_T3: F64
    shift_T2: F64
    scale_T: F64


def move(
    times_T: F64,
    rhythm: Rhythm,
    *,
    arousal_T: F64,
    follow_T2: F64,
    strokes: Sequence[Stroke],
    liveliness: float,
    rng: np.random.Generator,
) -> Body:
    """What head and body do of themselves, on top of the feeling's posture. `follow_T2` is the (yaw, pitch) in rad that the head
    goes along with the gaze, `strokes` are spontaneous gestures."""
    rest_T = at_rest(times_T, *REST_S)
    beats_rng, phrase_rng, drift_rng, sway_rng, tremor_rng = rng.spawn(5)
    vigour_T = liveliness * np.clip(1.0 + 0.35 * arousal_T, 0.5, 1.5)
    calm = 1.0 if rhythm.spoken else _QUIET
    lively_T3 = np.stack([noise(times_T, hz, drift_rng) * deg * calm for deg, hz in zip(_DRIFT_DEG, _DRIFT_HZ, strict=True)], 1)
    lively_T3 += np.stack([noise(times_T, _TREMOR_HZ, tremor_rng) * deg * calm for deg in _TREMOR_DEG], 1)
    lively_T3 += _beats(times_T, rhythm, beats_rng) + _phrases(times_T, rhythm, phrase_rng)
    lively_T3 = np.radians(lively_T3) * vigour_T[:, None]
    lively_T3[:, 1] += follow_T2[:, 0]
    lively_T3[:, 0] -= follow_T2[:, 1]
    turn_T3 = rest_T[:, None] * (lively_T3 + _gestures(times_T, strokes))
    sway_T3 = np.stack([noise(times_T, 0.22, sway_rng) for _ in range(3)], 1) * (liveliness * calm * rest_T)[:, None]
    lean_T = 0.008 * arousal_T * rest_T * liveliness
    return Body(turn_T3=turn_T3, shift_T2=sway_T3[:, :2] * (0.008, 0.003), scale_T=1.0 + 0.004 * sway_T3[:, 2] + lean_T)


def direct(turn_T3: F64, times_T: F64, *, posture_T3: F64, follow_T2: F64, directions: Directions) -> F64:
    """Head rotation (T, 3) in rad: the posture, what the head does of itself, and what the script asks.

    A held pose takes the place of posture and turn, of which a small share stays so that it lives; gestures come on top.
    `follow_T2` (yaw, pitch up) is how far the head goes along with a gaze that is asked for. The ends stay at the posture.
    """
    rest_T1 = at_rest(times_T, *REST_S)[:, None]
    turned_T3 = turn_T3 + rest_T1 * np.stack([-follow_T2[:, 1], follow_T2[:, 0], np.zeros(len(times_T))], 1)
    asked_T3 = directions.head_T3.astype(np.float64)
    hold_T1 = held(~np.isnan(asked_T3).any(1), times_T, EASE_S)[:, None] * rest_T1
    free_T3 = posture_T3 + turned_T3
    kept_T3 = filled(asked_T3) + _LIFE_OF_A_HELD_POSE * turned_T3
    strokes = [Stroke(kind=g.kind, at_s=g.at_s) for g in directions.gestures]
    return np.asarray(free_T3 + hold_T1 * (kept_T3 - free_T3) + rest_T1 * _gestures(times_T, strokes))


def _beats(times_T: F64, rhythm: Rhythm, rng: np.random.Generator) -> F64:
    """A small lift, then down onto the vowel and slower back (T, 3) in degrees."""
    out_T3 = np.zeros((len(times_T), 3))
    for beat in rhythm.beats:
        size = _BEAT_DEG * beat.strength**1.5 * rng.uniform(0.5, 1.2)
        add_bump(out_T3[:, 0], times_T, beat.at_s + 0.02, size, (0.10, 0.22))
        add_bump(out_T3[:, 0], times_T, beat.at_s - 0.22, -0.35 * size, (0.11, 0.11))
        add_bump(out_T3[:, 1], times_T, beat.at_s, 0.35 * size * rng.standard_normal(), (0.35, 0.35))
        add_bump(out_T3[:, 2], times_T, beat.at_s, 0.50 * size * rng.standard_normal(), (0.30, 0.30))
    return out_T3


def _phrases(times_T: F64, rhythm: Rhythm, rng: np.random.Generator) -> F64:
    """The head sinks at the end of a phrase, comes up before the next and turns a little between them (T, 3) in degrees."""
    out_T3 = np.zeros((len(times_T), 3))
    if not rhythm.spoken:
        return out_T3
    for start_s, end_s in rhythm.pauses:
        if start_s > 0.0:
            add_bump(out_T3[:, 0], times_T, start_s, _FINAL_DEG, (0.30, max(0.25, 0.6 * (end_s - start_s))))
    turns_P = np.clip(rng.standard_normal(len(rhythm.pauses)), -2.0, 2.0) * _TURN_DEG
    begin_P = np.array([0.5 * (start_s + end_s) - 0.25 for start_s, end_s in rhythm.pauses])
    which_T = np.searchsorted(begin_P, times_T, side="right")
    angle_P = np.concatenate([[0.0], turns_P])
    since_T = times_T - np.concatenate([[0.0], begin_P])[which_T]
    from_T, to_T = angle_P[np.maximum(which_T - 1, 0)], angle_P[which_T]
    out_T3[:, 1] += from_T + (to_T - from_T) * smoothstep(since_T / 0.5)
    return out_T3


def _gestures(times_T: F64, strokes: Sequence[Stroke]) -> F64:
    """Nods, shakes and tilts (T, 3) in rad, moved inside the clip where they would be cut off."""
    out_T3 = np.zeros((len(times_T), 3))
    if len(times_T) == 0:
        return out_T3
    for stroke in strokes:
        lead_s, tail_s = {"nod": (0.35, 0.75), "shake": (0.55, 0.85), "tilt": (0.55, 1.15)}[stroke.kind]
        at_s = max(min(stroke.at_s, float(times_T[-1]) - tail_s), lead_s)
        size = radians(stroke.size)
        if stroke.kind == "nod":
            add_bump(out_T3[:, 0], times_T, at_s - 0.20, -2.0 * size, (0.10, 0.10))
            add_bump(out_T3[:, 0], times_T, at_s, 9.0 * size, (0.13, 0.15))
            add_bump(out_T3[:, 0], times_T, at_s + 0.38, 5.0 * size, (0.13, 0.18))
        elif stroke.kind == "shake":
            for offset_s, angle in ((-0.27, -6.0), (0.0, 9.0), (0.27, -7.5), (0.52, 4.0)):
                add_bump(out_T3[:, 1], times_T, at_s + offset_s, angle * size, (0.13, 0.13))
        else:
            add_bump(out_T3[:, 2], times_T, at_s, 8.0 * size, (0.28, 0.28))
            add_bump(out_T3[:, 2], times_T, at_s + 0.40, 5.0 * size, (0.30, 0.32))
    return out_T3
