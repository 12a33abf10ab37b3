"""What there is to see of how somebody moves, in numbers that people and engines are compared by.

Films and performances are read the same way (`motion.observed`), without the beginning and the end of a clip, where performances
are at rest and films are not. T frames, P pairs of `idle.SIDED`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emostage.core.arkit import indices
from emostage.core.emotion import NEUTRAL_8
from emostage.core.smoothing import smoothed
from emostage.core.tracks import F64, MotionTrack
from emostage.emotion.curve import emotion_track
from emostage.emotion.temporal import felt_faces
from emostage.motion.figures import blinks
from emostage.motion.idle import SIDED
from emostage.motion.observed import SEEN_M, observed
from emostage.training.motion import GROUP_M

GROUPS = ("accents", "gaze", "head", "body")
"""What moves, in the order of Di-CTE's reference."""

_ENDS_S = (0.4, 0.65)
_SMOOTH_S = 0.16
"""Faster than this is the tremor of a tracker."""
_SHUT = 0.5
_SIDE = 0.05
"""Pairs that stay weaker than this on the whole hardly tell which side is the stronger."""


@dataclass(frozen=True, kw_only=True)
class Traits:
    """`spread_G`, the standard deviation of each of `GROUPS` about each clip's mean; the mean speed of the head in degrees a
    second; how many blinks there are in how many seconds, and how long one lasts (NaN without any); and by which share the left
    side of each pair is the stronger."""

    spread_G: F64
    head_deg_s: float
    blinks: int
    seconds: float
    blink_s: float
    sides_P: F64

    @property
    def blinks_per_min(self) -> float:
        """Blinks a minute."""
        return 60.0 * self.blinks / self.seconds


def traits(clips: Sequence[tuple[MotionTrack, F64]]) -> Traits:
    """The traits of some clips, each with how busy the lips are (T,). Raises ValueError when there are none."""
    if not clips:
        raise ValueError("no clips")
    codes = [_code(motion, busy_T) for motion, busy_T in clips]
    variance_M = np.average([code_TM.var(0) for code_TM in codes], axis=0, weights=[len(code_TM) for code_TM in codes])
    count, long_s = _lids(motion for motion, _ in clips)
    return Traits(
        spread_G=np.sqrt([variance_M[SEEN_M & (group == GROUP_M)].sum() for group in range(len(GROUPS))]),
        head_deg_s=float(np.mean([_speed(motion) for motion, _ in clips])),
        blinks=count,
        seconds=float(sum(len(motion) / motion.fps for motion, _ in clips)),
        blink_s=long_s,
        sides_P=_sides(np.concatenate([motion.expression_T52.astype(np.float64) for motion, _ in clips])),
    )


def _inner(motion: MotionTrack) -> slice:
    """The frames that are not near an end; all of a clip that has none."""
    first, last = (round(s * motion.fps) for s in _ENDS_S)
    return slice(first, len(motion) - last) if len(motion) > 2 * (first + last) else slice(None)


def _code(motion: MotionTrack, busy_T: F64) -> F64:
    """The expression code (T, 27) without tremor and ends, what the face keeps for longer than syllables taken for a feeling."""
    usual = emotion_track((), mood_8=NEUTRAL_8, count=len(motion), fps=motion.fps)
    silent_T52, speaking_T52 = (face_T52.astype(np.float32) for face_T52 in felt_faces(motion))
    emotion = replace(usual, silent_T52=silent_T52, speaking_T52=speaking_T52)
    code_TM = observed(motion, emotion, busy_T).manner.values()
    return smoothed(code_TM, _SMOOTH_S * float(motion.fps))[_inner(motion)]


def _speed(motion: MotionTrack) -> float:
    """Mean speed of the head in degrees a second."""
    angles_T3 = smoothed(np.degrees(motion.rotation_T3.astype(np.float64)), _SMOOTH_S * float(motion.fps))[_inner(motion)]
    return float(np.linalg.norm(np.diff(angles_T3, axis=0), axis=1).mean() * motion.fps)


def _lids(motions: Iterable[MotionTrack]) -> tuple[int, float]:
    """How many blinks there are, and how long the lids are more than half shut in one."""
    count, shut_s = 0, 0.0
    for motion in motions:
        if found := blinks(motion):
            count += found
            lids_T = motion.expression_T52[:, list(indices("eyeBlink"))].mean(1)
            shut_s += float((lids_T > _SHUT).sum() / motion.fps)
    return count, shut_s / count if count else float("nan")


def _sides(face_T52: F64) -> F64:
    """By which share the left of each pair (P,) is stronger than the right one."""
    left_TP, right_TP = (face_T52[:, list(side)] for side in zip(*SIDED, strict=True))
    uneven_P = ((left_TP - right_TP) * (left_TP + right_TP)).mean(0)
    sides_P: F64 = uneven_P / (((left_TP + right_TP) ** 2).mean(0) + (2 * _SIDE) ** 2)
    return sides_P
