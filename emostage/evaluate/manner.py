"""How a motion lives beside lips and feelings, in a few numbers that engines can be compared by. T frames."""

from __future__ import annotations

import numpy as np

from emostage.core.arkit import ARKIT_INDEX, indices
from emostage.core.tracks import F64, MotionTrack
from emostage.evaluate.liveliness import speed

_SHUT = 0.6
_JUMP = 0.08
"""Eyes jump when their weights change by this much from one frame to the next."""


def manner(motion: MotionTrack) -> dict[str, float]:
    """Blinks and jumps of the eyes a minute; standard deviation of the head's angles and of what eyes and brows do; mean speed of
    the head in degrees and of the brows in percent of their range a second."""
    face_T52, fps = motion.expression_T52.astype(np.float64), float(motion.fps)
    angles_T3 = np.degrees(motion.rotation_T3.astype(np.float64))
    minutes = len(motion) / fps / 60
    shut_T = face_T52[:, ARKIT_INDEX["eyeBlinkLeft"]] > _SHUT
    looks = ("eyeLookOutLeft", "eyeLookInLeft"), ("eyeLookUpLeft", "eyeLookDownLeft")
    eyes_TE = np.stack([_balance(face_T52, *pair) for pair in looks], 1)
    jumps_T = np.abs(np.diff(eyes_TE, axis=0)).max(1) > _JUMP
    brow_T = face_T52[:, list(indices("browOuterUp"))].mean(1)
    found = {
        "blinks a minute": int((np.diff(shut_T.astype(np.int8)) > 0).sum()) / minutes,
        "jumps of the eyes a minute": int((np.diff(jumps_T.astype(np.int8), prepend=0) > 0).sum()) / minutes,
        "spread of the eyes, %": 100 * float(np.linalg.norm(eyes_TE.std(0))),
    }
    spread_3 = angles_T3.std(0)
    found |= {f"{name}, degrees": float(value) for name, value in zip(("pitch", "yaw", "roll"), spread_3, strict=True)}
    return found | {
        "head, degrees a second": speed(angles_T3) * fps,
        "spread of the brows, %": 100 * float(brow_T.std()),
        "brows, % a second": 100 * fps * float(np.abs(np.diff(brow_T)).mean()),
    }


def _balance(face_T52: F64, one: str, other: str) -> F64:
    """One action less its opposite (T,)."""
    balance_T: F64 = face_T52[:, ARKIT_INDEX[one]] - face_T52[:, ARKIT_INDEX[other]]
    return balance_T
