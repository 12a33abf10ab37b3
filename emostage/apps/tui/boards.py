"""From a script and how far it was rehearsed to the board that widgets show. T samples of a curve, P of loudness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np

from emostage.apps.tui.board import CURVE_RATE, PEAK_RATE, Board, KeyMark, LineStrip, ShotStrip, WordMark
from emostage.core.emotion import EMOTIONS
from emostage.core.errors import Diagnostic
from emostage.core.time import seconds_at
from emostage.core.tracks import F32, AudioClip
from emostage.editing.outline import Outline
from emostage.editing.refs import KeyRef, TrackName
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Line, Script
from emostage.scene.times import nearest
from emostage.studio.keys import Clock
from emostage.studio.perform import feelings
from emostage.studio.plan import LineJob
from emostage.studio.rehearsal import Rehearsed
from emostage.studio.stages import Stages

_LOUDEST = 0.25
"""Amplitude (RMS) that is drawn at full height."""
_REMEMBERED = 1024


def board_of(script: Script, outline: Outline, rehearsed: Rehearsed, stages: Stages, drawn: frozenset[int] = frozenset()) -> Board:
    """The board of a script. `outline` is that of the same document, and tells cues from keys; `drawn` are the lines whose clips
    are made."""
    lines = tuple(
        _strip(line, job, outline, stages, guessed=line.index not in rehearsed.spoken, drawn=line.index in drawn,
               problem=_problem(rehearsed.failures, line.index))
        for line, job in zip(script.lines, rehearsed.jobs, strict=True)
    )  # fmt: skip
    return Board(
        title=script.title,
        fps=script.film.fps,
        duration_s=max((line.end_s for line in lines), default=0.0),
        speakers=tuple(dict.fromkeys(line.speaker for line in script.lines)),
        shots=tuple(_shots(script, rehearsed.jobs)),
        lines=lines,
    )


def _strip(
    line: Line, job: LineJob, outline: Outline, stages: Stages, *, guessed: bool, drawn: bool, problem: Diagnostic | None
) -> LineStrip:
    words = tuple(WordMark(text=word.text, start_s=word.start_s, end_s=word.end_s) for word in job.words)
    return LineStrip(
        index=line.index,
        speaker=line.speaker,
        on_screen=line.on_screen,
        caption=job.caption,
        start_s=job.start_s,
        end_s=job.start_s + job.duration_s,
        speech_start_s=job.speech_start_s,
        words=words,
        peaks_P=() if guessed or job.take is None else _peaks(job.take.audio),
        weights_T8=_weights(job, stages),
        keys=tuple(_keys(line, job, outline)),
        guessed=guessed,
        drawn=drawn,
        problem=problem,
        place=line.place,
    )


def _problem(failures: Mapping[int, Sequence[Diagnostic]], index: int) -> Diagnostic | None:
    return next(iter(failures.get(index, ())), None)


def _shots(script: Script, jobs: Sequence[LineJob]) -> Iterator[ShotStrip]:
    for shot in script.shots:
        mine = [jobs[line.index] for line in shot.lines]
        if mine:
            yield ShotStrip(
                index=shot.index,
                name=shot.name,
                start_s=mine[0].start_s,
                end_s=mine[-1].start_s + mine[-1].duration_s,
                transition=mine[0].transition.kind,
                transition_s=seconds_at(mine[0].transition.frames, mine[0].fps),
                lines=tuple(line.index for line in shot.lines),
            )


def _keys(line: Line, job: LineJob, outline: Outline) -> Iterator[KeyMark]:
    clock = Clock(
        words=job.take.words if job.take else (),
        duration_s=job.take.audio.duration_s if job.take else job.duration_s,
        offset_s=job.speech_at_s,
        end_s=job.duration_s,
        fps=job.fps,
        resolve=nearest,
    )
    tracks: tuple[tuple[TrackName, Sequence[EmotionKey | GazeKey | HeadKey]], ...] = (
        ("emotion", line.emotion), ("gaze", line.gaze), ("head", line.head),
    )  # fmt: skip
    for track, keys in tracks:
        for number, (key, at_s) in enumerate(zip(keys, clock.clip_times(keys), strict=True)):
            ref = KeyRef(line=line.index, track=track, number=number)
            found = outline.key(ref)
            dominant, strength, label = _told(key)
            inline = found is not None and found.cue is not None
            yield KeyMark(ref=ref, at_s=job.start_s + at_s, label=label, dominant=dominant, strength=strength, inline=inline)


def _told(key: EmotionKey | GazeKey | HeadKey) -> tuple[str, float, str]:
    """The strongest emotion of a key, how strong it is, and what to call the key."""
    if isinstance(key, GazeKey):
        return "", 0.0, key.target if isinstance(key.target, str) else "{:g}, {:g}".format(*key.target)
    if isinstance(key, HeadKey):
        return "", 0.0, key.do or "{:g}, {:g}, {:g}".format(*(key.angles_deg or (0, 0, 0)))
    if key.prompt is not None:
        return "neutral", key.strength, f'"{key.prompt}"'
    felt = sorted(((w, name) for w, name in zip(key.weights_8[1:], EMOTIONS[1:], strict=True) if w >= 5e-4), reverse=True)
    if not felt:
        return "neutral", 0.0, "neutral"
    return felt[0][1], sum(w for w, _ in felt), " + ".join(f"{name} {w:.2g}".replace(" 0.", " .") for w, name in felt)


def _weights(job: LineJob, stages: Stages) -> F32:
    """What is felt, at `CURVE_RATE`."""
    felt_T8 = _felt(job.emotion, job.mood_8, job.frames, job.fps, stages) if job.felt is None else feelings(job, stages).weights_T8
    count = max(round(job.duration_s * CURVE_RATE), 1)
    at_T = ((np.arange(count) + 0.5) / CURVE_RATE * float(job.fps)).astype(np.intp).clip(0, len(felt_T8) - 1)
    return np.asarray(felt_T8[at_T], np.float32)


@lru_cache(maxsize=_REMEMBERED)
def _felt(emotion, mood_8, frames, fps, stages) -> F32:  # type: ignore[no-untyped-def]
    return np.asarray(stages.feel(emotion, mood_8, frames, fps).weights_T8)


def _peaks(audio: AudioClip) -> tuple[float, ...]:
    """Loudness (P) in [0, 1] at `PEAK_RATE`."""
    return _peaks_of(id(audio.samples_S), _Held(audio))


class _Held:
    """A sound that is compared by being the same."""

    def __init__(self, audio: AudioClip) -> None:
        self.audio = audio

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.audio.samples_S is self.audio.samples_S

    def __hash__(self) -> int:
        return id(self.audio.samples_S)


@lru_cache(maxsize=_REMEMBERED)
def _peaks_of(number: int, held: _Held) -> tuple[float, ...]:
    del number
    samples_S, window = held.audio.samples_S, max(held.audio.rate_hz // PEAK_RATE, 1)
    count = -(-len(samples_S) // window)
    padded_S = np.zeros(count * window, np.float32)
    padded_S[: len(samples_S)] = samples_S
    rms_P = np.sqrt((padded_S.reshape(count, window) ** 2).mean(1))
    return tuple(np.clip(rms_P / _LOUDEST, 0.0, 1.0).round(3).tolist())
