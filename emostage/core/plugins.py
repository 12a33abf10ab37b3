"""Names to objects by entry point, so that stages meet by name and users can add their own."""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from emostage.core.errors import UsageError

MOTION_ENGINES = "emostage.motion"
"""Group of the motion engines: factories `() -> object` with `perform(performance, *, seed) -> MotionTrack`."""

PAINTERS = "emostage.painters"
"""Group of the nets that paint frames themselves: factories `(*, steps: int, device: str) -> nets.painting.painter.Painter`."""

FINISHERS = "emostage.finishers"
"""Group of the nets that finish frames of moved photos: factories `(*, device: str) -> nets.painting.finisher.Finisher`."""


def names(group: str) -> tuple[str, ...]:
    """The installed names of a group, sorted."""
    return tuple(sorted({point.name for point in entry_points(group=group)}))


def load(group: str, name: str) -> Any:
    """The object behind a name. Raises UsageError E090 when nothing of that name is installed or what is cannot be loaded."""
    for point in entry_points(group=group):
        if point.name == name:
            return _loaded(point)
    close = difflib.get_close_matches(name, names(group), 1)
    hint = f"did you mean '{close[0]}'?" if close else f"installed: {', '.join(names(group)) or 'none'}"
    raise UsageError.of("E090", f"no '{name}' among the plug-ins of {group}", hint)


def release(group: str, name: str) -> str:
    """What stands behind an installed name, and of which release it is; another release may do otherwise. Empty when there is
    nothing."""
    for point in entry_points(group=group):
        if point.name == name:
            return f"{point.value} {point.dist.name} {point.dist.version}" if point.dist else point.value
    return ""


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise UsageError.of("E090", f"the plug-in '{point.name}' cannot be loaded: {error}", "install it again") from error
