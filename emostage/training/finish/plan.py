"""Of which footage pairs are made, and how they are parted into shards. Every pair is a function of the plan and of its shot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from emostage.training.dataset import CARD, PARTS, Part
from emostage.training.footage.plan import HELD_SHARE, digest
from emostage.training.footage.store import broken, read_card, shards

_PEOPLE = 20
"""Shots in a shard: so many that a shard is smaller than two of footage, and that not much is lost when its making is stopped."""
_PACKAGE = Path(__file__).resolve().parents[2]
_DRAWS = ("portrait/*.py", "face/*.py", "training/footage/performed.py")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`people` is how many shots of the footage are used for training, with a few that are held out; None: all. `footage` and
    `drawing` are digests: of the card of the footage, and of the sources of the photo renderer."""

    people: int | None
    seed: int
    footage: str
    drawing: str

    def told(self) -> dict[str, Any]:
        """The plan as it is kept."""
        return {**asdict(self), "people_per_shard": _PEOPLE}


@dataclass(frozen=True, kw_only=True)
class Job:
    """A shard: shots `first` to `last` of a file of footage, the `source`-th of its part."""

    part: Part
    number: int
    path: Path
    source: int
    first: int
    last: int


def plan_of(footage: Path, *, people: int | None, seed: int) -> Plan:
    """The plan for a folder of footage. Raises AssetError E130 when that is not finished."""
    read_card(footage)
    return Plan(people=people, seed=seed, footage=digest([(footage / CARD).read_bytes()]), drawing=drawing_digest())


def drawing_digest(package: Path = _PACKAGE) -> str:
    """Digest of the sources that draw frames."""
    return digest(path.read_bytes() for names in _DRAWS for path in sorted(package.glob(names)))


def jobs(plan: Plan, footage: Path) -> tuple[Job, ...]:
    """The shards of a plan. Raises AssetError E130 for footage of which files are missing."""
    card = read_card(footage)
    found: list[Job] = []
    for part in PARTS:
        files = shards(footage, part)
        if len(files) != (wanted := card["shards"][part]):
            raise broken(footage, f"{len(files)} of {wanted} files '{part}-….safetensors' are there")
        found += _jobs(part, files, _most(plan, part))
    return tuple(found)


def _most(plan: Plan, part: Part) -> float:
    """How many shots of a part are wanted at most."""
    if plan.people is None:
        return float("inf")
    return plan.people if part == "train" else ceil(HELD_SHARE * plan.people)


def _jobs(part: Part, files: list[Path], most: float) -> Iterator[Job]:
    number = 0
    for source, path in enumerate(files):
        shots = int(min(_shots(path), most))
        most -= shots
        for first in range(0, shots, _PEOPLE):
            yield Job(part=part, number=number, path=path, source=source, first=first, last=min(first + _PEOPLE, shots))
            number += 1


def _shots(path: Path) -> int:
    """How many shots a file of footage holds. Raises AssetError E130."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            return int(file.get_slice("shape_SK").get_shape()[0])
    except (OSError, SafetensorError) as error:
        raise broken(path, f"it cannot be read ({error})") from error
