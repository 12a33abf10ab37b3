"""The parts of an identity, each tuned on its own: what was learnt, or why nothing is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emostage.core.identity import PARTS, SUFFIX, base_digest
from emostage.core.whole import write_whole, writing


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """A part whose file was written."""

    name: str
    file: Path
    config: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """What a card says of it."""
        base = PARTS[self.name]
        return {
            "file": self.file.name,
            "sha256": hashlib.sha256(self.file.read_bytes()).hexdigest(),
            "base": {"name": base, "sha256": base_digest(base)},
            "config": dict(self.config),
            "figures": dict(self.figures),
        }


@dataclass(frozen=True, kw_only=True)
class Left:
    """A part of which nothing is kept, and why."""

    name: str
    why: str
    figures: Mapping[str, Any] = field(default_factory=dict)


Outcome = Learnt | Left


def part_file(folder: Path, name: str) -> Path:
    """The file of a part."""
    return folder / f"{name}{SUFFIX}"


def forget_part(folder: Path, name: str) -> None:
    """Remove what an earlier tuning left of a part. Raises EmostageError E101."""
    file = part_file(folder, name)
    with writing(file):
        file.unlink(missing_ok=True)


def placed(outcome: Outcome, folder: Path) -> Outcome:
    """A part in an identity's folder: the file that was written elsewhere is copied there, of one that was left nothing stays.
    Raises EmostageError E100 to E102."""
    if isinstance(outcome, Left):
        forget_part(folder, outcome.name)
        return outcome
    file = part_file(folder, outcome.name)
    write_whole(file, outcome.file.read_bytes())
    return replace(outcome, file=file)


def write_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays as a safetensors file. Raises EmostageError E100 to E102."""
    from safetensors.numpy import save

    data = save(dict(arrays))
    write_whole(path, data)
