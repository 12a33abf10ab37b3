"""One line to one job: its speech, twice, and its keys in clip time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emostage.core.emotion import NEUTRAL_8
from emostage.core.errors import AssetError, Diagnostic, SceneError
from emostage.core.keyframes import sample
from emostage.core.timeline import Transition
from emostage.core.tracks import SpeechTake
from emostage.scene.model import Line, Script
from emostage.studio.engines import Engine
from emostage.studio.keys import Clock, emotion_keys, gaze_keys, head_keys
from emostage.studio.layout import Room, clip_frames
from emostage.studio.plan import LineJob
from emostage.studio.prompts import described, understood
from emostage.studio.takes import Heard, Takes

if TYPE_CHECKING:
    from emostage.emotion.temporal import Felt
    from emostage.motion.acting import Acting


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A line with its take (None for a beat), what is odd about that, and the quiet room around it; `felt` and `acting` are those
    of the job."""

    line: Line
    room: Room
    take: SpeechTake | None
    findings: tuple[Diagnostic, ...]
    frames: int
    clock: Clock
    felt: Felt | None
    acting: Acting | None

    @property
    def strength(self) -> float:
        """That of `felt`."""
        return self.line.emotion_from.strength if self.line.emotion_from else 1.0


def line_job(script: Script, line: Line, room: Room, takes: Takes) -> LineJob:
    """The job of a line, still without its place in the film, seed and fingerprint.

    Raises the EmostageError of its engine, voice, recording or key times, with their place.
    """
    try:
        engine = takes.stages.engine(line.engine)
        inspired, felt, findings = takes.references.inspired(line)
        told = understood(inspired, takes.stages)
        spoken = _speak(script, told.line, room, takes, felt)
        return _job(script, engine, replace(spoken, findings=(*spoken.findings, *findings, *told.findings)), takes)
    except (SceneError, AssetError) as error:
        raise error.at(line.place) from error


def _speak(script: Script, line: Line, room: Room, takes: Takes, felt: Felt | None) -> Spoken:
    """A neutral reading gives the words their times, and the emotion at each word bends the voice that is used."""
    if line.audio is not None:
        heard = takes.recorded(line)
        voiced, guesses = takes.references.voiced(line, heard.take)
        spoken = _timed(script, line, room, takes, heard=heard, felt=felt or voiced)
        return replace(spoken, findings=(*spoken.findings, *guesses))
    if line.text is None:
        return _timed(script, line, room, takes, heard=None, felt=felt)
    neutral = _timed(script, line, room, takes, heard=takes.spoken(line, [NEUTRAL_8] * len(line.words)), felt=felt)
    if not takes.bends:
        return neutral
    return _timed(script, line, room, takes, heard=takes.spoken(line, emotion_of_words(neutral)), felt=felt)


def emotion_of_words(spoken: Spoken) -> Sequence[tuple[float, ...]]:
    """Emotion (8 weights) at the middle of each word."""
    line, clock = spoken.line, spoken.clock
    mood = tuple(float(w) for w in line.mood_8)
    keys = emotion_keys(line, clock)
    if not clock.words or not (keys or spoken.felt):
        return [mood] * len(line.words)
    middles_s = np.array([(w.start_s + w.end_s) / 2 for w in clock.words])
    if spoken.felt:
        weights_N8 = spoken.felt.weights_at(middles_s, mood, spoken.strength)
    else:
        weights_N8 = sample(keys, clock.offset_s + middles_s, mood)
    return [tuple(round(float(x), 4) for x in row) for row in weights_N8]


def _timed(script: Script, line: Line, room: Room, takes: Takes, *, heard: Heard | None, felt: Felt | None) -> Spoken:
    take = heard.take if heard else None
    fps, speech_s = script.film.fps, take.audio.duration_s if take else 0.0
    acting = None
    if line.motion is not None:
        at_s, length_s = (room.lead_s, speech_s) if take else (0.0, line.beat_s or 0.0)
        acting = takes.references.acting(line, line.motion, at_s=at_s, speech_s=length_s)
        if take is None and line.beat_s is None:
            line = replace(line, beat_s=acting.length_s)
        if not acting.lips and felt is None and not line.emotion:
            felt = takes.stages.felt(acting.alone())
    frames = clip_frames(line, room, max(speech_s, acting.length_s if acting else 0.0), fps)
    clock = Clock(
        words=take.words if take else (),
        duration_s=speech_s if take else float(frames / fps),
        offset_s=room.lead_s if take else 0.0,
        end_s=float(frames / fps),
        fps=fps,
        resolve=takes.stages.resolve,
    )
    findings = heard.findings if heard else ()
    return Spoken(line=line, room=room, take=take, findings=findings, frames=frames, clock=clock, felt=felt, acting=acting)


def _job(script: Script, engine: Engine, spoken: Spoken, takes: Takes) -> LineJob:
    line, clock = spoken.line, spoken.clock
    head, gestures = head_keys(line, clock)
    job = LineJob(
        number=line.number,
        shot=script.shot_names[line.index],
        speaker=line.speaker,
        on_screen=line.on_screen,
        text=line.text,
        start_frame=0,
        frames=spoken.frames,
        fps=script.film.fps,
        speech_at_s=clock.offset_s,
        take=spoken.take,
        mood_8=tuple(float(w) for w in line.mood_8),
        emotion=emotion_keys(line, clock),
        described=described(line, clock),
        gaze=gaze_keys(line, clock, tuple(script.cast)),
        head=head,
        gestures=gestures,
        liveliness=line.liveliness,
        engine=engine,
        felt=spoken.felt,
        felt_strength=spoken.strength,
        acting=spoken.acting,
        transition=Transition(),
        seed=0,
        fingerprint="",
        sound=takes.sound(spoken.take),
        findings=tuple(finding.at(line.place) for finding in spoken.findings),
        place=line.place,
    )
    return job if line.on_screen == line.speaker else _listening(job, script)


def _listening(job: LineJob, script: Script) -> LineJob:
    """Somebody else is seen while the line is heard: they listen in their own mood; the keys belong to the speaker."""
    listener = script.cast[job.on_screen]
    mood = tuple(float(w) for w in listener.mood_8)
    return replace(
        job,
        mood_8=mood,
        liveliness=listener.liveliness,
        emotion=(),
        described=(),
        felt=None,
        acting=None,
        gaze=(),
        head=(),
        gestures=(),
    )
