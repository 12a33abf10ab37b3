"""What somebody was seen to do, in the two codes that the engines perform in: the inverse of `motion.embody`. T frames.

Feeling and speech lie on one face, so the feeling must be known, and how busy the lips are, which the sound tells. What each then
adds is taken off until nothing changes; what no channel of the codes can do (a jaw to the side, a puffed cheek, a dimple) is lost.

No camera tells the tip of the tongue, the lower lip at the teeth, a shrugging lip or the breath: in a tracked film they are 0,
and the masks `SEEN_L` and `SEEN_M` say so, lest a net learn it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_INDEX, LOOK_RAD, indices
from emostage.core.smoothing import smoothed
from emostage.core.tracks import F64, EmotionTrack, MotionTrack
from emostage.motion.blend import OPEN_LIMIT, blend, felt_at, shares_of_feeling, speech_expression, unlimited
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS, Lips, Manner
from emostage.motion.colouring import coloured, firmness, uncoloured
from emostage.motion.contacts import Contacts
from emostage.motion.idle import COLUMNS, SIDED
from emostage.motion.targets import CHANNELS, FUNNEL, JAW, LOWER, PUCKER, TONGUE, UPPER, WIDE

SEEN_L: NDArray[np.bool_] = np.array([name not in ("tongue", "teeth") for name in LIP_CHANNELS])
"""True for the channels of the lip code that a camera sees."""

SEEN_M: NDArray[np.bool_] = np.array([name not in ("mouthShrugLower", "breath") for name in MANNER_CHANNELS])
"""True for the channels of the expression code that a camera sees."""

_ROUNDS = 8
"""Times that feeling and speech are taken off each other."""
_LEAN_S, _LEAST_LEAN = 0.5, 0.02
"""Time over which the stronger side is looked for, and the mean square of the weights under which it is hardly told."""
_EVEN = tuple(pair for pair in SIDED if pair[0] not in COLUMNS)
"""Pairs whose sides only the lean makes differ."""
_LIDS = list(indices("eyeBlink"))
_FELT_LID = 1e-3
"""Lids this little lower than the feeling has them are where it has them."""


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The codes of what was seen."""

    lips: Lips
    manner: Manner


def observed(motion: MotionTrack, emotion: EmotionTrack, busy_T: F64) -> Observed:
    """The codes of a motion whose feeling and busy lips (T,) are known.

    `embody` makes the motion of them again, as far as they can tell it, where no script directs gaze and head.
    """
    lean_T = _lean(motion)
    even_T52 = _without(motion.expression_T52.astype(np.float64), lean_T)
    lips = _lips(even_T52, emotion, busy_T, motion.tongue_T.astype(np.float64))
    weights_T8 = emotion.weights_T8.astype(np.float64)
    spoken_T52 = speech_expression(coloured(lips.channels_TC, weights_T8), lips.touch, firmness(weights_T8))
    accents_TA = (even_T52 - blend(spoken_T52, lips.touch, busy_T, emotion))[:, list(COLUMNS)]
    rotation_T3 = motion.rotation_T3.astype(np.float64)
    manner = Manner(
        accents_TA=accents_TA,
        lean_T=lean_T,
        lids_T=_lids(motion, felt_at(busy_T, emotion)),
        gaze_T2=_gaze(motion.expression_T52.astype(np.float64), rotation_T3),
        turn_T3=rotation_T3 - emotion.posture_T3,
        shift_T2=motion.shift_T2.astype(np.float64),
        scale_T=motion.scale_T.astype(np.float64),
        breath_T=motion.breath_T.astype(np.float64),
    )
    return Observed(lips=lips, manner=manner)


def _lean(motion: MotionTrack) -> F64:
    """By how much the left side is the stronger (T,), from the pairs that nothing else makes uneven."""
    face_T52 = motion.expression_T52.astype(np.float64)
    left_TP, right_TP = (face_T52[:, [pair[side] for pair in _EVEN]] for side in (0, 1))
    both_T2 = np.stack([((left_TP - right_TP) * (left_TP + right_TP)).sum(1), ((left_TP + right_TP) ** 2).sum(1)], 1)
    uneven_T, all_T = smoothed(both_T2, _LEAN_S * float(motion.fps)).T
    lean_T: F64 = np.clip(uneven_T / (all_T + _LEAST_LEAN**2), -0.9, 0.9)
    return lean_T


def _without(face_T52: F64, lean_T: F64) -> F64:
    """The face without its lean; the sides of `_EVEN` become one."""
    out_T52 = face_T52.copy()
    for left, right in SIDED:
        out_T52[:, left] /= 1.0 + lean_T
        out_T52[:, right] /= 1.0 - lean_T
    for left, right in _EVEN:
        out_T52[:, left] = out_T52[:, right] = 0.5 * (out_T52[:, left] + out_T52[:, right])
    return out_T52


def _lips(even_T52: F64, emotion: EmotionTrack, busy_T: F64, tongue_T: F64) -> Lips:
    """The lip code of a face without lean: what is left of it when the feeling is taken off."""
    weights_T8 = emotion.weights_T8.astype(np.float64)
    firm_T, felt_T52 = firmness(weights_T8), felt_at(busy_T, emotion)
    shown_T52 = even_T52
    for _ in range(_ROUNDS):
        channels_TC, touch = _read(shown_T52, firm_T)
        spoken_T52 = speech_expression(channels_TC, touch, firm_T)
        shown_T52 = np.clip(even_T52 - shares_of_feeling(spoken_T52, touch, busy_T, emotion.fps) * felt_T52, 0.0, 1.0)
    channels_TC, touch = _read(shown_T52, firm_T)
    channels_TC = uncoloured(channels_TC, weights_T8)
    channels_TC[:, TONGUE] = tongue_T
    return Lips(channels_TC=channels_TC, seal_T=touch.seal_T, teeth_T=touch.teeth_T, busy_T=busy_T)


def _read(shown_T52: F64, firm_T: F64) -> tuple[F64, Contacts]:
    """Mouth channels (T, C) as they are coloured, and contacts, of a speaking face without feeling: `speech_expression` undone."""

    def seen(name: str) -> F64:
        level_T: F64 = shown_T52[:, list(indices(name))].mean(1)
        return level_T

    jaw_T = seen("jawOpen")
    seal_T = np.clip(np.minimum(seen("mouthPress") / 0.50, 1.0 - jaw_T / OPEN_LIMIT), 0.0, 1.0)
    teeth_T = np.clip((seen("mouthRollLower") - 0.25 * firm_T * seal_T) / 0.50, 0.0, 1.0)
    channels_TC = np.zeros((len(shown_T52), len(CHANNELS)))
    channels_TC[:, JAW] = unlimited(jaw_T)
    channels_TC[:, PUCKER], channels_TC[:, FUNNEL] = seen("mouthPucker"), seen("mouthFunnel")
    channels_TC[:, WIDE] = seen("mouthStretch") / 0.60
    channels_TC[:, LOWER], channels_TC[:, UPPER] = seen("mouthLowerDown"), seen("mouthUpperUp") - 0.30 * teeth_T
    return np.clip(channels_TC, 0.0, 1.0), Contacts(seal_T=seal_T, teeth_T=teeth_T)


def _lids(motion: MotionTrack, felt_T52: F64) -> F64:
    """Closure of the lids (T,): 0 where they are only as low as the feeling has them."""
    lids_T = motion.expression_T52[:, _LIDS].astype(np.float64).mean(1)
    felt_T = felt_T52[:, _LIDS].mean(1)
    return np.where(lids_T > felt_T + _FELT_LID, lids_T, 0.0)


def _gaze(face_T52: F64, rotation_T3: F64) -> F64:
    """Where the eyes look (T, 2) relative to the camera (yaw, pitch up; rad): `eyes.eye_weights` undone."""

    def looks(*names: str) -> F64:
        level_T: F64 = face_T52[:, [ARKIT_INDEX[name] for name in names]].mean(1)
        return level_T

    yaw_T = looks("eyeLookOutLeft", "eyeLookInRight") - looks("eyeLookInLeft", "eyeLookOutRight")
    up_T = looks("eyeLookUpLeft", "eyeLookUpRight") - looks("eyeLookDownLeft", "eyeLookDownRight")
    full_yaw, full_pitch = LOOK_RAD
    return np.stack([yaw_T * full_yaw + rotation_T3[:, 1], up_T * full_pitch - rotation_T3[:, 0]], 1)
