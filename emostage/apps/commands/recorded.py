"""A training command as cards tell it: what was asked for, without what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

USUAL: Mapping[str, Any] = MappingProxyType({"strategy": "auto", "precision": "32-true"})
"""Options of Lightning that need no telling."""


def told(command: str, chosen: Mapping[str, Any], usual: Mapping[str, Any] = USUAL) -> str:
    """A command with its options, but for those that are not set or as usual."""
    return command + "".join(f" --{name} {value}" for name, value in chosen.items() if value and value != usual.get(name))
