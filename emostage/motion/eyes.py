"""Where the eyes look: fixations joined by saccades of one frame, wishes of the script first, counter-rotation to head motion.

Inside this module gaze is (yaw, pitch) in rad relative to the camera, yaw to the person's left, pitch up; T frames. Speakers tend
to look away when they begin a long utterance (Kendon, "Some functions of gaze-direction in social interaction", 1967); drawing
fixations from distributions follows Lee, Badler & Badler ("Eyes alive", 2002). The distributions, their numbers and what feelings
do to them are choices of ours. The vestibulo-ocular reflex is given gain 1, so gaze stays where it is while the head moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import radians

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import EMOTION_INDEX
from emostage.core.tracks import F64
from emostage.motion.curves import soften_frames
from emostage.motion.prosody import Rhythm

FULL_YAW_RAD, FULL_PITCH_RAD = radians(30.0), radians(25.0)
"""Rotation of the eye at weight 1 of an eyeLook action."""

MOST = 1.25
"""More liveliness than this does not widen the gaze."""

HOME_S = (0.08, 0.22)
"""The eyes are at the camera this long at the start and at the end of a clip."""

_FOLLOW_FROM_RAD, _FOLLOW_SHARE, _FOLLOW_S = radians(4.0), 0.55, 0.55
_GLANCE_SHARE = 0.25


@dataclass(frozen=True, kw_only=True)
class Gaze:
    """`target_T2` (yaw, pitch up) relative to the camera, rad; `follow_T2` what of it the head does."""

    target_T2: F64
    follow_T2: F64


def watch(times_T: F64, rhythm: Rhythm, *, weights_T8: F64, liveliness: float, rng: np.random.Generator) -> Gaze:
    """Fixations of eyes that are free to look where they like.

    Sad eyes sink, fearful ones dart, angry ones hold; with `liveliness` 0 the eyes rest on the camera.
    """
    target_T2 = np.zeros((len(times_T), 2))
    if len(times_T) and liveliness > 0.0:
        starts, points = _fixations(times_T, rhythm, weights_T8, min(liveliness, MOST), rng)
        target_T2 = points[np.searchsorted(starts, times_T, side="right") - 1]
        target_T2[_home(times_T)] = 0.0
    glance_T2 = _GLANCE_SHARE * min(liveliness, 1.0) * target_T2
    return Gaze(target_T2=target_T2, follow_T2=soften_frames(glance_T2, times_T, _FOLLOW_S))


def aim(target_T2: F64, times_T: F64, asked_T2: NDArray[np.float32]) -> Gaze:
    """The gaze where `asked_T2` (yaw, pitch down as in `Directions`) is not NaN and the free target elsewhere; both ends of the
    clip look at the camera. The head follows half of what is asked beyond a few degrees."""
    if len(times_T) == 0:
        return Gaze(target_T2=target_T2, follow_T2=target_T2)
    wanted_T2 = asked_T2.astype(np.float64) * (1.0, -1.0)
    asked_T = ~np.isnan(wanted_T2).any(1)
    aimed_T2 = np.where(asked_T[:, None], np.nan_to_num(wanted_T2), target_T2)
    aimed_T2[_home(times_T)] = 0.0
    beyond_T2 = np.sign(aimed_T2) * np.maximum(np.abs(aimed_T2) - _FOLLOW_FROM_RAD, 0.0)
    follow_T2 = soften_frames(np.where(asked_T[:, None], _FOLLOW_SHARE * beyond_T2, 0.0), times_T, _FOLLOW_S)
    return Gaze(target_T2=aimed_T2, follow_T2=follow_T2)


def jumps(target_T2: F64, times_T: F64) -> tuple[tuple[float, float], ...]:
    """Times in seconds and sizes in rad of the saccades of a gaze."""
    steps_T = np.hypot(*np.diff(target_T2, axis=0, prepend=target_T2[:1]).T)
    return tuple((float(times_T[i]), float(steps_T[i])) for i in np.flatnonzero(steps_T > radians(0.8)))


def _home(times_T: F64) -> NDArray[np.bool_]:
    """Frames near the ends of the clip."""
    end_s = float(times_T[-1])
    home_T: NDArray[np.bool_] = times_T - times_T[0] < min(HOME_S[0], end_s / 4)
    return home_T | (end_s - times_T < min(HOME_S[1], end_s / 3))


def _fixations(times_T: F64, rhythm: Rhythm, weights_T8: F64, liveliness: float, rng: np.random.Generator) -> tuple[F64, F64]:
    """Start times and points of successive fixations."""
    end_s, at_s = float(times_T[-1]), -1e-9
    begins_P = np.array([end for _, end in rhythm.pauses]) if rhythm.spoken else np.zeros(0)
    starts, points = [], []
    while at_s < end_s:
        feeling_8 = weights_T8[min(int(np.searchsorted(times_T, at_s)), len(times_T) - 1)]
        sad, angry, afraid, contempt = (float(feeling_8[EMOTION_INDEX[n]]) for n in ("sad", "angry", "afraid", "contempt"))
        near_start = bool(len(begins_P)) and float(np.abs(begins_P - at_s).min()) < 0.3
        length_s = float(np.clip(rng.lognormal(-0.1, 0.6), 0.25, 2.8)) * (1.0 - 0.4 * afraid)
        away = rng.random() < np.clip(
            (0.42 if near_start else 0.15) + 0.25 * sad + 0.2 * afraid + 0.1 * contempt - 0.15 * angry, 0.02, 0.8
        )
        side, jitter = rng.choice((-1.0, 1.0)), rng.standard_normal(2)
        reach, lift = rng.uniform(4.0, 10.0), rng.uniform(-4.0, 4.5)
        if away:
            point = (side * reach, lift - 6.0 * sad)
            length_s = min(length_s, 0.9 + 0.6 * sad)
        else:
            point = (0.9 * jitter[0], 0.6 * jitter[1] - 3.0 * sad)
        starts.append(at_s)
        points.append(point)
        at_s += length_s
    return np.array(starts), np.radians(np.array(points)) * liveliness


def eye_weights(target_T2: F64, rotation_T3: F64) -> F64:
    """Gaze (yaw, pitch up) and head rotation (pitch down, yaw, roll; rad) to eyeLook weights (T, 52)."""
    yaw_T = (target_T2[:, 0] - rotation_T3[:, 1]) / FULL_YAW_RAD
    up_T = (target_T2[:, 1] + rotation_T3[:, 0]) / FULL_PITCH_RAD
    out_T52 = np.zeros((len(target_T2), 52))
    for name, value_T in (
        ("eyeLookOutLeft", yaw_T),
        ("eyeLookInRight", yaw_T),
        ("eyeLookInLeft", -yaw_T),
        ("eyeLookOutRight", -yaw_T),
        ("eyeLookUpLeft", up_T),
        ("eyeLookUpRight", up_T),
        ("eyeLookDownLeft", -up_T),
        ("eyeLookDownRight", -up_T),
    ):
        out_T52[:, ARKIT_INDEX[name]] = np.clip(value_T, 0.0, 1.0)
    return out_T52
