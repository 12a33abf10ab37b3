"""The identities that the people of a film play: read before any work begins, and which of their parts an engine asks for.

A part is used by what it changes: the face by whatever moves or paints the photo, the manner by whoever performs, the part of a
painter by that painter, the finish where photos are finished. Only what a film uses has to fit what is installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emostage.core.errors import AssetError, Diagnostic, SceneError
from emostage.core.identity import WEAKEST, Adapter, Consent, Identity, misfits, read_identity
from emostage.core.plugins import FINISHERS, MOTION_ENGINES, PAINTERS, load, takes
from emostage.scene.model import CastMember, IdentityRef, Script
from emostage.studio.engines import Engine, engine_of, finish_of
from emostage.studio.fingerprint import digest

if TYPE_CHECKING:
    from emostage.studio.plan import LineJob

FACE, MANNER = "face", "manner"


@dataclass(frozen=True, kw_only=True)
class Adapted:
    """An identity as a person of a film plays it: the files of its parts, their SHA-256, and the share of what was learnt; whose
    it is, who agreed, and the folder that it was read from."""

    name: str
    consent: Consent
    folder: Path
    parts: Mapping[str, Path]
    digests: Mapping[str, str]
    strength: float

    def adapter(self, part: str) -> Adapter | None:
        """What a net is given of a part; None where the identity has none."""
        if part not in self.parts:
            return None
        return Adapter(file=self.parts[part], strength=self.strength, sha256=self.digests[part])

    def fingerprint(self, parts: Iterable[str]) -> str:
        """Of these parts, as far as there are any, and of the strength."""
        return digest("identity", [(part, self.digests[part]) for part in sorted(set(parts) & set(self.parts))], self.strength)

    @property
    def marks(self) -> tuple[str, ...]:
        """What cached films of this identity are found by."""
        return (folder_mark(self.folder), *sorted(self.digests.values()))


def folder_mark(folder: Path) -> str:
    """The mark of an identity's folder: it outlives what is learnt anew in there, and says nothing of where it lies."""
    return digest("folder", str(folder.resolve()))


def parts_used(engine: Engine, quality: str) -> tuple[str, ...]:
    """The parts of an identity that an engine asks for at a quality."""
    finish = finish_of(engine, quality)
    own = (engine.painter,) if engine.painter else (finish.finisher,) if finish else ()
    return (FACE, MANNER, *own)


@dataclass(frozen=True, kw_only=True)
class Identities:
    """The identities of a cast, each read when it is first asked for."""

    cast: Mapping[str, CastMember]
    quality: str
    _read: dict[str, Identity | AssetError] = field(default_factory=dict, init=False)
    _found: dict[tuple[str, str], tuple[Diagnostic, ...]] = field(default_factory=dict, init=False)

    def of(self, name: str) -> Adapted | None:
        """The identity that a person plays; None for those who play none, or none of it. Raises AssetError E136 at its place."""
        ref = self._ref(name)
        return None if ref is None else _played(self._identity(name, ref), ref)

    def fitted(self, job: LineJob) -> LineJob:
        """A job, with what is odd about the identity of who is seen in it among its findings. Raises AssetError E136, and E137 for
        parts that its engine uses and that were tuned on another checkpoint, at the identity's place in the scene."""
        found = self.problems(job.on_screen, job.engine)
        if errors := [problem for problem in found if problem.severity == "error"]:
            raise AssetError(*errors)
        return replace(job, findings=(*job.findings, *found))

    def problems(self, name: str, engine: Engine) -> tuple[Diagnostic, ...]:
        """E137 and W136 of a person who is drawn by an engine, at the identity's place. Raises AssetError E136."""
        ref = self._ref(name)
        if ref is not None and (name, engine.name) not in self._found:
            identity, used = self._identity(name, ref), parts_used(engine, self.quality)
            problems = (*misfits(identity, used), *_untuned(identity, engine, used))
            self._found[name, engine.name] = tuple(problem.at(ref.place) for problem in problems)
        return self._found.get((name, engine.name), ())

    def fingerprint(self, job: LineJob) -> str:
        """Of what the identity of who is seen in a job changes in its picture; empty where it changes nothing."""
        adapted = self.of(job.on_screen)
        return adapted.fingerprint(parts_used(job.engine, self.quality)) if adapted else ""

    def _ref(self, name: str) -> IdentityRef | None:
        ref = self.cast[name].identity
        return ref if ref is not None and ref.strength > WEAKEST else None

    def _identity(self, name: str, ref: IdentityRef) -> Identity:
        if name not in self._read:
            try:
                self._read[name] = read_identity(ref.path)
            except AssetError as error:
                self._read[name] = error.at(ref.place)
        found = self._read[name]
        if isinstance(found, AssetError):
            raise found
        return found


def examine(script: Script) -> tuple[Diagnostic, ...]:
    """E137 and W136 of a scene, as its lines name their engines. What cannot be read is told by those who look at files."""
    identities = Identities(cast=script.cast, quality=script.film.quality)
    found: list[Diagnostic] = []
    for name, engine in dict.fromkeys((line.on_screen, line.engine) for line in script.lines):
        with suppress(AssetError, SceneError):
            found += identities.problems(name, engine_of(engine))
    return tuple(found)


def _played(identity: Identity, ref: IdentityRef) -> Adapted:
    return Adapted(
        name=identity.name,
        consent=identity.consent,
        folder=identity.folder,
        parts={name: part.file for name, part in identity.parts.items()},
        digests={name: part.sha256 for name, part in identity.parts.items()},
        strength=ref.strength,
    )


def _untuned(identity: Identity, engine: Engine, used: Iterable[str]) -> tuple[Diagnostic, ...]:
    """W136 where an identity has nothing of what an engine draws people with."""
    if engine.painter in identity.parts or (engine.painter is None and set(used) & set(identity.parts)):
        return ()
    message = f"the identity '{identity.name}' was not tuned for the engine '{engine.name}', which draws it as it draws everybody"
    others = [name for name in identity.parts if name not in (FACE, MANNER, "finish")]
    able = ["stage"] * (FACE in identity.parts or MANNER in identity.parts) + others
    hint = f"it was tuned for: {', '.join(able)}" if able else "tune it with 'emostage finetune'"
    return (Diagnostic(code="W136", message=message, hint=hint),)


def unheeded(identity: Adapted, engine: Engine, quality: str) -> tuple[Diagnostic, ...]:
    """W137 for the plug-ins of an engine that cannot be given the part of an identity that was tuned for them. They are loaded for
    that. Raises UsageError E090 for those that cannot be."""
    found = []
    finish = finish_of(engine, quality)
    for group, name, part, keyword in (
        (MOTION_ENGINES, engine.performer, MANNER, "manner"),
        (PAINTERS, engine.painter, engine.painter, "adapter"),
        (FINISHERS, finish and finish.finisher, finish and finish.finisher, "adapter"),
    ):
        if name and part in identity.parts and not takes(load(group, name), keyword):
            message = f"'{name}' cannot be tuned: the part '{part}' of the identity '{identity.name}' is left out"
            found.append(
                Diagnostic(code="W137", message=message, hint="the other parts are used; choose another engine for this one")
            )
    return tuple(found)
