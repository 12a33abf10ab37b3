"""Makes pairs: shards in any order by any number of processes; what was stopped goes on with those that are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from emostage.face.head import load_head
from emostage.training.dataset import CARD, PARTS
from emostage.training.finish.performing import pairs_of
from emostage.training.finish.plan import Job, Plan, jobs
from emostage.training.finish.store import FORMAT, Pairs, joined, nothing, read_shard, to_bytes
from emostage.training.footage import store
from emostage.training.footage.passing import counted, passed_over, shard_path, write_shard
from emostage.training.footage.store import Footage
from emostage.training.sharding import claim, make_missing, write_json


def make_pairs(
    out: Path, plan: Plan, footage: Path, *, workers: int, command: str, on_shard: Callable[[int, int], None]
) -> dict[str, Any]:
    """Make the pairs of footage in `out` and return their card. Shards that are there are kept. `on_shard` hears (done, total).

    Shots whose portrait cannot be used are passed over, and the card tells which and why. Raises UsageError E018 when `out` holds
    something else, AssetError E130 for footage that is not whole, EmostageError E100 to E102 for the disk, DeviceError E111.
    """
    wanted = jobs(plan, footage)
    claim(out, plan.told(), "something else: pairs of other footage, of another seed or size, or drawn by another version")
    jobs_of = {shard_path(out, job.part, job.number): (out, plan, job) for job in wanted}
    make_missing(make_shard, jobs_of, workers=workers, on_shard=on_shard)
    card = _card(out, plan, footage, wanted) | {"command": command}
    write_json(out / CARD, card)
    return card


def make_shard(out: Path, plan: Plan, job: Job) -> None:
    """Make one shard, whole or not at all."""
    footage, part = _footage(job.path), PARTS.index(job.part)
    makings = [
        (
            {"file": job.path.name, "shot": shot},
            partial(pairs_of, footage, shot, np.random.default_rng([plan.seed, part, job.source, shot])),
        )
        for shot in range(job.first, job.last)
    ]
    write_shard(shard_path(out, job.part, job.number), makings, _bytes)


def _bytes(found: Sequence[Pairs], notes: Mapping[str, str]) -> bytes:
    return to_bytes(joined([nothing(), *found]), notes)


@lru_cache(maxsize=1)
def _footage(path: Path) -> Footage:
    return store.read_shard(path)


def _card(out: Path, plan: Plan, footage: Path, wanted: Sequence[Job]) -> dict[str, Any]:
    """What the pairs are, counted from their files."""
    source = store.read_card(footage)
    parts: dict[str, Any] = {}
    skipped: list[dict[str, Any]] = []
    for part in PARTS:
        paths = [shard_path(out, part, job.number) for job in wanted if job.part == part]
        found = joined([nothing(), *map(read_shard, paths)])
        people = set(found.footage.shots["identity_S"].tolist())
        parts[part] = {"people": len(people), "shots": len(found.portrait_S), "frames": len(found)}
        skipped += [one for path in paths for one in passed_over(path, "shots")]
    return {
        "format": FORMAT,
        "what": "frames of footage, and what the photo renderer makes of them from one portrait of the same shot",
        "seed": plan.seed,
        "head": load_head().fingerprint,
        "drawing": plan.drawing,
        "footage": {key: source[key] for key in ("what", "seed", "size_px", "drawing", "acting", "command") if key in source},
        "shards": {part: sum(job.part == part for job in wanted) for part in PARTS},
        "parts": parts,
        "skipped": counted(skipped, "shots"),
        "licence": source.get("licence", ""),
    }
