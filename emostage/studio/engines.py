"""Engines by name. A name chooses who performs, the motion engine of that name, and who draws, the painter of that name; where it
has only a painter the default engine performs, where it has none the photo is moved. The moved photo of some engines is finished at
high quality, by a net that is known to make it better."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from emostage.core.errors import SceneError
from emostage.core.plugins import FINISHERS, MOTION_ENGINES, PAINTERS, names, release
from emostage.core.resources import resource
from emostage.scene.names import DEFAULT_ENGINE
from emostage.scene.suggest import hint_for
from emostage.studio.fingerprint import checkpoint_digest, digest

STEPS: Mapping[str, int] = MappingProxyType({"draft": 1, "standard": 1, "high": 2})
"""Evaluations of a painter's net for a frame, by quality."""

FINISHED: Mapping[str, str] = MappingProxyType({DEFAULT_ENGINE: "finish"})
"""Engines whose moved photo is finished, and the finisher; its checkpoint has its name."""
_FINE = "high"
"""The quality at which photos are finished."""
_CARD, _CARD_LIMIT = "card.json", 1 << 20


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


@dataclass(frozen=True, kw_only=True)
class Finish:
    """What finishes the frames of a moved photo; the `fingerprint` covers its release and its checkpoint."""

    finisher: str
    fingerprint: str


def finish_of(engine: Engine, quality: str) -> Finish | None:
    """What finishes the frames of an engine at a quality. None where it paints itself, below the highest quality, and where no
    finisher is installed whose checkpoint is there and says that it was measured on held-out people and won."""
    name = FINISHED.get(engine.name)
    if name is None or engine.painter is not None or quality != _FINE or name not in names(FINISHERS) or not wins(name):
        return None
    return Finish(finisher=name, fingerprint=digest("finish", release(FINISHERS, name), checkpoint_digest(name)))


@cache
def wins(name: str) -> bool:
    """Whether the card of a checkpoint says that it won where it was measured; no where there is no card that can be read."""
    try:
        with (resource("checkpoints", name) / _CARD).open("rb") as file:
            card = json.loads(file.read(_CARD_LIMIT))
        return card["figures"]["wins"] is True
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
