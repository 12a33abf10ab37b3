"""A rehearsed script as a board: where its lines, words, keys and feelings lie in the film. No Textual, no torch.

What is costly is kept: curves by what they are made of, peaks as long as their sound is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from math import ceil
from weakref import finalize

import numpy as np

from emostage.apps.tui.board import CURVE_RATE, PEAK_RATE, Board, KeyMark, LineStrip, MusicSpan, ShotStrip, WordMark
from emostage.core.emotion import EMOTIONS
from emostage.core.errors import Diagnostic
from emostage.core.keyframes import Keyframe
from emostage.core.time import seconds_at
from emostage.core.tracks import F32, AudioClip
from emostage.editing.refs import KeyRef
from emostage.emotion.curve import weights_over_time
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Line, Script, Shot
from emostage.scene.times import nearest
from emostage.studio.keys import Clock
from emostage.studio.plan import LineJob
from emostage.studio.rehearsal import Rehearsed

_FELT = 0.005
"""Weaker weights are not named."""
_CURVES = 2048
_PEAKS: dict[int, tuple[float, ...]] = {}
"""By sound; they go with it."""


class Boards:
    """Makes the boards of a script as it is edited: strips of lines that have not changed are the same objects again."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[LineJob, tuple[object, ...], LineStrip]] = {}

    def of(self, script: Script, rehearsed: Rehearsed, *, drawn: Collection[int] = ()) -> Board:
        """The board of a script as far as it is rehearsed; `drawn` are the lines, by index, whose clips are made."""
        strips = [
            self._strip(line, job, rehearsed, drawn=line.index in drawn)
            for line, job in zip(script.lines, rehearsed.jobs, strict=True)
        ]
        speaking = {line.speaker for line in script.lines}
        end_s = max((strip.end_s for _, _, strip in strips), default=0.0)
        self._made = {id(job): (job, shown, strip) for job, shown, strip in strips}
        return Board(
            title=script.title,
            fps=script.film.fps,
            duration_s=end_s,
            speakers=tuple(name for name in script.cast if name in speaking),
            shots=tuple(_shots(script.shots, rehearsed.jobs)),
            lines=tuple(strip for _, _, strip in strips),
            music=(MusicSpan(label="music", start_s=0.0, end_s=end_s),) if _has_music(script) else (),
        )

    def _strip(
        self, line: Line, job: LineJob, rehearsed: Rehearsed, *, drawn: bool
    ) -> tuple[LineJob, tuple[object, ...], LineStrip]:
        """The strip of a line, with all that it is made of."""
        problem = next(iter((*rehearsed.failures.get(line.index, ()), *job.findings)), None)
        shown = (line, line.index not in rehearsed.spoken, drawn, problem)
        before, what, strip = self._made.get(id(job), (None, (), None))
        if before is not job or what != shown or strip is None:
            strip = _line(line, job, guessed=shown[1], drawn=drawn, problem=problem)
        return job, shown, strip


def board_of(script: Script, rehearsed: Rehearsed, *, drawn: Collection[int] = ()) -> Board:
    """The board of a script that is shown once."""
    return Boards().of(script, rehearsed, drawn=drawn)


def _line(line: Line, job: LineJob, *, guessed: bool, drawn: bool, problem: Diagnostic | None) -> LineStrip:
    return LineStrip(
        index=line.index,
        speaker=line.speaker,
        on_screen=line.on_screen,
        caption=line.text or ("(a recording)" if line.audio else "(acted)" if line.motion else "(a beat)"),
        start_s=job.start_s,
        end_s=job.start_s + job.duration_s,
        speech_start_s=job.speech_start_s,
        weights_T8=_weights(job),
        words=tuple(_words(job)),
        peaks_P=peaks(job.take.audio) if job.take else (),
        keys=tuple(_keys(line, job)),
        guessed=guessed,
        drawn=drawn,
        problem=problem,
        place=line.place,
    )


def _words(job: LineJob) -> Iterator[WordMark]:
    at_s = job.speech_start_s
    return (WordMark(word.text, word.start_s + at_s, word.end_s + at_s) for word in (job.take.words if job.take else ()))


def _shots(shots: Sequence[Shot], jobs: Sequence[LineJob]) -> Iterator[ShotStrip]:
    """Strips of the shots; one without lines is a moment at the end of the one before."""
    end_s = 0.0
    for shot in shots:
        own = [jobs[line.index] for line in shot.lines]
        into = own[0].transition if own else None
        start_s = own[0].start_s if own else end_s
        end_s = own[-1].start_s + own[-1].duration_s if own else end_s
        yield ShotStrip(
            index=shot.index,
            name=shot.name,
            start_s=start_s,
            end_s=end_s,
            transition=into.kind if into else "cut",
            transition_s=seconds_at(into.frames, own[0].fps) if into else 0.0,
            lines=tuple(line.index for line in shot.lines),
        )


def _has_music(script: Script) -> bool:
    """Scripts say that there is music, not yet which."""
    return any(feature.split(":")[0] == "music" for feature in script.unfinished)


def _weights(job: LineJob) -> F32:
    """What is felt (T, 8) in a job's clip, at `CURVE_RATE`."""
    if job.felt is None:
        return _curve(job.emotion, job.mood_8, job.frames, job.fps)
    count, rate = _samples(job.frames, job.fps), Fraction(CURVE_RATE)
    return job.felt.track(at_s=job.speech_at_s, mood_8=job.mood_8, strength=job.felt_strength, count=count, fps=rate).weights_T8


@lru_cache(maxsize=_CURVES)
def _curve(keys: tuple[Keyframe, ...], mood_8: tuple[float, ...], frames: int, fps: Fraction) -> F32:
    weights_T8 = weights_over_time(keys, mood_8=mood_8, count=_samples(frames, fps), fps=Fraction(CURVE_RATE)).astype(np.float32)
    weights_T8.setflags(write=False)
    return weights_T8


def _samples(frames: int, fps: Fraction) -> int:
    return max(1, ceil(frames * CURVE_RATE / fps))


def peaks(audio: AudioClip) -> tuple[float, ...]:
    """The largest sample of every `PEAK_RATE`th of a second, in [0, 1]; () for silence."""
    key = id(audio)
    if key not in _PEAKS:
        _PEAKS[key] = _measured(audio)
        finalize(audio, _PEAKS.pop, key, None).atexit = False
    return _PEAKS[key]


def _measured(audio: AudioClip) -> tuple[float, ...]:
    size_S = np.abs(audio.samples_S)
    if not size_S.any():
        return ()
    starts_P = np.arange(ceil(len(size_S) * PEAK_RATE / audio.rate_hz)) * audio.rate_hz // PEAK_RATE
    return tuple(np.minimum(np.maximum.reduceat(size_S, starts_P), 1.0).round(4).tolist())


def _keys(line: Line, job: LineJob) -> Iterator[KeyMark]:
    """The marks of a line's keys, each track in the order of `KeyRef`."""
    take = job.take
    clock = Clock(
        words=take.words if take else (),
        duration_s=take.audio.duration_s if take else job.duration_s,
        offset_s=job.speech_at_s,
        end_s=job.duration_s,
        fps=job.fps,
        resolve=nearest,
    )
    return chain(_feelings(line, job, clock), _looks(line, job, clock), _moves(line, job, clock))


def _feelings(line: Line, job: LineJob, clock: Clock) -> Iterator[KeyMark]:
    meant = iter(job.described)
    for number, (key, at_s) in enumerate(zip(line.emotion, clock.clip_times(line.emotion), strict=True)):
        read = next(meant, None) if key.prompt is not None else None
        dominant, strength = _dominant(tuple(read.weights_8 if read else key.weights_8))
        yield KeyMark(
            ref=KeyRef(line=line.index, track="emotion", number=number),
            at_s=job.start_s + at_s,
            label=_feeling(tuple(key.weights_8), key.prompt, key.strength),
            dominant=dominant,
            strength=strength,
            inline=is_cue(key),
        )


def _looks(line: Line, job: LineJob, clock: Clock) -> Iterator[KeyMark]:
    for number, (key, at_s) in enumerate(zip(line.gaze, clock.clip_times(line.gaze), strict=True)):
        ref = KeyRef(line=line.index, track="gaze", number=number)
        label = key.target if isinstance(key.target, str) else _numbers(key.target)
        yield KeyMark(ref=ref, at_s=job.start_s + at_s, label=label, inline=is_cue(key))


def _moves(line: Line, job: LineJob, clock: Clock) -> Iterator[KeyMark]:
    for number, (key, at_s) in enumerate(zip(line.head, clock.clip_times(line.head), strict=True)):
        ref = KeyRef(line=line.index, track="head", number=number)
        label = key.do or _numbers(key.angles_deg or ())
        yield KeyMark(ref=ref, at_s=job.start_s + at_s, label=label, inline=is_cue(key))


def is_cue(key: EmotionKey | GazeKey | HeadKey) -> bool:
    """Whether a key stands as a cue in its line's text. A cue is its own time, from a word on or at the end (`scene.cuekeys`);
    every key of a list has its time beside it, or is at the start."""
    return key.at.kind in ("word", "end") and key.place is not None and key.place == key.at.place


@lru_cache(maxsize=_CURVES)
def _dominant(weights_8: tuple[float, ...]) -> tuple[str, float]:
    """The strongest feeling and its weight; neutral where there is none."""
    strongest = max(range(1, len(EMOTIONS)), key=lambda i: weights_8[i])
    index = strongest if weights_8[strongest] > _FELT else 0
    return EMOTIONS[index], float(weights_8[index])


@lru_cache(maxsize=_CURVES)
def _feeling(weights_8: tuple[float, ...], prompt: str | None, strength: float) -> str:
    """A feeling as scenes write it."""
    if prompt is not None:
        return f'like "{prompt}"' + (f" {strength:.2g}" if strength != 1.0 else "")
    felt = sorted(((w, name) for w, name in zip(weights_8[1:], EMOTIONS[1:], strict=True) if w > _FELT), key=lambda p: -p[0])
    return ", ".join(f"{name} {weight:.2g}" for weight, name in felt) or "neutral"


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{value:g}" for value in values)
