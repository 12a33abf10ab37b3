"""A film of somebody who speaks, as a take that motion nets learn from. T frames at 25 fps.

The codes are read back from the tracked motion (`motion.observed`) beside the feeling that the film is labelled with, or that is
read in the face. Lids and gaze become what the engines play: blinks that shut, and eyes that rest or jump. What no camera sees is
filled in so that nothing false is learnt: breath and a shrugging lip as the rules have them for this sound, the tip of the tongue
and the lip at the teeth as V-AID hears them.
A film begins and ends in the midst of a movement, a performance at rest: takes are eased to rest at both ends, as engines do.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from emostage.core.emotion import NEUTRAL_8
from emostage.core.time import frame_times
from emostage.core.tracks import F32, F64, AudioClip, AudioFeatures, Directions, EmotionTrack, MotionTrack, Performance, SpeechTake
from emostage.emotion import facs
from emostage.emotion.curve import emotion_track
from emostage.emotion.temporal import felt
from emostage.motion import head, idle
from emostage.motion.codes import Lips, Manner
from emostage.motion.curves import at_rest
from emostage.motion.ears import audio_for
from emostage.motion.events import APART_S, blinked, fixated
from emostage.motion.hearing import MODEL_FPS, Heard, hear, placed
from emostage.motion.lipreading import encoded, read_lips, spoken_at
from emostage.motion.observed import SEEN_L, SEEN_M, observed
from emostage.motion.recording import resampled
from emostage.motion.reference import play, say
from emostage.motion.tone import tone
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.speech.features import extract
from emostage.training.takes import Take

FPS = Fraction(MODEL_FPS)
_SHUT, _RISE = 0.55, 0.3
"""Lids are shut when they are so low, and so much lower than before and after."""


def undirected(motion: MotionTrack, audio: AudioClip, features: AudioFeatures) -> Performance:
    """The performance of a film's sound, as long as its motion, without feeling and without directions."""
    count = len(motion)
    free_T2, free_T3 = (np.full((count, n), np.nan, np.float32) for n in (2, 3))
    return Performance(
        count=count,
        fps=motion.fps,
        speech=SpeechTake(audio=audio),
        features=features,
        speech_at_s=0.0,
        emotion=emotion_track((), mood_8=NEUTRAL_8, count=count, fps=motion.fps),
        directions=Directions(gaze_T2=free_T2, head_T3=free_T3),
        liveliness=1.0,
        portrait=None,
    )


def lips_heard(vaid: Vaid, audio: AudioClip, heard: Heard, times_T: F64) -> Lips:
    """The lips that V-AID hears in a sound, at seconds of it."""
    return spoken_at(read_lips(vaid, encoded(vaid, audio_for(vaid, heard, audio, 0.0))), times_T)


def filmed_take(
    motion: MotionTrack, audio: AudioClip, vaid: Vaid, *, person: str, weights_8: tuple[float, ...] | None = None, seed: int = 0
) -> Take:
    """The take of a film of `person`, labelled with the emotion `weights_8` or not at all; `seed` draws its breath."""
    motion = motion if motion.fps == FPS else resampled(motion, FPS)
    features, frames, times_T = extract(audio), len(motion), frame_times(len(motion), FPS)
    heard = hear(features, 0.0, frames)
    by_ear = lips_heard(vaid, audio, heard, times_T)
    weights_T8 = np.tile(weights_8, (frames, 1)) if weights_8 else felt(motion).weights_S8
    found = observed(motion, _feeling(weights_T8), by_ear.busy_T)
    performance = undirected(motion, audio, features)
    by_rule = play(performance, say(performance), seed=seed)
    manner_TM = np.where(SEEN_M, _played(found.manner, times_T).values(), by_rule.values())
    lips_TL = np.where(SEEN_L, found.lips.values(), by_ear.values())
    return Take(
        kind="clean",
        voice=person,
        text="",
        mel_TX=heard.mel_TX,
        prosody_T3=heard.prosody_T3,
        tone_TS=tone(features, times_T),
        lips_TL=lips_TL.astype(np.float32),
        manner_TM=manner_TM.astype(np.float32),
        weights_T8=weights_T8.astype(np.float32),
        expression_T52=motion.expression_T52,
        sound_TS=placed(audio, 0.0, frames),
    )


def _feeling(weights_T8: F64) -> EmotionTrack:
    """The face that the engines give to somebody who feels so: what is beyond it is the person's manner."""

    def single(values: F64) -> F32:
        return values.astype(np.float32)

    return EmotionTrack(
        weights_T8=single(weights_T8),
        silent_T52=single(facs.express(weights_T8, "silent")),
        speaking_T52=single(facs.express(weights_T8, "speaking")),
        posture_T3=single(facs.posture(weights_T8)),
        arousal_T=single(facs.arousal(weights_T8)),
        fps=FPS,
    )


def _played(seen: Manner, times_T: F64) -> Manner:
    """What was seen, as an engine would play it: events clear, and at rest at both ends."""
    rest_T, head_T = at_rest(times_T, *idle.REST_S), at_rest(times_T, *head.REST_S)
    return replace(
        seen,
        accents_TA=seen.accents_TA * rest_T[:, None],
        lean_T=seen.lean_T * rest_T,
        lids_T=blinked(shut_times(seen.lids_T), times_T),
        gaze_T2=fixated(seen.gaze_T2, MODEL_FPS) * rest_T[:, None],
        turn_T3=seen.turn_T3 * head_T[:, None],
        shift_T2=seen.shift_T2 * rest_T[:, None],
        scale_T=1.0 + (seen.scale_T - 1.0) * rest_T,
    )


def shut_times(lids_T: F64) -> F64:
    """Seconds at which tracked lids (T,) are shut in a blink; lids that are low for long are tired, and do not blink."""
    from scipy.signal import find_peaks

    peaks, _ = find_peaks(
        np.pad(lids_T, 1), height=_SHUT, prominence=_RISE, distance=max(1, round(APART_S * MODEL_FPS)), plateau_size=1
    )
    return np.asarray((peaks - 0.5) / MODEL_FPS, np.float64)
