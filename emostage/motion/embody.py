"""Lip code, expression code, feeling and directions as one motion. T frames, 52 ARKit actions."""

from __future__ import annotations

import numpy as np

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.keyframes import smoothstep
from emostage.core.time import frame_times
from emostage.core.tracks import F64, MotionTrack, Performance
from emostage.motion import eyes, head
from emostage.motion.blend import blend, speech_expression
from emostage.motion.codes import Lips, Manner
from emostage.motion.colouring import coloured, firmness
from emostage.motion.idle import COLUMNS, lopsided
from emostage.motion.targets import TONGUE

JOIN_S = 0.9
"""How long the head takes from the pose of the line before to its own, and to that of the next."""

_BLINKS = [ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]
_WIDES = [ARKIT_INDEX["eyeWideLeft"], ARKIT_INDEX["eyeWideRight"]]


def embody(performance: Performance, lips: Lips, manner: Manner) -> MotionTrack:
    """The motion of a clip: the lips speak as the feeling colours them, the face feels what `performance.emotion` says, the manner
    gives it life, and the script's directions win over gaze and head."""
    weights_T8 = performance.emotion.weights_T8.astype(np.float64)
    spoken_T52 = speech_expression(coloured(lips.channels_TC, weights_T8), lips.touch, firmness(weights_T8))
    face_T52 = blend(spoken_T52, lips.touch, lips.busy_T, performance.emotion)
    face_T52[:, list(COLUMNS)] += manner.accents_TA
    return on_head(performance, lopsided(np.clip(face_T52, 0.0, 1.0), manner.lean_T), lips, manner)


def on_head(performance: Performance, face_T52: F64, lips: Lips, manner: Manner) -> MotionTrack:
    """The motion of a clip whose face is there: with head, gaze, lids, tongue and breath, the script's directions winning over gaze
    and head."""
    emotion, directions = performance.emotion, performance.directions
    times_T = frame_times(performance.count, performance.fps)
    gaze = eyes.aim(manner.gaze_T2, times_T, directions.gaze_T2)
    posture_T3 = emotion.posture_T3.astype(np.float64)
    rotation_T3 = head.direct(
        manner.turn_T3, times_T, posture_T3=posture_T3, follow_T2=gaze.follow_T2, directions=directions
    ) + _joined(performance, times_T)
    face_T52 = _with_eyes(face_T52, manner.lids_T, eyes.eye_weights(gaze.target_T2, rotation_T3))
    return MotionTrack(
        expression_T52=face_T52.astype(np.float32),
        rotation_T3=rotation_T3.astype(np.float32),
        shift_T2=manner.shift_T2.astype(np.float32),
        scale_T=manner.scale_T.astype(np.float32),
        tongue_T=np.clip(lips.channels_TC[:, TONGUE], 0.0, 1.0).astype(np.float32),
        breath_T=np.clip(manner.breath_T, 0.0, 1.0).astype(np.float32),
        fps=performance.fps,
    )


def _joined(performance: Performance, times_T: F64) -> F64:
    """Head poses (T, 3) at the two ends of the clip, left and reached slowly."""
    out_T3 = np.zeros((len(times_T), 3))
    if len(times_T) < 3:
        return out_T3
    move_s = min(JOIN_S, float(times_T[-1] - times_T[0]) / 2)
    for pose, away_T in ((performance.enter_rad, times_T - times_T[0]), (performance.leave_rad, times_T[-1] - times_T)):
        out_T3 += (1.0 - smoothstep(away_T / move_s))[:, None] * np.array(pose)
    return out_T3


def _with_eyes(face_T52: F64, lid_T: F64, eye_T52: F64) -> F64:
    """Lids and gaze in place: a blink closes wide eyes too."""
    out_T52 = np.maximum(face_T52, eye_T52)
    out_T52[:, _BLINKS] = np.maximum(out_T52[:, _BLINKS], lid_T[:, None])
    out_T52[:, _WIDES] *= 1.0 - lid_T[:, None]
    return np.clip(out_T52, 0.0, 1.0)
