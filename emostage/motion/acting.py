"""A recorded performance laid over one that is made: what somebody acted, with what no camera saw from the engine. T frames."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from emostage.core.arkit import ARKIT_NAMES, MOUTH_MASK_52
from emostage.core.keyframes import smoothstep
from emostage.core.time import frame_times
from emostage.core.tracks import F32, F64, Frozen, MotionTrack
from emostage.motion.recording import sampled

EASE_S = 0.3
"""Time in which a recording takes over from the engine, and hands back."""
_BLINKS_52 = np.array([name.startswith("eyeBlink") for name in ARKIT_NAMES])
_LOOKS_52 = np.array([name.startswith("eyeLook") for name in ARKIT_NAMES])


@dataclass(frozen=True, kw_only=True)
class Acting(Frozen):
    """A recording in a clip: its second `start_s` is seen at the clip's second `at_s`, and it runs `pace` times as fast as it was
    taken. `gain` strengthens or weakens all but blinks. Without `lips` jaw, lips and tongue stay the engine's; so do the eyes
    without `gaze` and the head without `head`."""

    motion: MotionTrack
    start_s: float = 0.0
    at_s: float = 0.0
    pace: float = 1.0
    gain: float = 1.0
    lips: bool = True
    gaze: bool = True
    head: bool = True

    @property
    def length_s(self) -> float:
        """How long it is seen."""
        return max(0.0, float(len(self.motion) / self.motion.fps) - self.start_s) / self.pace

    def seen(self, times_T: F64, fps: Fraction) -> MotionTrack:
        """The recording at given seconds of the clip, as strong as it is seen."""
        return strengthened(sampled(self.motion, self.start_s + (times_T - self.at_s) * self.pace, fps), self.gain)

    def alone(self) -> MotionTrack:
        """All of the recording that is seen, at its own frame rate."""
        count = max(1, round(self.length_s * self.motion.fps))
        return self.seen(self.at_s + frame_times(count, self.motion.fps), self.motion.fps)


def act(performed: MotionTrack, acting: Acting) -> MotionTrack:
    """The performed clip with the recording in it. The clip still begins and ends as it was performed, at rest."""
    times_T = frame_times(len(performed), performed.fps)
    taken = acting.seen(times_T, performed.fps)
    share_T = shares(times_T, acting.at_s, acting.length_s)
    mask_52 = ~(MOUTH_MASK_52 & (not acting.lips) | _LOOKS_52 & (not acting.gaze))
    head_T = share_T if acting.head else np.zeros_like(share_T)
    lips_T = share_T if acting.lips else np.zeros_like(share_T)
    return MotionTrack(
        expression_T52=_laid(performed.expression_T52, taken.expression_T52, share_T[:, None] * mask_52),
        rotation_T3=_laid(performed.rotation_T3, taken.rotation_T3, head_T[:, None]),
        shift_T2=_laid(performed.shift_T2, taken.shift_T2, head_T[:, None]),
        scale_T=_laid(performed.scale_T, taken.scale_T, head_T),
        tongue_T=np.maximum(performed.tongue_T, taken.tongue_T * lips_T.astype(np.float32)),
        breath_T=np.maximum(performed.breath_T, taken.breath_T * share_T.astype(np.float32)),
        fps=performed.fps,
    )


def shares(times_T: F64, at_s: float, length_s: float) -> F64:
    """Share (T,) of a recording that is seen from `at_s` on for `length_s`: 0 in the first and the last frame, and 1 as long as it
    is seen, where the clip leaves room to ease in before it and out after it."""
    begin_s, end_s = float(times_T[0]), float(times_T[-1])
    in_s = min(max(at_s, begin_s + EASE_S), end_s)
    out_s = max(min(at_s + length_s, end_s - EASE_S), begin_s)
    rise_T = smoothstep((times_T - max(begin_s, in_s - EASE_S)) / max(in_s - max(begin_s, in_s - EASE_S), 1e-9))
    fall_T = smoothstep(1.0 - (times_T - out_s) / EASE_S)
    ends_T = np.where((times_T <= begin_s) | (times_T >= end_s), 0.0, 1.0)
    share_T: F64 = np.minimum(rise_T, fall_T) * ends_T
    return share_T


def strengthened(motion: MotionTrack, gain: float) -> MotionTrack:
    """The motion made stronger or weaker, but for its blinks: half a blink is no blink."""
    gain_52 = np.where(_BLINKS_52, 1.0, gain)
    return MotionTrack(
        expression_T52=np.clip(motion.expression_T52 * gain_52, 0.0, 1.0).astype(np.float32),
        rotation_T3=(motion.rotation_T3 * gain).astype(np.float32),
        shift_T2=(motion.shift_T2 * gain).astype(np.float32),
        scale_T=(1.0 + (motion.scale_T - 1.0) * gain).astype(np.float32),
        tongue_T=motion.tongue_T,
        breath_T=motion.breath_T,
        fps=motion.fps,
    )


def _laid(under: F32, over: F32, share: F64) -> F32:
    return (under + share * (over.astype(np.float64) - under)).astype(np.float32)
