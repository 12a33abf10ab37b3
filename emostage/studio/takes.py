"""Speech that is made once: takes by the fingerprint of what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import ClassVar

from emostage.core.errors import Diagnostic
from emostage.core.tracks import SpeechTake
from emostage.scene.model import Line
from emostage.studio import pack
from emostage.studio.cache import Cache
from emostage.studio.fingerprint import digest, file_digest, sources
from emostage.studio.references import References
from emostage.studio.stages import Stages

KIND = "takes"


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A take, and what is odd about its recording."""

    take: SpeechTake
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Takes:
    """The speech stage, and what lines take from other files, behind the cache. Once `stop` is set nothing new is spoken:
    CancelledError is raised instead. `on_film` is told the name of every film before it is watched."""

    cache: Cache
    stages: Stages
    stop: Event = field(default_factory=Event)
    on_film: Callable[[str], None] | None = None
    references: References = field(init=False)
    bends: ClassVar[bool] = True
    """Whether what is felt is heard: lines are then read twice."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "references", References(cache=self.cache, stages=self.stages, on_film=self.on_film))

    def spoken(self, line: Line, weights_per_word_8: Sequence[Sequence[float]]) -> Heard:
        """The line read by its voice with the emotion of each word in it."""
        request = self.stages.phrases(line, weights_per_word_8)
        key = digest("spoken", request, self.stages.voice_digest(line.voice), sources("speech", "core"))
        return self._heard(key, lambda: Heard(take=self.stages.speak(request)))

    def recorded(self, line: Line) -> Heard:
        """The line's recording with the times of its words."""
        assert line.audio is not None
        sound = file_digest(line.audio) if line.audio.is_file() else str(line.audio)
        voice = self.stages.voice_digest(line.voice) if line.text else ""
        key = digest("recorded", sound, line.text, line.words, voice, sources("speech", "core"))
        return self._heard(key, lambda: self._read(line))

    def sound(self, take: SpeechTake | None) -> str:
        """The fingerprint of what is heard."""
        return digest("take", take)

    def _read(self, line: Line) -> Heard:
        take, findings = self.stages.read_recording(line)
        return Heard(take=take, findings=findings)

    def _heard(self, key: str, make: Callable[[], Heard]) -> Heard:
        if (path := self.cache.get(KIND, key)) is not None:
            try:
                return pack.load(Heard, path)
            except ValueError:  # an entry of another version: make it again
                pass
        if self.stop.is_set():
            raise CancelledError
        heard = make()

        def write(path: Path) -> None:
            pack.save(heard, path)

        self.cache.put(KIND, key, ".npz", write)
        return heard
