"""Makes footage: shards in any order by any number of processes; footage that was stopped goes on with those that are missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from emostage.face.head import load_head
from emostage.training.dataset import CARD, PARTS, Corpus, Part, read_corpus
from emostage.training.footage.framing import identity
from emostage.training.footage.passing import counted, passed_over, shard_path, write_shard
from emostage.training.footage.plan import Item, Job, Material, Picture, Plan, jobs
from emostage.training.footage.store import FORMAT, SOURCES, Footage, joined, nothing, read_shard, to_bytes
from emostage.training.sharding import claim, make_missing, write_json

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
    jobs_of = {shard_path(out, job.part, job.number): (out, plan, material.acting, job) for job in wanted}
    make_missing(make_shard, jobs_of, workers=workers, on_shard=on_shard)
    card = _card(out, plan, material, wanted) | {"command": command}
    write_json(out / CARD, card)
    return card


def make_shard(out: Path, plan: Plan, acting: Path | None, job: Job) -> None:
    """Make one shard, whole or not at all."""
    corpus = _acting(acting, job.part) if acting is not None else None
    makings = [(_told(item), partial(shot_of, item, corpus, plan)) for item in job.items]
    write_shard(shard_path(out, job.part, job.number), makings, _bytes)


def _told(item: Item) -> dict[str, str] | None:
    """What is told of a picture or film that is passed over; people who are drawn never are."""
    return None if isinstance(item, int) else {"file": item.name}


def _bytes(shots: Sequence[Footage], notes: Mapping[str, str]) -> bytes:
    return to_bytes(joined([nothing(len(load_head().shape_names)), *shots]), notes)


def shot_of(item: Item, corpus: Corpus | None, plan: Plan) -> Footage:
    """One shot; people of films act themselves. Raises AssetError: E13x when the motion corpus or a checkpoint is not as it should
    be, others for a picture or film that cannot be used."""
    if isinstance(item, int):
        assert corpus is not None
        from emostage.training.footage.drawn import drawn_shot

        return drawn_shot(corpus, item, plan.size_px, np.random.default_rng([plan.seed, item]))
    rng = np.random.default_rng([plan.seed, identity(item.name)])
    if isinstance(item, Picture):
        assert corpus is not None
        from emostage.training.footage.posed import posed_shot

        return posed_shot(item.path, item.person, corpus, plan.size_px, rng)
    from emostage.training.footage.filmed import filmed_shot

    return filmed_shot(item, plan.size_px, rng)


@lru_cache(maxsize=1)
def _acting(folder: Path, part: Part) -> Corpus:
    return read_corpus(folder, part)


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
    skipped: list[dict[str, Any]] = [{"file": name, "why": why} for name, why in material.passed]
    for part in PARTS:
        count = _Count()
        for path in (shard_path(out, part, job.number) for job in wanted if job.part == part):
            count.add(read_shard(path))
            skipped += passed_over(path, "files")
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
        "skipped": counted(skipped, "files"),
        "licence": _LICENCE,
    }
