"""One frame of a job, now: what those see who edit a film, while they move through it.

A glimpse is the moved photo at draft quality and a small size, whatever engine the line has: engines that paint are shown as the
photo renderer shows their performance. Portraits, photos and motions are kept, so that the next frame of a line costs no more than
its painting; a line that was changed is first performed anew, by rules alone where it must be quick (`QUICK`, some 10 ms for three
seconds of film, against 0.1 s of the default engine). torch is loaded with the first glimpse.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Literal, TypeVar

from emostage.core.identity import Adapter
from emostage.core.tracks import U8, AudioClip, AudioFeatures, MotionTrack, Portrait
from emostage.scene.model import CastMember, Film, Script
from emostage.studio.actors import prepared
from emostage.studio.cache import Cache
from emostage.studio.fingerprint import digest
from emostage.studio.identities import MANNER, Adapted, Identities
from emostage.studio.perform import perform, performance_of
from emostage.studio.plan import LineJob
from emostage.studio.stages import Performer, Photo, Stages, real_stages

QUICK = "reference"
"""The motion engine that needs no net."""
QUALITY: Literal["draft"] = "draft"
LONGEST_PX = 320
_PHOTOS, _MOTIONS, _SOUNDS = 4, 48, 12
"""How many of each are kept."""
T = TypeVar("T")


class Glimpse:
    """Draws single frames. All methods may be called from any thread; they wait for each other."""

    def __init__(
        self, *, cache: Cache | None = None, stages: Stages | None = None, device: str = "cpu", longest_px: int = LONGEST_PX
    ) -> None:
        """`longest_px` is the longer side of the frames; those of smaller films are as large as the film."""
        self._cache, self._stages = cache or Cache(), stages or real_stages()
        self._device, self._longest_px = device, longest_px
        self._photos: _Kept[tuple[Portrait, Photo]] = _Kept(_PHOTOS)
        self._motions: _Kept[MotionTrack] = _Kept(_MOTIONS)
        self._sounds: _Kept[tuple[AudioClip, AudioFeatures]] = _Kept(_SOUNDS)
        self._performers: dict[tuple[str, Adapter | None], Performer] = {}
        self._identities: Identities | None = None
        self._lock = RLock()

    def prepare(self, script: Script, name: str) -> None:
        """Get a person of the cast ready. Raises AssetError E07x for a picture that cannot be used and E136 for an identity."""
        with self._lock:
            self._photo(script, name)

    def frame(self, script: Script, job: LineJob, at_s: float, *, quick: bool = True) -> U8:
        """The frame (height, width, 3) of a job of a script at a film time, or its nearest one.

        With `quick` a job that its own engine has not performed yet is performed by rules; guessed jobs always are, and stay silent
        until there is a take. Raises AssetError as `prepare` does, and E090, E131, E133 for an engine that cannot perform.
        """
        with self._lock:
            portrait, photo = self._photo(script, job.on_screen)
            return photo.frame(self._motion(script, job, portrait, quick=quick), number_at(job, at_s))

    def rehearse(self, script: Script, job: LineJob) -> bool:
        """Perform a job by its own engine, so that its frames are what the film will show, while others may draw. Returns whether
        there was anything to perform: not for guessed jobs and those that are known. Raises what `frame` raises."""
        with self._lock:
            portrait, _ = self._photo(script, job.on_screen)
            manner = _manner(self._played(script, job.on_screen))
        true = (_as_asked(job, portrait, manner), job.engine.performer)
        if not job.sound or true in self._motions:
            return False
        motion = self._performed(job, portrait, job.engine.performer, manner)
        with self._lock:
            self._motions.get(true, lambda: motion)
        return True

    def filmstrip(self, script: Script, job: LineJob, count: int, *, quick: bool = True) -> tuple[U8, ...]:
        """`count` frames of a job, evenly spread over it. Raises what `frame` raises."""
        steps = ((i + 0.5) / count for i in range(count))
        return tuple(self.frame(script, job, job.start_s + step * job.duration_s, quick=quick) for step in steps)

    def _photo(self, script: Script, name: str) -> tuple[Portrait, Photo]:
        member, film = script.cast[name], _small(script.film, self._longest_px)
        identity = self._played(script, name)
        played = identity and identity.fingerprint(identity.parts)
        seen = (_stamp(member.portrait), member.face, member.framing, film.size_px, _stamp(film.background), played)
        return self._photos.get(seen, lambda: self._prepared(member, film, identity))

    def _prepared(self, member: CastMember, film: Film, identity: Adapted | None) -> tuple[Portrait, Photo]:
        portrait = prepared(member, self._cache, self._stages).portrait
        return portrait, self._stages.photo(portrait, member, film, self._device, identity)

    def _motion(self, script: Script, job: LineJob, portrait: Portrait, *, quick: bool) -> MotionTrack:
        """The motion of a job: that of its own engine if it is there or there is time, else by rules."""
        manner = _manner(self._played(script, job.on_screen))
        asked = _as_asked(job, portrait, manner)
        true = (asked, job.engine.performer)
        name = QUICK if not job.sound or (quick and true not in self._motions) else job.engine.performer
        return self._motions.get((asked, name), lambda: self._performed(job, portrait, name, manner))

    def _performed(self, job: LineJob, portrait: Portrait, name: str, manner: Adapter | None) -> MotionTrack:
        if (name, manner) not in self._performers:
            call = self._stages.performer
            self._performers[name, manner] = call(name, manner) if manner else call(name)
        stages = replace(self._stages, features=self._features)
        if not _audible(job):
            job = replace(job, take=None)
        return perform(job, performance_of(job, portrait, stages), self._performers[name, manner], stages)

    def _played(self, script: Script, name: str) -> Adapted | None:
        """The identity that a person plays, read anew for every script."""
        if self._identities is None or self._identities.cast is not script.cast:
            self._identities = Identities(cast=script.cast, quality=QUALITY)
        return self._identities.of(name)

    def _features(self, audio: AudioClip) -> AudioFeatures:
        """Kept with their sound, so that nothing else is ever taken for it."""
        with self._lock:
            return self._sounds.get(id(audio), lambda: (audio, self._stages.features(audio)))[1]


class _Kept(OrderedDict[Hashable, T]):
    """The values that were asked for last."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def get(self, key: Hashable, make: Callable[[], T]) -> T:  # type: ignore[override]
        """The value of a key, made if need be."""
        if key not in self:
            self[key] = make()
            while len(self) > self._most:
                self.popitem(last=False)
        self.move_to_end(key)
        return self[key]


def number_at(job: LineJob, at_s: float) -> int:
    """The frame of a job's clip that is shown at a film time; its first or last one outside of it."""
    frame = int((at_s + 1e-6) * job.fps) - job.start_frame
    return min(max(frame, 0), job.frames - 1)


def _small(film: Film, longest_px: int) -> Film:
    """The film as a glimpse shows it."""
    share = min(1.0, longest_px / max(film.size_px))
    width, height = (max(2, 2 * round(side * share / 2)) for side in film.size_px)
    return replace(film, size_px=(width, height), quality=QUALITY)


def _manner(identity: Adapted | None) -> Adapter | None:
    return identity.adapter(MANNER) if identity else None


def _audible(job: LineJob) -> bool:
    """Whether a job has a sound of its own, or a last one that stands in for it."""
    return job.take is not None and (bool(job.sound) or bool(job.take.audio.samples_S.any()))


def _as_asked(job: LineJob, portrait: Portrait, manner: Adapter | None) -> str:
    """The fingerprint of a performance, whoever gives it."""
    return digest("glimpse", _asked(job), portrait.fingerprint, manner and (manner.sha256, manner.strength))


def _asked(job: LineJob) -> tuple[object, ...]:
    """What of a job is performed."""
    heard = (job.sound or digest(job.take)) if job.speaker == job.on_screen else ""
    feeling = (job.mood_8, job.emotion, job.felt, job.felt_strength, job.acting)
    moves = (job.gaze, job.head, job.gestures, job.liveliness, job.enter_rad, job.leave_rad)
    return (heard, job.speech_at_s, job.frames, job.fps, job.seed, feeling, moves)


def _stamp(source: Path | str) -> Hashable:
    """A file as it is now; names stand for themselves."""
    if not isinstance(source, Path):
        return source
    try:
        facts = source.stat()
    except OSError:
        return source
    return source, facts.st_mtime_ns, facts.st_size
