"""Makes footage: shards in any order by any number of processes; footage that was stopped goes on with those that are missing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from emostage.core.errors import AssetError
from emostage.core.whole import whole_file, writing
from emostage.face.head import load_head
from emostage.training.dataset import CARD, PARTS, Corpus, Part, read_corpus
from emostage.training.footage.framing import identity
from emostage.training.footage.plan import Item, Job, Material, Picture, Plan, jobs
from emostage.training.footage.store import FORMAT, SOURCES, Footage, broken, joined, nothing, read_shard, to_bytes
from emostage.training.sharding import claim, each, write_json

_SKIPPED = "skipped"
_MOST_TOLD = 5_000
"""Files that were passed over and are told one by one."""
_LICENCE = (
    "people who are drawn exist nowhere, and their pictures may be used freely; what is made of portraits and films may be used as "
    "far as their owners and those who are seen in them allow"
)


def make_footage(
    out: Path, plan: Plan, material: Material, *, workers: int, command: str, on_shard: Callable[[int, int], None]
) -> dict[str, Any]:
    """Make the footage in `out` and return its card. Shards that are there are kept. `on_shard` hears (done, total).

    Pictures and films that cannot be used are passed over, and the card tells which and why. Raises UsageError E018 when `out`
    holds something else, AssetError E130 for a motion corpus that is not whole, EmostageError E100 to E102 for the disk,
    DeviceError E111.
    """
    claim(out, plan.told(), "another corpus: of another kind, size or seed, of other people, or drawn by another version")
    wanted = jobs(plan, material)
    missing = [job for job in wanted if not shard_path(out, job.part, job.number).is_file()]
    done = len(wanted) - len(missing)
    on_shard(done, len(wanted))
    for _ in each(make_shard, [(out, plan, material.acting, job) for job in missing], workers):
        done += 1
        on_shard(done, len(wanted))
    card = _card(out, plan, material, wanted) | {"command": command}
    write_json(out / CARD, card)
    return card


def shard_path(out: Path, part: Part, number: int) -> Path:
    """The file of a shard."""
    return out / f"{part}-{number:03d}.safetensors"


def make_shard(out: Path, plan: Plan, acting: Path, job: Job) -> None:
    """Make one shard, whole or not at all."""
    corpus = _acting(acting, job.part)
    shots, skipped = [nothing(len(load_head().shape_names))], []
    with _one_thread():
        for item in job.items:
            try:
                shots.append(shot_of(item, corpus, plan))
            except AssetError as error:
                if isinstance(item, int) or any(problem.code.startswith("E13") for problem in error.diagnostics):
                    raise
                skipped.append({"file": item.name, "why": str(error)})
    path = shard_path(out, job.part, job.number)
    with whole_file(path) as part, writing(path):
        part.write_bytes(to_bytes(joined(shots), {_SKIPPED: json.dumps(skipped, ensure_ascii=False)}))


def shot_of(item: Item, corpus: Corpus, plan: Plan) -> Footage:
    """One shot. Raises AssetError: E13x when the motion corpus or a checkpoint is not as it should be, others for a picture or film
    that cannot be used."""
    if isinstance(item, int):
        from emostage.training.footage.drawn import drawn_shot

        return drawn_shot(corpus, item, plan.size_px, np.random.default_rng([plan.seed, item]))
    rng = np.random.default_rng([plan.seed, identity(item.name)])
    if isinstance(item, Picture):
        from emostage.training.footage.posed import posed_shot

        return posed_shot(item.path, item.person, corpus, plan.size_px, rng)
    from emostage.training.footage.filmed import filmed_shot

    return filmed_shot(item, plan.size_px, rng)


@lru_cache(maxsize=1)
def _acting(folder: Path, part: Part) -> Corpus:
    return read_corpus(folder, part)


@contextmanager
def _one_thread() -> Iterator[None]:
    """A block in which torch counts in one thread: sums do not depend on the machine, and processes do not crowd each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass
class _Count:
    """What has been counted of a part."""

    people: set[int] = field(default_factory=set)
    shots: Counter[str] = field(default_factory=Counter)
    frames: Counter[str] = field(default_factory=Counter)
    clips: int = 0

    def add(self, footage: Footage) -> None:
        """Count some footage too."""
        sources_S = footage.shots["source_S"]
        self.people |= set(footage.shots["identity_S"].tolist())
        self.shots.update(SOURCES[source] for source in sources_S)
        self.frames.update(SOURCES[source] for source in sources_S[footage.frames["shot_N"]])
        self.clips += len(footage.starts_C1) - 1

    def told(self) -> dict[str, Any]:
        """The numbers."""
        by_source = {name: {"shots": self.shots[name], "frames": self.frames[name]} for name in SOURCES if self.shots[name]}
        return {"people": len(self.people), "clips": self.clips, "frames": self.frames.total(), "sources": by_source}


def _card(out: Path, plan: Plan, material: Material, wanted: Sequence[Job]) -> dict[str, Any]:
    """What the footage is, counted from its files."""
    parts: dict[str, Any] = {}
    skipped = [{"file": name, "why": why} for name, why in material.passed]
    for part in PARTS:
        count = _Count()
        for path in (shard_path(out, part, job.number) for job in wanted if job.part == part):
            count.add(read_shard(path))
            skipped += _skipped(path)
        parts[part] = count.told()
    return {
        "format": FORMAT,
        "what": "talking heads with their expression, pose, landmarks, sound and feeling, 25 frames a second",
        "seed": plan.seed,
        "size_px": plan.size_px,
        "head": load_head().fingerprint,
        "drawing": plan.drawing,
        "acting": plan.acting,
        "shards": {part: sum(job.part == part for job in wanted) for part in PARTS},
        "parts": parts,
        "skipped": {"files": len(skipped), "of_which": skipped[:_MOST_TOLD]},
        "licence": _LICENCE,
    }


def _skipped(path: Path) -> list[dict[str, str]]:
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        notes = file.metadata() or {}
    try:
        return [{"file": str(one["file"]), "why": str(one["why"])} for one in json.loads(notes.get(_SKIPPED, "[]"))]
    except (ValueError, KeyError, TypeError) as error:
        raise broken(path, "what it says of files that were passed over cannot be read") from error
