"""A performance in the manner of one person: mouthed, moved and blinked as they do it. T frames, C mouth channels."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np

from emostage.core.time import frame_times
from emostage.core.tracks import F64, MotionTrack, Performance, Portrait
from emostage.motion.codes import Lips, Manner
from emostage.motion.curves import at_rest
from emostage.motion.embody import embody
from emostage.motion.events import APART_S, blink_times, blinked
from emostage.motion.head import REST_S
from emostage.motion.idle import SIDED
from emostage.motion.personal import MOST_TILT, PersonalManner


def embodied(
    performance: Performance, lips: Lips, manner: Manner, personal: PersonalManner | None, *, sized: bool = False
) -> MotionTrack:
    """The motion of a clip as `personal` would perform it; `sized` where the manner was already asked to be as large as theirs."""
    if personal is None:
        return embody(performance, lips, manner)
    times_T = frame_times(performance.count, performance.fps)
    own = lived(manner if sized else moved(manner, personal), personal, times_T, performance.portrait)
    return sided(embody(performance, mouthed(lips, personal), own), personal)


def mouthed(lips: Lips, personal: PersonalManner) -> Lips:
    """Lips that open, round and spread as far as the person's do. What touches still touches: the nearer the lips are to a closure,
    the less is changed."""
    free_T1 = (1.0 - np.maximum(lips.seal_T, lips.teeth_T))[:, None]
    gain_TC = personal.gain_C**free_T1
    bias_TC = personal.bias_C * free_T1 * lips.busy_T[:, None]
    return replace(lips, channels_TC=np.clip(gain_TC * lips.channels_TC + bias_TC, 0.0, 1.0))


def moved(manner: Manner, personal: PersonalManner) -> Manner:
    """A manner made larger or smaller group by group, for engines that cannot be asked for it."""
    accents, gaze, head, body = np.exp(personal.moves_G).tolist()
    return replace(
        manner,
        accents_TA=accents * manner.accents_TA,
        lean_T=np.clip(accents * manner.lean_T, -0.5, 0.5),
        gaze_T2=gaze * manner.gaze_T2,
        turn_T3=head * manner.turn_T3,
        shift_T2=body * manner.shift_T2,
        scale_T=1.0 + body * (manner.scale_T - 1.0),
    )


def lived(manner: Manner, personal: PersonalManner, times_T: F64, portrait: Portrait | None) -> Manner:
    """A manner with the person's habits: how often and how long they blink, and how they hold their head.

    The head is tilted from how the portrait holds it, as far as the person's is; at both ends of the clip it is at rest.
    """
    if len(times_T) < 3:
        return manner
    turn_T3 = manner.turn_T3.copy()
    turn_T3[:, 2] += at_rest(times_T, *REST_S) * _tilt(personal, portrait)
    return replace(manner, lids_T=_blinks(manner.lids_T, personal, times_T), turn_T3=turn_T3)


def _tilt(personal: PersonalManner, portrait: Portrait | None) -> float:
    """Roll to add, in rad; 0 where it is not known how the portrait's head is held."""
    if portrait is None or not personal.tilt_rad:
        return 0.0
    from emostage.face.fit import euler_rad

    own = float(euler_rad(portrait.fit.rotation_33)[2])
    return float(np.clip(personal.tilt_rad - own, -abs(personal.tilt_rad), abs(personal.tilt_rad)).clip(-MOST_TILT, MOST_TILT))


def _blinks(lids_T: F64, personal: PersonalManner, times_T: F64) -> F64:
    """The lids (T,) of somebody who blinks as often and as long as the person does."""
    if not (personal.blink_rate or personal.blink_length) or not lids_T.any():
        return lids_T
    rate = (len(times_T) - 1) / float(times_T[-1] - times_T[0])
    at_s = paced(blink_times(lids_T, rate), len(times_T) / rate, exp(personal.blink_rate))
    return blinked(at_s, times_T, length=exp(personal.blink_length))


def paced(at_s: F64, duration_s: float, ratio: float) -> F64:
    """Moments that are `ratio` times as many: those nearest to another are left out, or some are added amid the longest pauses."""
    wanted, moments = round(len(at_s) * ratio), sorted(at_s.tolist())
    while len(moments) > max(wanted, 0):
        gaps = np.diff([-np.inf, *moments, np.inf])
        moments.pop(int(np.minimum(gaps[:-1], gaps[1:]).argmin()))
    while len(moments) < wanted:
        marks = np.array([0.0, *moments, duration_s])
        longest = int(np.diff(marks).argmax())
        if marks[longest + 1] - marks[longest] < 2 * APART_S:
            break
        moments.insert(longest, float(marks[longest : longest + 2].mean()))
    return np.array(moments, np.float64)


def sided(motion: MotionTrack, personal: PersonalManner) -> MotionTrack:
    """The motion on a face one side of which is usually the stronger."""
    face_T52 = motion.expression_T52.astype(np.float64)
    left_P, right_P = (list(side) for side in zip(*SIDED, strict=True))
    face_T52[:, left_P] *= 1.0 + personal.sides_P
    face_T52[:, right_P] *= 1.0 - personal.sides_P
    return replace(motion, expression_T52=np.clip(face_T52, 0.0, 1.0).astype(np.float32))
