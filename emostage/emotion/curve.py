"""The feeling of a clip over time: keyframes, onset, hold and release to the resting mood. T frames, 8 emotions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from emostage.core.keyframes import Keyframe, sample, smoothstep
from emostage.core.time import frame_times
from emostage.core.tracks import F64, EmotionTrack
from emostage.emotion import facs

ATTACK_S, RELEASE_S = 0.25, 0.35
"""How long the first key takes to be reached from the mood, and the last one to go back to it."""


def emotion_track(
    keys: Sequence[Keyframe],
    *,
    mood_8: Sequence[float],
    count: int,
    fps: Fraction,
    attack_s: float = ATTACK_S,
    release_s: float = RELEASE_S,
) -> EmotionTrack:
    """Feelings (values of `keys`: weights of the 8 emotions, seconds from the clip's start) for `count` frames at `fps`.

    Frame i shows the moment (i + 0.5) / fps. Frame 0 is the mood. The first key is eased into from the mood during the `attack_s`
    before it, or as soon after it as a missing lead-in allows; later keys follow their own easing; the last one holds as long as
    the clip allows and is released to the mood over `release_s`, so that the last frame is the mood again.

    The defaults for attack and release were chosen by eye, quick enough for the words they stand beside; children's spontaneous
    smiles rise in 0.5 s on average (Tarantili et al., "The spontaneous smile in dynamic motion", 2005), and how a smile comes and
    goes is much the same from smile to smile (Schmidt, Cohn & Tian, "Signal characteristics of spontaneous facial expressions",
    2003).
    Raises ValueError for weights that are negative or sum to more than 1.
    """
    weights_T8 = weights_over_time(keys, mood_8=mood_8, count=count, fps=fps, attack_s=attack_s, release_s=release_s)
    return EmotionTrack(
        weights_T8=weights_T8.astype(np.float32),
        silent_T52=facs.express(weights_T8, "silent").astype(np.float32),
        speaking_T52=facs.express(weights_T8, "speaking").astype(np.float32),
        posture_T3=facs.posture(weights_T8).astype(np.float32),
        arousal_T=facs.arousal(weights_T8).astype(np.float32),
        fps=fps,
    )


def weights_over_time(
    keys: Sequence[Keyframe],
    *,
    mood_8: Sequence[float],
    count: int,
    fps: Fraction,
    attack_s: float = ATTACK_S,
    release_s: float = RELEASE_S,
) -> F64:
    """The weights (T, 8) of `emotion_track` alone. Raises ValueError as it does."""
    mood = _checked(mood_8)
    times_T = frame_times(count, fps)
    weights_T8 = np.tile(mood, (count, 1))
    if keys and count > 1:
        ordered = sorted(keys, key=lambda key: key.at_s)
        for key in ordered:
            _checked(key.value)
        felt_T8 = sample(ordered, times_T, ordered[0].value)
        share_T = _envelope(times_T, first_s=ordered[0].at_s, attack_s=attack_s, release_s=release_s)
        weights_T8 = mood + share_T[:, None] * (felt_T8 - mood)
    return _normalised(weights_T8)


def _checked(weights: Sequence[float]) -> F64:
    weights_8 = np.asarray(weights, np.float64)
    if weights_8.shape != (8,) or (weights_8 < -1e-6).any() or weights_8.sum() > 1.0 + 1e-4:
        raise ValueError(f"emotion weights must be 8 numbers, none negative, with a sum of at most 1: {tuple(weights)}")
    return np.asarray(_normalised(weights_8[None])[0])


def _normalised(weights_T8: F64) -> F64:
    """Weights clipped to [0, 1] (an easing may overshoot), scaled down where they exceed 1, neutral being the rest."""
    felt_T8 = np.clip(weights_T8, 0.0, 1.0)
    felt_T8[:, 0] = 0.0
    felt_T8 /= np.maximum(felt_T8.sum(1, keepdims=True), 1.0)
    felt_T8[:, 0] = 1.0 - felt_T8.sum(1)
    return np.clip(felt_T8, 0.0, 1.0)


def _envelope(times_T: F64, *, first_s: float, attack_s: float, release_s: float) -> F64:
    """Share (T,) of the keyed feeling against the mood: 0 at both ends of the clip, 1 in between."""
    start_s, end_s = times_T[0], times_T[-1]
    squeeze = min(1.0, (end_s - start_s) / max(attack_s + release_s, 1e-9))
    attack_s, release_s = attack_s * squeeze, release_s * squeeze
    onset_s = min(max(start_s, first_s - attack_s), end_s - attack_s)
    return _rise(times_T, onset_s, attack_s) * (1.0 - _rise(times_T, end_s - release_s, release_s))


def _rise(times_T: F64, start_s: float, length_s: float) -> F64:
    """A smooth step from 0 at `start_s` to 1 `length_s` later."""
    return smoothstep((times_T - start_s) / max(length_s, 1e-9))
