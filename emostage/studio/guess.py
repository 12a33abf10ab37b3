"""The jobs of a script before anything is spoken: the length of speech is guessed from its letters, the rest is as it will be.

Nothing is spoken, read, watched or kept. A line that takes its feeling from elsewhere, or describes it in free words, is guessed in
its mood; key times that do not fit a guessed length are moved to its edge, for the true length may have room for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

from emostage.core.tracks import SpeechTake
from emostage.scene.model import Line, Script
from emostage.scene.times import nearest
from emostage.speech.estimate import estimate_take, silence
from emostage.speech.phrases import phrases_of
from emostage.studio.arrange import arrange
from emostage.studio.cache import Cache
from emostage.studio.engines import Engine
from emostage.studio.layout import rooms
from emostage.studio.plan import LineJob
from emostage.studio.spoken import line_job
from emostage.studio.stages import Stages, real_stages
from emostage.studio.takes import Heard, Takes

UNKNOWN_S = 3.0
"""Guessed length of recordings that cannot be measured at once, and of performances."""


def guessed(script: Script, known: Mapping[tuple[object, ...], SpeechTake] | None = None) -> tuple[LineJob, ...]:
    """The job of every line with guessed speech, in its place in the film. Its `sound` and its `fingerprint` are empty.

    `known` are takes by what is `said`: they are used in place of a guess.
    """
    return arrange(script, tuple(guesses(script, known).values()), rooms(script.shots))


def guesses(
    script: Script, known: Mapping[tuple[object, ...], SpeechTake] | None = None, among: Collection[int] | None = None
) -> dict[int, LineJob]:
    """The same jobs without their places in the film, by the index of the line; with `among` only those of these."""
    takes = _Guesses(cache=Cache(), stages=_guessing(), known=known or {})
    wanted = (pair for pair in zip(script.lines, rooms(script.shots), strict=True) if among is None or pair[0].index in among)
    return {line.index: line_job(script, _plainly(line), room, takes) for line, room in wanted}


def said(line: Line) -> tuple[object, ...]:
    """What of a line its words and their pace depend on, but for what is felt."""
    return (line.text, line.words, line.pauses, line.audio, line.voice, line.prosody)


@dataclass(frozen=True, kw_only=True)
class _Guesses(Takes):
    """Takes that nobody speaks. What is felt does not change them: they are no more than guesses anyhow."""

    bends: ClassVar[bool] = False
    known: Mapping[tuple[object, ...], SpeechTake] = field(default_factory=dict)

    def spoken(self, line: Line, weights_per_word_8: Sequence[Sequence[float]]) -> Heard:  # noqa: ARG002
        """Silence as long as the line may be."""
        return Heard(take=self.known.get(said(line)) or _estimated(line.text or "", line.words, line.pauses, line.prosody.rate))

    def recorded(self, line: Line) -> Heard:
        """Silence as long as the recording, with the words spread over it."""
        assert line.audio is not None
        if (take := self.known.get(said(line))) is not None:
            return Heard(take=take)
        length_s = length_of(line.audio)
        if not line.text:
            return Heard(take=SpeechTake(audio=silence(length_s or UNKNOWN_S)))
        return Heard(take=_estimated(line.text, line.words, (), 1.0, length_s))

    def sound(self, take: SpeechTake | None) -> str:  # noqa: ARG002
        """Guesses have no fingerprint."""
        return ""


@lru_cache(maxsize=1024)
def _estimated(
    text: str, words: tuple[str, ...], pauses: tuple[tuple[int, float], ...], rate: float, length_s: float | None = None
) -> SpeechTake:
    return estimate_take(phrases_of(text, words, pauses, rate=rate), length_s)


def _plainly(line: Line) -> Line:
    """A line without what other files and free words say of it."""
    if line.motion is None and line.emotion_from is None and all(key.prompt is None for key in line.emotion):
        return line
    silent = line.motion is not None and line.text is None and line.audio is None and line.beat_s is None
    return replace(
        line,
        emotion=tuple(key if key.prompt is None else replace(key, prompt=None, weights_8=line.mood_8) for key in line.emotion),
        emotion_from=None,
        motion=None,
        beat_s=UNKNOWN_S if silent else line.beat_s,
    )


def _guessing() -> Stages:
    return replace(real_stages(), resolve=nearest, engine=_engine)


def _engine(name: str) -> Engine:
    """The engine of a name, without a look at whether there is one."""
    return Engine(name=name, performer=name, painter=None, fingerprint="")


def length_of(path: Path) -> float | None:
    """Seconds of a sound file as its head tells them; None where that cannot be told at once."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return _length(path, facts.st_mtime_ns, facts.st_size)


@lru_cache(maxsize=256)
def _length(path: Path, _changed_ns: int, _size: int) -> float | None:
    import soundfile

    try:
        info: Any = soundfile.info(str(path))
        return float(info.duration) or None
    except (RuntimeError, OSError, ValueError):
        return None
