"""Life in a face between the words: accents of the brows, micro-expressions, asymmetry, and what a listener does. T frames."""

from __future__ import annotations

from typing import Literal

import numpy as np

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, ARKIT_NAMES, indices
from emostage.core.emotion import EMOTIONS, NEUTRAL_8
from emostage.core.tracks import F64
from emostage.motion.curves import add_bump, at_rest, noise
from emostage.motion.head import Stroke
from emostage.motion.prosody import Rhythm

ACTIONS: tuple[str, ...] = (
    *("browInnerUp", "browOuterUpLeft", "browOuterUpRight", "browDownLeft", "browDownRight", "eyeSquintLeft", "eyeSquintRight"),
    *("cheekSquintLeft", "cheekSquintRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight"),
    *("mouthShrugLower", "noseSneerLeft", "noseSneerRight"),
)
"""The actions that live between the words."""

COLUMNS: tuple[int, ...] = tuple(ARKIT_INDEX[name] for name in ACTIONS)
"""Their places among the 52."""

REST_S = (0.25, 0.35)
"""A face begins to live this long at the start of a clip, and comes to rest this long at its end."""

_DRIFT = {  # action: (share added, direction changes a second)
    "browInnerUp": (0.055, 0.30),
    "browOuterUp": (0.050, 0.25),
    "browDown": (0.040, 0.22),
    "eyeSquint": (0.060, 0.35),
    "cheekSquint": (0.040, 0.20),
    "mouthSmile": (0.045, 0.18),
    "mouthFrown": (0.025, 0.20),
    "mouthShrugLower": (0.030, 0.25),
    "noseSneer": (0.015, 0.30),
}
_QUIVER, _QUIVER_HZ = 0.012, 2.2
"""Size and rate of the small fast changes on top of the drift."""

_STRESS: dict[str, dict[str, float]] = {
    "neutral": {"browInnerUp": 0.8, "browOuterUp": 1.0},
    "happy": {"browInnerUp": 0.5, "browOuterUp": 1.0, "cheekSquint": 0.5, "eyeSquint": 0.3},
    "sad": {"browInnerUp": 1.0, "browOuterUp": 0.2, "eyeSquint": 0.2},
    "angry": {"browDown": 1.0, "eyeSquint": 0.6, "noseSneer": 0.5},
    "afraid": {"browInnerUp": 1.1, "browOuterUp": 0.7},
    "disgusted": {"noseSneer": 0.9, "browDown": 0.7, "eyeSquint": 0.4},
    "surprised": {"browInnerUp": 1.0, "browOuterUp": 1.3},
    "contempt": {"browOuterUpRight": 1.0, "browDownLeft": 0.4, "noseSneerLeft": 0.3},
}
"""What marks a stressed word on the face of somebody who feels so, 1 being the height of the mark."""

_MARKED, _MARK = 0.65, 0.24
_SIDE = 0.22
"""Standard deviation of how much stronger one side of a mark is than the other."""

SIDED: tuple[tuple[int, int], ...] = tuple(
    (ARKIT_INDEX[f"{n[:-4]}Left"], ARKIT_INDEX[f"{n[:-4]}Right"])
    for n in ARKIT_NAMES
    if n.endswith("Left") and not n.startswith(("eyeBlink", "eyeLook", "jaw")) and n != "mouthLeft"
)
"""Actions (left, right) of which one side may be the stronger."""
_ASYMMETRY = 0.06
_NEUTRAL_8 = np.array(NEUTRAL_8)


_STRESS_E52 = np.zeros((len(EMOTIONS), ARKIT_COUNT))
for _emotion, _marks in _STRESS.items():
    for _name, _height in _marks.items():
        _STRESS_E52[EMOTIONS.index(_emotion), list(indices(_name))] = _height


def idle(
    times_T: F64, rhythm: Rhythm, busy_T: F64, liveliness: float, rng: np.random.Generator, *, weights_T8: F64 | None = None
) -> F64:
    """Small weights (T, 52) to add: drift of brows, lids and corners; marks on strong beats, by the feeling of the moment (neutral
    without `weights_T8`); a listener's brow flashes.

    The mouth's share gives way to speech; nothing is left in the first and the last frame.
    """
    out_T52 = np.zeros((len(times_T), 52))
    if liveliness <= 0.0 or len(times_T) < 3:
        return out_T52
    drift_rng, accent_rng, listen_rng, quiver_rng = rng.spawn(4)
    for name, (size, rate_hz) in _DRIFT.items():
        quiver_T = _QUIVER * noise(times_T, _QUIVER_HZ, quiver_rng)
        curve_T = np.maximum(size * (0.3 + noise(times_T, rate_hz, drift_rng)) + quiver_T, 0.0)
        if name.startswith("mouth"):
            curve_T *= 1.0 - 0.8 * busy_T
        out_T52[:, list(indices(name))] += curve_T[:, None]
    for beat in rhythm.beats:
        if beat.strength > _MARKED and accent_rng.random() < beat.strength - 0.15:
            felt_8 = (
                _NEUTRAL_8 if weights_T8 is None else weights_T8[min(int(np.searchsorted(times_T, beat.at_s)), len(times_T) - 1)]
            )
            height = _MARK * beat.strength * accent_rng.uniform(0.6, 1.3)
            _mark(out_T52, times_T, beat.at_s - 0.04, height * felt_8 @ _STRESS_E52, accent_rng)
    if not rhythm.spoken:
        for at_s in _moments(float(times_T[-1]), 2.0, 5.0, listen_rng):
            _mark(out_T52, times_T, at_s, 0.16 * listen_rng.uniform(0.5, 1.3) * _STRESS_E52[0], listen_rng)
    return np.asarray(np.maximum(out_T52, 0.0) * (liveliness * at_rest(times_T, *REST_S))[:, None])


def _mark(out_T52: F64, times_T: F64, at_s: float, heights_52: F64, rng: np.random.Generator) -> None:
    """Raises actions for a moment, one side of the face a little more than the other."""
    side = float(np.clip(_SIDE * rng.standard_normal(), -0.6, 0.6))
    uneven_52 = lopsided(heights_52[None], np.array([side]))[0]
    for action in np.flatnonzero(uneven_52):
        add_bump(out_T52[:, action], times_T, at_s, float(uneven_52[action]), (0.12, 0.28))


def listening(rhythm: Rhythm, liveliness: float, rng: np.random.Generator) -> tuple[Stroke, ...]:
    """Small nods and tilts of somebody who listens, 2-5 s apart; none while speaking."""
    if rhythm.spoken or liveliness <= 0.0:
        return ()
    strokes = []
    for at_s in _moments(rhythm.duration_s - 0.8, 1.8, 4.5, rng):
        kind: Literal["nod", "tilt"] = "nod" if rng.random() < 0.7 else "tilt"
        strokes.append(Stroke(kind=kind, at_s=at_s, size=float(rng.uniform(0.25, 0.5)) * liveliness))
    return tuple(strokes)


def _moments(end_s: float, least_s: float, most_s: float, rng: np.random.Generator) -> list[float]:
    out: list[float] = []
    at_s = float(rng.uniform(0.6, most_s - least_s + 0.6))
    while at_s < end_s:
        out.append(at_s)
        at_s += float(rng.uniform(least_s, most_s))
    return out


def lean(times_T: F64, liveliness: float, rng: np.random.Generator) -> F64:
    """How much stronger (T,) the left side of a face is than the right, drifting by some 6 % at liveliness 1; 0 at the ends."""
    if liveliness <= 0.0:
        return np.zeros(len(times_T))
    return np.asarray(_ASYMMETRY * liveliness * noise(times_T, 0.3, rng) * at_rest(times_T, *REST_S))


def lopsided(expression_T52: F64, lean_T: F64) -> F64:
    """The expression with its left side stronger by the share `lean_T` and its right side weaker; blinks and gaze stay paired."""
    out_T52 = expression_T52.copy()
    for left, right in SIDED:
        out_T52[:, left] *= 1.0 + lean_T
        out_T52[:, right] *= 1.0 - lean_T
    return np.clip(out_T52, 0.0, 1.0)
