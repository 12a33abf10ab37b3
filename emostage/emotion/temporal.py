"""The feeling of somebody else's performance over time: a temporal source in the sense of EmotiveTalk (arXiv:2411.16726).

What speech does to the performer's mouth is taken out as well as time tells it: a smile lasts longer than a syllable. T frames of
the clip, S frames of the source, 52 actions, 8 emotions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from emostage.core.arkit import ARKIT_NAMES
from emostage.core.keyframes import smoothstep
from emostage.core.smoothing import smoothed
from emostage.core.time import frame_times
from emostage.core.tracks import F64, EmotionTrack, Frozen, MotionTrack
from emostage.emotion import facs
from emostage.emotion.read import weights_of_expression

ATTACK_S, RELEASE_S = 0.25, 0.5
_SYLLABLE_S = 0.8
"""Within this time a speaking mouth comes back to what it feels, several syllables of three to six a second."""
_SMOOTH_S, _WEIGHTS_S = 0.2, 0.4
_BLINK_S = 0.5
"""Lids that stay low for longer are no blink."""


def _columns(*stems: str) -> list[int]:
    return [i for i, name in enumerate(ARKIT_NAMES) if name.startswith(stems)]


_CORNERS = _columns("mouthSmile", "mouthFrown", "mouthDimple", "mouthLeft", "mouthRight")
_BUSY = [i for i in _columns("mouth", "jaw", "tongue") if i not in _CORNERS]
"""The actions of the mouth that speech moves most: what they never leave within a syllable or three is felt."""
_SHUT_BY_SPEECH = _columns("jaw", "mouthFunnel", "mouthPucker", "mouthPress", "mouthRoll", "mouthClose", "tongue")
_LIDS, _GAZE = _columns("eyeBlink"), _columns("eyeLook")


@dataclass(frozen=True, kw_only=True)
class Felt(Frozen):
    """What a performance feels, at its own frame rate: its weights (S, 8), and its expressions (S, 52) on a silent face and on one
    that speaks."""

    weights_S8: F64
    silent_S52: F64
    speaking_S52: F64
    fps: Fraction

    @property
    def duration_s(self) -> float:
        """Length of the performance."""
        return float(len(self.weights_S8) / self.fps)

    def weights_at(self, times_T: F64, mood_8: Sequence[float], strength: float) -> F64:
        """Emotion weights (T, 8) at seconds from its start; before it and after its end the mood. `strength` in [0, 1] is its share
        against the mood."""
        share_T = strength * _share(times_T, self.duration_s)
        return _mixed(self._at(self.weights_S8, times_T), np.asarray(mood_8, np.float64), share_T)

    def track(self, *, at_s: float, mood_8: Sequence[float], strength: float, count: int, fps: Fraction) -> EmotionTrack:
        """The feeling of a clip of `count` frames, in which the performance begins `at_s` seconds after the clip's start.

        It is eased into from the mood before that, and released to the mood when the performance ends or the clip does; the first
        and the last frame are the mood.
        """
        times_T = frame_times(count, fps)
        ends_T = np.minimum(smoothstep((times_T - times_T[0]) / ATTACK_S), smoothstep((times_T[-1] - times_T) / RELEASE_S))
        share_T = strength * np.minimum(_share(times_T - at_s, self.duration_s), ends_T)
        mood = np.asarray(mood_8, np.float64)
        weights_T8 = _mixed(self._at(self.weights_S8, times_T - at_s), mood, share_T)
        silent_T52 = _mixed(self._at(self.silent_S52, times_T - at_s), facs.express(mood, "silent")[0], share_T)
        speaking_T52 = _mixed(self._at(self.speaking_S52, times_T - at_s), facs.express(mood, "speaking")[0], share_T)
        return EmotionTrack(
            weights_T8=weights_T8.astype(np.float32),
            silent_T52=silent_T52.astype(np.float32),
            speaking_T52=speaking_T52.astype(np.float32),
            posture_T3=facs.posture(weights_T8).astype(np.float32),
            arousal_T=facs.arousal(weights_T8).astype(np.float32),
            fps=fps,
        )

    def _at(self, values_SK: F64, times_T: F64) -> F64:
        own_S = frame_times(len(values_SK), self.fps)
        return np.stack([np.interp(times_T, own_S, column_S) for column_S in values_SK.T], 1)


def felt_as(weights_S8: F64, fps: Fraction) -> Felt:
    """The feeling of somebody of whom only the emotion weights are known, frame by frame."""
    silent_S52, speaking_S52 = facs.express(weights_S8, "silent"), facs.express(weights_S8, "speaking")
    return Felt(weights_S8=weights_S8, silent_S52=silent_S52, speaking_S52=speaking_S52, fps=fps)


def felt(motion: MotionTrack) -> Felt:
    """The feeling of a performance, spoken or not: without gaze, blinks, and what speaking does to the mouth."""
    silent_S52, speaking_S52 = felt_faces(motion)
    rate = float(motion.fps)
    weights_S8 = smoothed(_weights(speaking_S52, max(1, int(_WEIGHTS_S * rate / 4))), _WEIGHTS_S * rate)
    return Felt(weights_S8=weights_S8, silent_S52=silent_S52, speaking_S52=speaking_S52, fps=motion.fps)


def felt_faces(motion: MotionTrack) -> tuple[F64, F64]:
    """The expressions (S, 52) of what a performance feels, on a silent face and on one that speaks."""
    rate = float(motion.fps)
    silent_S52 = motion.expression_T52.astype(np.float64)
    silent_S52[:, _GAZE] = 0.0
    silent_S52[:, _LIDS] = _running(silent_S52[:, _LIDS], _BLINK_S * rate, 0.2)
    silent_S52[:, _CORNERS] = _running(silent_S52[:, _CORNERS], _SYLLABLE_S * rate, 0.5)
    silent_S52[:, _BUSY] = _running(silent_S52[:, _BUSY], _SYLLABLE_S * rate, 0.15)
    silent_S52 = np.clip(smoothed(silent_S52, _SMOOTH_S * rate), 0.0, 1.0)
    speaking_S52 = silent_S52.copy()
    speaking_S52[:, _SHUT_BY_SPEECH] = 0.0
    return silent_S52, speaking_S52


def _weights(speaking_S52: F64, every: int) -> F64:
    """Emotion weights (S, 8), read in every so manyth frame."""
    read = np.arange(0, len(speaking_S52), every)
    weights_R8 = weights_of_expression(speaking_S52[read], "speaking")
    return np.stack([np.interp(np.arange(len(speaking_S52)), read, column_R) for column_R in weights_R8.T], 1)


def _share(source_T: F64, duration_s: float) -> F64:
    """Share (T,) of a source against the mood at its own seconds."""
    share_T: F64 = smoothstep(1.0 + source_T / ATTACK_S) * smoothstep(1.0 - (source_T - duration_s) / RELEASE_S)
    return share_T


def _mixed(values_TK: F64, rest_K: F64, share_T: F64) -> F64:
    mixed_TK: F64 = rest_K + share_T[:, None] * (values_TK - rest_K)
    return mixed_TK


def _running(values_SK: F64, length: float, share: float) -> F64:
    """The quantile of each column within a window of about `length` frames; ends are held."""
    half = max(1, round(length / 2))
    padded_PK = np.pad(values_SK, ((half, half), (0, 0)), "edge")
    columns = [np.quantile(sliding_window_view(column_P, 2 * half + 1), share, axis=1) for column_P in padded_PK.T]
    return np.stack(columns, 1) if columns else values_SK
