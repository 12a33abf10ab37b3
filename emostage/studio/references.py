"""What lines take from other files: the feeling of a face in a picture or of the voice in a recording, the performance in a film or
a motion file.

Each file is read once and kept in the cache by its bytes; a film is watched only when a plan needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from emostage.core.errors import Diagnostic, EmostageError, SceneError
from emostage.core.tracks import F64, Frozen, MotionTrack, SpeechTake
from emostage.scene.model import EmotionKey, Line, Take, TimeRef
from emostage.studio import pack
from emostage.studio.cache import Cache
from emostage.studio.fingerprint import checkpoint_digest, digest, file_digest, sources
from emostage.studio.stages import Stages

if TYPE_CHECKING:
    from emostage.emotion.temporal import Felt
    from emostage.motion.acting import Acting

KIND = "motions"
LEAST = 0.05
"""Weaker feelings are not taken from a picture."""
SLOWEST, FASTEST = 0.5, 2.0
"""How far a performance may be slowed down or hurried to fit its speech."""
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class _Shown(Frozen):
    """The expression of a picture."""

    expression_52: F64


@dataclass(frozen=True, kw_only=True)
class References:
    """Reads the files. `on_film` is told the name of every film before it is watched."""

    cache: Cache
    stages: Stages
    on_film: Callable[[str], None] | None = None
    _one_by_one: Lock = field(default_factory=Lock)

    def inspired(self, line: Line) -> tuple[Line, Felt | None, tuple[Diagnostic, ...]]:
        """The line with a picture's feeling as its own, the feeling over time it takes from a performance, and what is odd about
        the picture (W077). Raises EmostageError for a file that cannot be used, with its place."""
        source = line.emotion_from
        if source is None or source.file is None:
            return line, None, ()
        try:
            if source.kind == "picture":
                return self._of_picture(line, source.file, source.strength)
            motion = self.film(source.file) if source.kind == "film" else self.stages.read_motion(source.file)
            return line, self.stages.felt(motion), ()
        except EmostageError as error:
            raise error.at(source.place) from error

    def voiced(self, line: Line, take: SpeechTake) -> tuple[Felt | None, tuple[Diagnostic, ...]]:
        """The feeling over time of a line that takes it from its own recording, and that it is a guess (W078)."""
        if line.emotion_from is None or line.emotion_from.kind != "audio":
            return None, ()
        from emostage.emotion.temporal import Felt

        used = sources("core", "speech", "motion", "emotion", "nets")
        key = digest("voice", take.audio, used, checkpoint_digest("vaid"))
        guess = Diagnostic(
            code="W078",
            message="what a voice feels is a guess, and a weak one",
            hint="look at the film, or name the feeling: emotion: happy 0.6",
            place=line.emotion_from.place,
        )
        return self._kept(Felt, key, lambda: self.stages.felt_in_voice(self.stages.features(take.audio))), (guess,)

    def acting(self, line: Line, take: Take, *, at_s: float, speech_s: float) -> Acting:
        """The take of a line in its clip; its speech or beat lasts `speech_s` and begins `at_s` after the clip's start. Raises
        EmostageError with the take's place."""
        try:
            motion = self.stages.read_motion(take.file)
        except EmostageError as error:
            raise error.at(take.place) from error
        acting = self.stages.acting(motion, line, at_s)
        if acting.length_s <= 0.0:
            message = f"the performance in '{take.file.name}' ends before {take.start_s:g} s"
            raise SceneError.of("E041", message, f"it lasts {float(len(motion) / motion.fps):.2f} s", take.place)
        if take.fit and speech_s > 0.0:
            return replace(acting, pace=min(max(acting.length_s / speech_s, SLOWEST), FASTEST))
        return acting

    def film(self, path: Path) -> MotionTrack:
        """The performance of the person in a film."""
        key = digest("film", file_digest(path), sources("core", "face", "film", "studio/filmed.py"), checkpoint_digest("head"))
        return self._kept(MotionTrack, key, lambda: self._watched(path))

    def _watched(self, path: Path) -> MotionTrack:
        if self.on_film:
            self.on_film(path.name)
        return self.stages.watch(path)

    def _of_picture(self, line: Line, path: Path, strength: float) -> tuple[Line, None, tuple[Diagnostic, ...]]:
        key = digest("picture", file_digest(path), sources("core", "face"), checkpoint_digest("head"))
        shown = self._kept(_Shown, key, lambda: _Shown(expression_52=self.stages.read_face(path)))
        weights_8, clear = self.stages.feeling_of_face(shown.expression_52)
        felt = (0.0, *(round(float(w) * strength, 4) if w >= LEAST else 0.0 for w in weights_8[1:]))
        start = EmotionKey(at=TimeRef(kind="start", place=line.place), weights_8=(1.0 - sum(felt), *felt[1:]), place=line.place)
        unclear = Diagnostic(
            code="W077",
            message=f"the face in '{path.name}' shows no clear feeling",
            hint="use a picture that shows more, or name the feeling: emotion: happy 0.6",
            place=line.emotion_from.place if line.emotion_from else None,
        )
        return replace(line, emotion=(start, *line.emotion)), None, () if clear else (unclear,)

    def _kept(self, kind: type[T], key: str, make: Callable[[], T]) -> T:
        with self._one_by_one:
            if (path := self.cache.get(KIND, key)) is not None:
                try:
                    return pack.load(kind, path)
                except ValueError:  # an entry of another version: make it again
                    pass
            made: Any = make()
            self.cache.put(KIND, key, ".npz", partial(pack.save, made))
            return made  # type: ignore[no-any-return]
