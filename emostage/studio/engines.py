"""Engines by name. A name chooses who performs, the motion engine of that name, and who draws, the painter of that name; where it
has only a painter the default engine performs, where it has none the photo is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from emostage.core.errors import SceneError
from emostage.core.plugins import MOTION_ENGINES, PAINTERS, names, release
from emostage.scene.names import DEFAULT_ENGINE
from emostage.scene.suggest import hint_for
from emostage.studio.fingerprint import checkpoint_digest, digest

STEPS: Mapping[str, int] = MappingProxyType({"draft": 1, "standard": 1, "high": 2})
"""Evaluations of a painter's net for a frame, by quality."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """`performer` names a motion engine; `painter` what paints the frames, None where the photo is moved. `fingerprint` covers the
    releases of both and the painter's checkpoint."""

    name: str
    performer: str
    painter: str | None
    fingerprint: str


def engine_of(name: str) -> Engine:
    """The engine of a name. Raises SceneError E090 when nothing of that name is installed."""
    performers, painters = names(MOTION_ENGINES), names(PAINTERS)
    if name not in performers and name not in painters:
        hint = hint_for(name, dict.fromkeys((*performers, *painters)))
        raise SceneError.of("E090", f"the engine '{name}' is not installed", hint)
    performer, painter = name if name in performers else DEFAULT_ENGINE, name if name in painters else None
    drawn_with = [release(PAINTERS, painter), checkpoint_digest(painter)] if painter else []
    return Engine(
        name=name,
        performer=performer,
        painter=painter,
        fingerprint=digest("engine", release(MOTION_ENGINES, performer), drawn_with),
    )
