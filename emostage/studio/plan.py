"""The plan: a scene with exact times. One job per line, whole frames, and a fingerprint of all that can change each result."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from emostage.core.errors import Diagnostic, Place
from emostage.core.keyframes import Keyframe
from emostage.core.time import seconds_at
from emostage.core.timeline import Subtitle, Transition, start_frames
from emostage.core.tracks import Gesture, Span, SpeechTake
from emostage.scene.model import CastMember, Film
from emostage.studio.engines import Engine
from emostage.studio.fingerprint import digest, sources
from emostage.studio.identities import Adapted

if TYPE_CHECKING:
    from emostage.emotion.temporal import Felt
    from emostage.motion.acting import Acting


@dataclass(frozen=True, kw_only=True)
class Described:
    """A feeling in free words: the prompt, the strength it is played with, and what that became (8 weights), from `at_s` on."""

    at_s: float
    prompt: str
    strength: float
    weights_8: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class LineJob:
    """One clip to make: `frames` frames from film frame `start_frame`, its speech `speech_at_s` seconds into it.

    Keys are in clip seconds: `emotion` (8 weights), `gaze` (yaw, pitch down; rad), `head` (pitch down, yaw, roll; rad).
    `described` says which of the emotion keys were prompts.
    `enter_rad`, `leave_rad` are the head poses at its two ends (pitch down, yaw, roll). `felt` is the feeling of somebody else's
    performance, in place of the emotion keys, from the speech's start on; `acting` a performance that is laid over the engine's.
    `fingerprint` covers the picture of the clip and says nothing of its place in the film; `sound` is the fingerprint of the take;
    `findings` say what is odd about its recording, and about the identity of who is seen.
    """

    number: int
    shot: str
    speaker: str
    on_screen: str
    text: str | None
    start_frame: int
    frames: int
    fps: Fraction
    speech_at_s: float
    take: SpeechTake | None = field(repr=False)
    mood_8: tuple[float, ...]
    emotion: tuple[Keyframe, ...]
    gaze: tuple[Keyframe, ...]
    head: tuple[Keyframe, ...]
    gestures: tuple[Gesture, ...]
    liveliness: float
    engine: Engine
    transition: Transition
    seed: int
    fingerprint: str
    sound: str
    enter_rad: tuple[float, float, float] = (0.0, 0.0, 0.0)
    leave_rad: tuple[float, float, float] = (0.0, 0.0, 0.0)
    felt: Felt | None = field(default=None, repr=False)
    felt_strength: float = 1.0
    acting: Acting | None = field(default=None, repr=False)
    described: tuple[Described, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    place: Place | None = field(default=None, repr=False)

    @property
    def caption(self) -> str:
        """The text, or what stands for it."""
        return self.text or ("(a recording)" if self.take else "(acted)" if self.acting else "(a beat)")

    @property
    def start_s(self) -> float:
        """Film time of the clip's first frame."""
        return seconds_at(self.start_frame, self.fps)

    @property
    def duration_s(self) -> float:
        """Length of the clip."""
        return seconds_at(self.frames, self.fps)

    @property
    def speech_start_s(self) -> float:
        """Film time at which the take begins."""
        return self.start_s + self.speech_at_s

    @property
    def words(self) -> tuple[Span, ...]:
        """The words in film time."""
        at_s = self.speech_start_s
        spans = self.take.words if self.take else ()
        return tuple(Span(text=w.text, start_s=w.start_s + at_s, end_s=w.end_s + at_s) for w in spans)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A line that could not be planned or rendered, and why."""

    number: int
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole film, ready to be made. `identities` are those that people of the cast play who are seen."""

    title: str
    film: Film
    cast: Mapping[str, CastMember]
    jobs: tuple[LineJob, ...]
    identities: Mapping[str, Adapted] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    @cached_property
    def frames(self) -> int:
        """Length of the film in frames."""
        return self.jobs[-1].start_frame + self.jobs[-1].frames if self.jobs else 0

    @property
    def duration_s(self) -> float:
        """Length of the film in seconds."""
        return seconds_at(self.frames, self.film.fps)

    @cached_property
    def fingerprint(self) -> str:
        """Of the finished film: its clips, their sound and their order."""
        parts = [(j.fingerprint, j.sound, j.start_frame, j.frames, j.speech_at_s, j.transition) for j in self.jobs]
        film = (self.title, self.film.loudness, self.film.seed, self.film.quality, self.film.fps, self.film.size_px)
        agreed = [(person, played.name, played.consent, played.strength) for person, played in self.played.items()]
        return digest("film", parts, film, agreed, sources("film", "core", "studio/edit.py"))

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """What is odd about the recordings and the identities, each said once."""
        return tuple(dict.fromkeys(finding for job in self.jobs for finding in job.findings))

    @property
    def played(self) -> dict[str, Adapted]:
        """The identities of the people who are seen in these lines, in the order of the cast."""
        seen = {job.on_screen for job in self.jobs}
        return {name: self.identities[name] for name in self.cast if name in seen & set(self.identities)}

    @property
    def marks(self) -> tuple[str, ...]:
        """What the cached clips and films of these identities are found by."""
        return tuple(sorted({mark for played in self.played.values() for mark in played.marks}))

    def only(self, numbers: Collection[int]) -> Plan:
        """The film of just these lines. A transition stays where the clip before it stays."""
        kept = [i for i, job in enumerate(self.jobs) if job.number in numbers]
        joined = [i in kept and (i - 1 in kept or self.jobs[i].transition.kind != "crossfade") for i in range(len(self.jobs))]
        jobs = [self.jobs[i] if joined[i] else replace(self.jobs[i], transition=Transition()) for i in kept]
        return replace(self, jobs=laid_out(jobs), failures=tuple(f for f in self.failures if f.number in numbers))

    def subtitles(self) -> tuple[Subtitle, ...]:
        """One subtitle a spoken line, in film time."""
        return tuple(
            Subtitle(
                text=job.text,
                speaker=job.speaker,
                start_s=job.words[0].start_s if job.words else job.speech_start_s,
                end_s=job.words[-1].end_s if job.words else job.speech_start_s + job.take.audio.duration_s,
                words=tuple((w.text, w.start_s, w.end_s) for w in job.words),
            )
            for job in self.jobs
            if job.text and job.take
        )


def laid_out(jobs: Sequence[LineJob]) -> tuple[LineJob, ...]:
    """Jobs with their film frames, one after the other."""
    begin = start_frames([j.frames for j in jobs], [j.transition for j in jobs])
    return tuple(replace(job, start_frame=at) for job, at in zip(jobs, begin, strict=True))
