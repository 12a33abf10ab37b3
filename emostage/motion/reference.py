"""The engine without weights: rules of articulation, feeling and liveliness. T frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.identity import Adapter
from emostage.core.time import frame_times
from emostage.core.tracks import F64, MotionTrack, Performance
from emostage.motion import breath, eyes, head, idle
from emostage.motion.articulation import RATE_HZ, Mouth, Stretch, articulate, stretches
from emostage.motion.blinks import blinks
from emostage.motion.codes import Lips, Manner
from emostage.motion.contacts import REST_S, close, contacts
from emostage.motion.curves import at_rest
from emostage.motion.habits import embodied
from emostage.motion.loudness import listen
from emostage.motion.personal import PersonalManner, manner_of
from emostage.motion.prosody import relative_loudness, rhythm
from emostage.motion.targets import CHANNELS, FUNNEL, PUCKER, WIDE

LIP_LEAD_S = 0.03
"""Spreading and rounding are seen this much before they are heard."""


class ReferencePerformer:
    """Performs a clip by rules alone: deterministic in (performance, seed), the same at every frame rate up to sampling.

    `manner` is that of one person, or the file of it, to perform in. Raises AssetError E136 for one that cannot be read.
    """

    def __init__(self, *, manner: PersonalManner | Adapter | None = None) -> None:
        self._manner = manner_of(manner)

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of a clip. It starts and ends at rest: lips closed, gaze at the camera, head in the feeling's own posture.

        Lines without known phones are articulated from their sound; `liveliness` scales all that is neither speech, feeling nor
        asked for by the script.
        """
        said = say(performance)
        return embodied(performance, said.lips, play(performance, said, seed=seed), self._manner)


@dataclass(frozen=True, kw_only=True)
class Said:
    """The lip code of a clip, and the gap-free segments it was made of."""

    lips: Lips
    spoken: tuple[Stretch, ...]


def say(performance: Performance) -> Said:
    """The lips of a clip, from phones where they are known, else from the sound; what is felt does not matter here."""
    times_T = frame_times(performance.count, performance.fps)
    duration_s = float(performance.count / performance.fps)
    take, features, offset_s = performance.speech, performance.features, performance.speech_at_s
    if take is not None and take.phones:
        spoken = stretches(take.phones, offset_s, duration_s)
        return Said(lips=lips_of(articulate(spoken, duration_s, _effort(performance)), spoken, times_T), spoken=spoken)
    if take is not None and features is not None:
        mouth, spoken = listen(features, offset_s, duration_s)
        return Said(lips=lips_of(mouth, spoken, times_T), spoken=spoken)
    quiet = Mouth(channels_NC=np.zeros((2, len(CHANNELS))), busy_N=np.zeros(2))
    return Said(lips=lips_of(quiet, (), times_T), spoken=())


def lips_of(mouth: Mouth, spoken: Sequence[Stretch], times_T: F64) -> Lips:
    """A mouth sampled at frame times, its contacts cut in, at rest at both ends of the clip."""
    touch = contacts(spoken, times_T)
    clock_N = np.arange(len(mouth.busy_N)) / RATE_HZ
    lead_s = np.zeros(len(CHANNELS))
    lead_s[[PUCKER, FUNNEL, WIDE]] = LIP_LEAD_S
    sampled = [np.interp(times_T + s, clock_N, c_N) for s, c_N in zip(lead_s, mouth.channels_NC.T, strict=True)]
    edge_T = at_rest(times_T, *REST_S)
    return Lips(
        channels_TC=close(np.stack(sampled, 1), touch) * edge_T[:, None],
        seal_T=touch.seal_T,
        teeth_T=touch.teeth_T,
        busy_T=np.interp(times_T, clock_N, mouth.busy_N) * edge_T,
    )


def play(performance: Performance, said: Said, *, seed: int) -> Manner:
    """The manner in which a clip is said: gaze, lids, head, brows, breath, by rules and chance."""
    streams = [np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(7)]
    times_T = frame_times(performance.count, performance.fps)
    liveliness, weights_T8 = performance.liveliness, performance.emotion.weights_T8.astype(np.float64)
    arousal_T = performance.emotion.arousal_T.astype(np.float64)
    beat = rhythm(said.spoken, performance.features, performance.speech_at_s, float(performance.count / performance.fps))
    gaze = eyes.watch(times_T, beat, weights_T8=weights_T8, liveliness=liveliness, rng=streams[0])
    body = head.move(
        times_T,
        beat,
        arousal_T=arousal_T,
        follow_T2=gaze.follow_T2,
        strokes=idle.listening(beat, liveliness, streams[1]),
        liveliness=liveliness,
        rng=streams[2],
    )
    aimed_T2 = eyes.aim(gaze.target_T2, times_T, performance.directions.gaze_T2).target_T2
    jumps = eyes.jumps(aimed_T2, times_T)
    return Manner(
        accents_TA=idle.idle(times_T, beat, said.lips.busy_T, liveliness, streams[3], weights_T8=weights_T8)[:, list(idle.COLUMNS)],
        lean_T=idle.lean(times_T, liveliness, streams[4]),
        lids_T=blinks(times_T, beat, jumps, weights_T8=weights_T8, liveliness=liveliness, rng=streams[5]),
        gaze_T2=gaze.target_T2,
        turn_T3=body.turn_T3,
        shift_T2=body.shift_T2,
        scale_T=body.scale_T,
        breath_T=breath.breathe(times_T, beat, arousal_T, liveliness, streams[6]),
    )


def _effort(performance: Performance) -> Callable[[F64], F64]:
    """How far vowels open at given seconds: more when loud, less when soft."""
    duration_s = float(performance.count / performance.fps)
    loudness_N = relative_loudness(performance.features, performance.speech_at_s, duration_s)

    def effort(at_s: F64) -> F64:
        return 0.72 + 0.35 * np.interp(at_s, np.arange(len(loudness_N)) / RATE_HZ, loudness_N)

    return effort
