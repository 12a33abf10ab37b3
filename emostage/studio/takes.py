"""Speech that is made once: takes by the fingerprint of what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from emostage.core.tracks import SpeechTake
from emostage.scene.model import Line
from emostage.studio import pack
from emostage.studio.cache import Cache
from emostage.studio.fingerprint import digest, file_digest, sources
from emostage.studio.stages import Stages

KIND = "takes"


@dataclass(frozen=True, kw_only=True)
class Takes:
    """The speech stage behind the cache."""

    cache: Cache
    stages: Stages

    def spoken(self, line: Line, weights_per_word_8: Sequence[Sequence[float]]) -> SpeechTake:
        """The line read by its voice with the emotion of each word in it."""
        request = self.stages.phrases(line, weights_per_word_8)
        key = digest("spoken", request, self.stages.voice_digest(line.voice), sources("speech", "core"))
        return self._take(key, lambda: self.stages.speak(request))

    def recorded(self, line: Line) -> SpeechTake:
        """The line's recording with the times of its words."""
        assert line.audio is not None
        sound = file_digest(line.audio) if line.audio.is_file() else str(line.audio)
        key = digest("recorded", sound, line.text, line.words, line.voice, sources("speech", "core"))
        return self._take(key, lambda: self.stages.read_recording(line))

    def _take(self, key: str, make: Callable[[], SpeechTake]) -> SpeechTake:
        if (path := self.cache.get(KIND, key)) is not None:
            try:
                return pack.load(SpeechTake, path)
            except ValueError:  # an entry of another version: make it again
                pass
        take = make()

        def write(path: Path) -> None:
            pack.save(take, path)

        self.cache.put(KIND, key, ".npz", write)
        return take
