"""Makes pairs: shards in any order by any number of processes; what was stopped goes on with those that are missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from emostage.core.errors import AssetError
from emostage.core.whole import whole_file, writing
from emostage.face.head import load_head
from emostage.training.dataset import CARD, PARTS, Part
from emostage.training.finish.performing import pairs_of
from emostage.training.finish.plan import Job, Plan, jobs
from emostage.training.finish.store import FORMAT, joined, nothing, read_shard, to_bytes
from emostage.training.footage import store
from emostage.training.footage.store import Footage
from emostage.training.sharding import claim, each, write_json

_SKIPPED = "skipped"
_MOST_TOLD = 5_000
"""Shots that were passed over and are told one by one."""


def make_pairs(
    out: Path, plan: Plan, footage: Path, *, workers: int, command: str, on_shard: Callable[[int, int], None]
) -> dict[str, Any]:
    """Make the pairs of footage in `out` and return their card. Shards that are there are kept. `on_shard` hears (done, total).

    Shots whose portrait cannot be used are passed over, and the card tells which and why. Raises UsageError E018 when `out` holds
    something else, AssetError E130 for footage that is not whole, EmostageError E100 to E102 for the disk, DeviceError E111.
    """
    wanted = jobs(plan, footage)
    claim(out, plan.told(), "something else: pairs of other footage, of another seed or size, or drawn by another version")
    missing = [job for job in wanted if not shard_path(out, job.part, job.number).is_file()]
    done = len(wanted) - len(missing)
    on_shard(done, len(wanted))
    for _ in each(make_shard, [(out, plan, job) for job in missing], workers):
        done += 1
        on_shard(done, len(wanted))
    card = _card(out, plan, footage, wanted) | {"command": command}
    write_json(out / CARD, card)
    return card


def shard_path(out: Path, part: Part, number: int) -> Path:
    """The file of a shard."""
    return out / f"{part}-{number:03d}.safetensors"


def make_shard(out: Path, plan: Plan, job: Job) -> None:
    """Make one shard, whole or not at all."""
    footage = _footage(job.path)
    found, skipped = [nothing()], []
    with _one_thread():
        for shot in range(job.first, job.last):
            rng = np.random.default_rng([plan.seed, PARTS.index(job.part), job.source, shot])
            try:
                found.append(pairs_of(footage, shot, rng))
            except AssetError as error:
                if any(problem.code.startswith("E13") for problem in error.diagnostics):
                    raise
                skipped.append({"file": job.path.name, "shot": shot, "why": str(error)})
    path = shard_path(out, job.part, job.number)
    with whole_file(path) as part, writing(path):
        part.write_bytes(to_bytes(joined(found), {_SKIPPED: json.dumps(skipped, ensure_ascii=False)}))


@lru_cache(maxsize=1)
def _footage(path: Path) -> Footage:
    return store.read_shard(path)


@contextmanager
def _one_thread() -> Iterator[None]:
    """A block in which torch and OpenCV count in one thread: processes do not crowd each other."""
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])


def _card(out: Path, plan: Plan, footage: Path, wanted: Sequence[Job]) -> dict[str, Any]:
    """What the pairs are, counted from their files."""
    source = store.read_card(footage)
    parts: dict[str, Any] = {}
    skipped: list[dict[str, Any]] = []
    for part in PARTS:
        found = joined([nothing(), *(read_shard(shard_path(out, part, job.number)) for job in wanted if job.part == part)])
        people = set(found.footage.shots["identity_S"].tolist())
        parts[part] = {"people": len(people), "shots": len(found.portrait_S), "frames": len(found)}
        for job in wanted:
            skipped += _skipped(shard_path(out, part, job.number)) if job.part == part else []
    return {
        "format": FORMAT,
        "what": "frames of footage, and what the photo renderer makes of them from one portrait of the same shot",
        "seed": plan.seed,
        "head": load_head().fingerprint,
        "drawing": plan.drawing,
        "footage": {key: source[key] for key in ("what", "seed", "size_px", "drawing", "acting", "command") if key in source},
        "shards": {part: sum(job.part == part for job in wanted) for part in PARTS},
        "parts": parts,
        "skipped": {"shots": len(skipped), "of_which": skipped[:_MOST_TOLD]},
        "licence": source.get("licence", ""),
    }


def _skipped(path: Path) -> list[dict[str, Any]]:
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        notes = file.metadata() or {}
    try:
        return [dict(one) for one in json.loads(notes.get(_SKIPPED, "[]"))]
    except (ValueError, TypeError) as error:
        raise store.broken(path, "what it says of shots that were passed over cannot be read") from error
