"""The engine without weights: rules of articulation, feeling and liveliness. T frames, 52 ARKit actions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.time import frame_times
from emostage.core.tracks import F64, MotionTrack, Performance
from emostage.motion import breath, eyes, head, idle
from emostage.motion.articulation import RATE_HZ, Mouth, Stretch, articulate, stretches
from emostage.motion.blend import blend, speech_expression
from emostage.motion.blinks import blinks
from emostage.motion.contacts import Contacts, close, contacts
from emostage.motion.curves import at_rest
from emostage.motion.loudness import listen
from emostage.motion.prosody import relative_loudness, rhythm
from emostage.motion.targets import CHANNELS, FUNNEL, PUCKER, TONGUE, WIDE

LIP_LEAD_S = 0.03
"""Spreading and rounding are seen this much before they are heard."""

_BLINKS = [ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]
_WIDES = [ARKIT_INDEX["eyeWideLeft"], ARKIT_INDEX["eyeWideRight"]]


@dataclass(frozen=True, kw_only=True)
class _Speech:
    spoken: tuple[Stretch, ...]
    channels_TC: F64
    busy_T: F64
    touch: Contacts


class ReferencePerformer:
    """Performs a clip by rules alone: deterministic in (performance, seed), the same at every frame rate up to sampling."""

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of a clip. It starts and ends at rest: lips closed, gaze at the camera, head in the feeling's own posture.

        Lines without known phones are articulated from their sound; `liveliness` scales all that is neither speech, feeling nor
        asked for by the script.
        """
        streams = [np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(7)]
        times_T = frame_times(performance.count, performance.fps)
        emotion, liveliness = performance.emotion, performance.liveliness
        weights_T8, arousal_T = emotion.weights_T8.astype(np.float64), emotion.arousal_T.astype(np.float64)
        speech = _speech(performance, times_T)
        duration_s = float(performance.count / performance.fps)
        beat = rhythm(speech.spoken, performance.features, performance.speech_at_s, duration_s)
        gaze = eyes.watch(
            times_T, beat, performance.directions.gaze_T2, weights_T8=weights_T8, liveliness=liveliness, rng=streams[0]
        )
        body = head.move(
            times_T,
            beat,
            posture_T3=emotion.posture_T3.astype(np.float64),
            arousal_T=arousal_T,
            follow_T2=gaze.follow_T2,
            directions=performance.directions,
            strokes=idle.listening(beat, liveliness, streams[1]),
            liveliness=liveliness,
            rng=streams[2],
        )
        face_T52 = blend(speech_expression(speech.channels_TC, speech.touch), speech.touch, speech.busy_T, emotion)
        face_T52 += idle.idle(times_T, beat, speech.busy_T, liveliness, streams[3])
        face_T52 = idle.asymmetric(np.clip(face_T52, 0.0, 1.0), times_T, liveliness, streams[4])
        lid_T = blinks(times_T, beat, gaze.jumps, weights_T8=weights_T8, liveliness=liveliness, rng=streams[5])
        face_T52 = _with_eyes(face_T52, lid_T, eyes.eye_weights(gaze.target_T2, body.rotation_T3))
        return MotionTrack(
            expression_T52=face_T52.astype(np.float32),
            rotation_T3=body.rotation_T3.astype(np.float32),
            shift_T2=body.shift_T2.astype(np.float32),
            scale_T=body.scale_T.astype(np.float32),
            tongue_T=np.clip(speech.channels_TC[:, TONGUE], 0.0, 1.0).astype(np.float32),
            breath_T=breath.breathe(times_T, beat, arousal_T, liveliness, streams[6]).astype(np.float32),
            fps=performance.fps,
        )


def _speech(performance: Performance, times_T: F64) -> _Speech:
    """Mouth channels, contacts and segments of the clip, from phones where they are known, else from the sound."""
    duration_s = float(performance.count / performance.fps)
    take, features, offset_s = performance.speech, performance.features, performance.speech_at_s
    spoken: tuple[Stretch, ...] = ()
    mouth = Mouth(channels_NC=np.zeros((2, len(CHANNELS))), busy_N=np.zeros(2))
    if take is not None and take.phones:
        spoken = stretches(take.phones, offset_s, duration_s)
        mouth = articulate(spoken, duration_s, _effort(performance))
    elif take is not None and features is not None:
        mouth, spoken = listen(features, offset_s, duration_s)
    touch = contacts(spoken, times_T)
    clock_N = np.arange(len(mouth.busy_N)) / RATE_HZ
    lead_s = np.zeros(len(CHANNELS))
    lead_s[[PUCKER, FUNNEL, WIDE]] = LIP_LEAD_S
    sampled = [np.interp(times_T + s, clock_N, c_N) for s, c_N in zip(lead_s, mouth.channels_NC.T, strict=True)]
    edge_T = at_rest(times_T, 0.10, 0.10)
    channels_TC = close(np.stack(sampled, 1), touch) * edge_T[:, None]
    return _Speech(spoken=spoken, channels_TC=channels_TC, busy_T=np.interp(times_T, clock_N, mouth.busy_N) * edge_T, touch=touch)


def _effort(performance: Performance) -> Callable[[F64], F64]:
    """How far vowels open at given seconds: more when loud and aroused, less when soft and sad."""
    duration_s = float(performance.count / performance.fps)
    loudness_N = relative_loudness(performance.features, performance.speech_at_s, duration_s)
    arousal_T = performance.emotion.arousal_T.astype(np.float64)
    times_T = frame_times(performance.count, performance.fps)

    def effort(at_s: F64) -> F64:
        loud = np.interp(at_s, np.arange(len(loudness_N)) / RATE_HZ, loudness_N)
        roused = np.interp(at_s, times_T, arousal_T) if len(times_T) else np.zeros(len(at_s))
        return np.clip((0.72 + 0.35 * loud) * (1.0 + 0.35 * roused), 0.5, 1.5)

    return effort


def _with_eyes(face_T52: F64, lid_T: F64, eye_T52: F64) -> F64:
    """Lids and gaze in place: a blink closes wide eyes too."""
    out_T52 = np.maximum(face_T52, eye_T52)
    out_T52[:, _BLINKS] = np.maximum(out_T52[:, _BLINKS], lid_T[:, None])
    out_T52[:, _WIDES] *= 1.0 - lid_T[:, None]
    return np.clip(out_T52, 0.0, 1.0)
