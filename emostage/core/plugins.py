"""Names to objects by entry point, so that stages meet by name and users can add their own."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from emostage.core.errors import UsageError

MOTION_ENGINES = "emostage.motion"
"""Group of the motion engines: factories `() -> object` with `perform(performance, *, seed) -> MotionTrack`. Those that can be
tuned on a person also take `manner: core.identity.Adapter`, and are given one only for a person on whom they were tuned."""

PAINTERS = "emostage.painters"
"""Group of the nets that paint frames themselves: factories `(*, steps: int, device: str) -> nets.painting.painter.Painter`. Those
that can be tuned on a person also take `adapter: core.identity.Adapter`, and are given one only for a person they were tuned on."""

FINISHERS = "emostage.finishers"
"""Group of the nets that finish frames of moved photos: factories `(*, device: str) -> nets.painting.finisher.Finisher`, which may
take an `adapter` as painters do."""


def _points(group: str) -> tuple[EntryPoint, ...]:
    """What is installed in a group."""
    return _found(group, entry_points)


@lru_cache(maxsize=16)
def _found(group: str, find: Callable[..., Iterable[EntryPoint]]) -> tuple[EntryPoint, ...]:
    """Looking through all that is installed takes long, so it is done once."""
    return tuple(find(group=group))


def names(group: str) -> tuple[str, ...]:
    """The installed names of a group, sorted."""
    return tuple(sorted({point.name for point in _points(group)}))


def load(group: str, name: str) -> Any:
    """The object behind a name. Raises UsageError E090 when nothing of that name is installed or what is cannot be loaded."""
    for point in _points(group):
        if point.name == name:
            return _loaded(point)
    close = difflib.get_close_matches(name, names(group), 1)
    hint = f"did you mean '{close[0]}'?" if close else f"installed: {', '.join(names(group)) or 'none'}"
    raise UsageError.of("E090", f"no '{name}' among the plug-ins of {group}", hint)


def release(group: str, name: str) -> str:
    """What stands behind an installed name, and of which release it is; another release may do otherwise. Empty when there is
    nothing."""
    return _release(group, name, entry_points)


@lru_cache(maxsize=64)
def _release(group: str, name: str, find: Callable[..., Iterable[EntryPoint]]) -> str:
    point = next((point for point in _found(group, find) if point.name == name), None)
    if point is None:
        return ""
    return f"{point.value} {point.dist.name} {point.dist.version}" if point.dist else point.value


def takes(factory: Any, keyword: str) -> bool:
    """Whether a factory can be given an argument by that keyword; no where it does not tell."""
    try:
        parameters = inspect.signature(factory).parameters
    except (TypeError, ValueError):
        return False
    if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
        return True
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return keyword in parameters and parameters[keyword].kind in named


def _loaded(point: EntryPoint) -> Any:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise UsageError.of("E090", f"the plug-in '{point.name}' cannot be loaded: {error}", "install it again") from error
