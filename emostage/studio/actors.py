"""The faces of a film: each portrait is prepared once and kept in the cache; its renderer is kept while it is on screen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import partial

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.tracks import Portrait
from emostage.scene.model import CastMember
from emostage.studio import pack
from emostage.studio.cache import Cache
from emostage.studio.compile import face_digest
from emostage.studio.engines import Engine
from emostage.studio.events import Listener, Notice, silent
from emostage.studio.fingerprint import checkpoint_digest, digest, sources
from emostage.studio.identities import Adapted
from emostage.studio.plan import Plan
from emostage.studio.stages import Renderer, Stages

KIND = "portraits"
ON_STAGE = 3
"""Renderers kept in memory at once."""


@dataclass(kw_only=True)
class Actors:
    """Portraits and renderers by cast name and engine."""

    plan: Plan
    cache: Cache
    stages: Stages
    device: str = "cpu"
    listen: Listener = silent
    _on_stage: OrderedDict[tuple[str, Engine], tuple[Portrait, Renderer]] = field(default_factory=OrderedDict, init=False)
    _told: set[str] = field(default_factory=set, init=False)

    def of(self, name: str, engine: Engine) -> tuple[Portrait, Renderer]:
        """Portrait of a cast member, and what draws it with an engine. Raises AssetError E07x for a picture that cannot be used,
        E131 and E133 for a painter that cannot."""
        if (name, engine) not in self._on_stage:
            while len(self._on_stage) >= ON_STAGE:
                self._on_stage.popitem(last=False)
            member = self.plan.cast[name]
            face = prepared(member, self.cache, self.stages)
            for finding in () if name in self._told else face.findings:
                self.listen(Notice(diagnostic=finding.at(member.place)))
            self._told.add(name)
            identity = self.plan.identities.get(name)
            self._tell_unheeded(name, engine, identity)
            given = (face.portrait, member, self.plan.film, engine, self.device)
            drawn_by = self.stages.renderer(*given, identity=identity) if identity else self.stages.renderer(*given)
            self._on_stage[name, engine] = (face.portrait, drawn_by)
        self._on_stage.move_to_end((name, engine))
        return self._on_stage[name, engine]

    def _tell_unheeded(self, name: str, engine: Engine, identity: Adapted | None) -> None:
        """Say once of a person and an engine what of the identity it cannot use."""
        ref = self.plan.cast[name].identity
        if identity is None or ref is None or f"{name} {engine.name}" in self._told:
            return
        self._told.add(f"{name} {engine.name}")
        for finding in self.stages.unheeded(identity, engine, self.plan.film.quality):
            self.listen(Notice(diagnostic=finding.at(ref.place)))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A portrait with its face found and fitted, and what is odd about it."""

    portrait: Portrait
    findings: tuple[Diagnostic, ...]


def prepared(member: CastMember, cache: Cache, stages: Stages) -> Prepared:
    """A cast member's face, from the cache if it can be. Raises AssetError E07x, at the person, for a picture that cannot be
    used."""
    key = digest("portrait", face_digest(member), sources("face", "core"), checkpoint_digest("head"))
    if (path := cache.get(KIND, key)) is not None:
        try:
            return pack.load(Prepared, path)
        except ValueError:  # an entry of another version: make it again
            pass
    try:
        portrait, findings = stages.portrait(member)
    except AssetError as error:
        raise error.at(member.place) from error
    face = Prepared(portrait=portrait, findings=tuple(replace(finding, place=None) for finding in findings))
    cache.put(KIND, key, ".npz", partial(pack.save, face))
    return face
