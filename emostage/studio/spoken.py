"""One line to one job: its speech, twice, and its keys in clip time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emostage.core.emotion import NEUTRAL_8
from emostage.core.errors import AssetError, Diagnostic, SceneError
from emostage.core.keyframes import sample
from emostage.core.timeline import Transition
from emostage.core.tracks import SpeechTake
from emostage.scene.model import Line, Script
from emostage.studio.fingerprint import digest
from emostage.studio.keys import Clock, emotion_keys, gaze_keys, head_keys
from emostage.studio.layout import Room, clip_frames
from emostage.studio.plan import LineJob
from emostage.studio.takes import Heard, Takes


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """A line with its take (None for a beat), what is odd about that, and the quiet room around it."""

    line: Line
    room: Room
    take: SpeechTake | None
    findings: tuple[Diagnostic, ...]
    frames: int
    clock: Clock


def line_job(script: Script, line: Line, room: Room, takes: Takes) -> LineJob:
    """The job of a line, still without its place in the film, seed and fingerprint.

    Raises the EmostageError of its voice, recording or key times, with their place.
    """
    try:
        spoken = _speak(script, line, room, takes)
        return _job(script, spoken)
    except (SceneError, AssetError) as error:
        raise error.at(line.place) from error


def _speak(script: Script, line: Line, room: Room, takes: Takes) -> Spoken:
    """A neutral reading gives the words their times, and the emotion at each word bends the voice that is used."""
    if line.beat_s is not None:
        return _timed(script, line, room, None, takes)
    if line.audio is not None:
        return _timed(script, line, room, takes.recorded(line), takes)
    neutral = _timed(script, line, room, takes.spoken(line, [NEUTRAL_8] * len(line.words)), takes)
    return _timed(script, line, room, takes.spoken(line, emotion_of_words(neutral)), takes)


def emotion_of_words(spoken: Spoken) -> Sequence[tuple[float, ...]]:
    """Emotion (8 weights) at the middle of each word."""
    line, clock = spoken.line, spoken.clock
    mood = tuple(float(w) for w in line.mood_8)
    keys = emotion_keys(line, clock)
    if not keys or not clock.words:
        return [mood] * len(line.words)
    middles = [clock.offset_s + (w.start_s + w.end_s) / 2 for w in clock.words]
    return [tuple(round(float(x), 4) for x in row) for row in sample(keys, middles, mood)]


def _timed(script: Script, line: Line, room: Room, heard: Heard | None, takes: Takes) -> Spoken:
    take = heard.take if heard else None
    fps, speech_s = script.film.fps, take.audio.duration_s if take else 0.0
    frames = clip_frames(line, room, speech_s, fps)
    clock = Clock(
        words=take.words if take else (),
        duration_s=speech_s if take else float(frames / fps),
        offset_s=room.lead_s if take else 0.0,
        end_s=float(frames / fps),
        fps=fps,
        resolve=takes.stages.resolve,
    )
    return Spoken(line=line, room=room, take=take, findings=heard.findings if heard else (), frames=frames, clock=clock)


def _job(script: Script, spoken: Spoken) -> LineJob:
    line, clock = spoken.line, spoken.clock
    head, gestures = head_keys(line, clock)
    job = LineJob(
        number=line.number,
        shot=next((shot.name for shot in script.shots if any(line is one for one in shot.lines)), ""),
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
        gaze=gaze_keys(line, clock, tuple(script.cast)),
        head=head,
        gestures=gestures,
        liveliness=line.liveliness,
        transition=Transition(),
        seed=0,
        fingerprint="",
        sound=digest("take", spoken.take),
        findings=tuple(finding.at(line.place) for finding in spoken.findings),
        place=line.place,
    )
    return job if line.on_screen == line.speaker else _listening(job, script)


def _listening(job: LineJob, script: Script) -> LineJob:
    """Somebody else is seen while the line is heard: they listen in their own mood; the keys belong to the speaker."""
    listener = script.cast[job.on_screen]
    mood = tuple(float(w) for w in listener.mood_8)
    return replace(job, mood_8=mood, liveliness=listener.liveliness, emotion=(), gaze=(), head=(), gestures=())
