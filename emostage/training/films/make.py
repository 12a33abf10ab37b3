"""Makes motion corpora of films of people: the films are followed once, shard by shard, and what was made is kept.

People are held out as in footage (`footage.plan.held_out`); of a collection that shows one person only, some of the films are.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.identity import base_digest
from emostage.core.tracks import AudioClip
from emostage.motion.diffuse import shipped_vaid
from emostage.motion.hearing import MODEL_FPS, SAMPLES
from emostage.training.corpus import arrays_of, sound_of
from emostage.training.dataset import CARD, FRAMES, PARTS, SOUND, STARTS, TAKES, Part, read_shard
from emostage.training.films.take import filmed_take
from emostage.training.footage.filmed import followed
from emostage.training.footage.framing import identity
from emostage.training.footage.layouts import Film, films
from emostage.training.footage.passing import counted, passed_over, shard_path, write_shard
from emostage.training.footage.plan import digest, held_out
from emostage.training.sharding import claim, make_missing, write_json
from emostage.training.takes import Take

LOG = logging.getLogger("emostage.training")

FILMS_PER_SHARD = 12
VERSION = 1
"""Goes up when films become other takes than before."""

_LICENCE = "what is made of films may be used as far as their owners and those who are seen in them allow"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which films are followed, and how: a digest of their list, the V-AID that hears them, and whether the plain sound is kept for
    encoders from the hub."""

    films: str
    ears: str
    sound: bool
    version: int = VERSION


@dataclass(frozen=True, kw_only=True)
class Job:
    """A shard, and the films in it."""

    part: Part
    number: int
    films: tuple[Film, ...]


@dataclass(frozen=True, kw_only=True)
class Collected:
    """Films of some collections, and the names of those whose place or name does not tell what it should."""

    films: tuple[Film, ...]
    unnamed: tuple[str, ...]


def collected(collections: Sequence[str]) -> Collected:
    """The films of collections `KIND:FOLDER`. Raises as `layouts.films`, and AssetError E106 when there are too few to hold any
    out."""
    found = [films(collection) for collection in collections]
    all_films = tuple(film for named, _ in found for film in named)
    if not held_films(all_films):
        hint = "give films of two people or more, or at least two films of one"
        raise AssetError.of("E106", "there is one film only, and none to measure what is learnt of it", hint)
    return Collected(films=all_films, unnamed=tuple(name for _, unnamed in found for name in unnamed))


def held_films(among: Sequence[Film]) -> frozenset[str]:
    """Names of the films that training never sees: those of the people who are held out, or some of the only person's."""
    people = held_out(film.person for film in among)
    if not people:
        return held_out(film.name for film in among)
    return frozenset(film.name for film in among if film.person in people)


def make_films(
    out: Path, found: Collected, *, sound: bool, workers: int, command: str, on_shard: Callable[[int, int], None]
) -> dict[str, Any]:
    """Make the corpus of some films in `out` and return its card. Shards that are there are kept. `on_shard` hears (done, total).

    Films that cannot be used are passed over, and the card tells which and why. Raises UsageError E018 when `out` holds another
    corpus, AssetError E106 when nothing is left to learn from or to hold out, EmostageError E100 to E102 for the disk, DeviceError
    E111.
    """
    plan = Plan(films=_listed(found.films), ears=base_digest("vaid") or "", sound=sound)
    claim(out, asdict(plan), "a corpus of other films")
    wanted, voices = jobs(found.films), {person: n for n, person in enumerate(sorted({film.person for film in found.films}))}
    paths = {shard_path(out, job.part, job.number): (out, job, voices, sound) for job in wanted}
    make_missing(make_shard, paths, workers=workers, on_shard=on_shard)
    card = _card(out, found, wanted, tuple(voices)) | {"command": command}
    write_json(out / CARD, card)
    if skipped := card["skipped"]["files"]:
        LOG.info("%d films were passed over; %s tells which and why", skipped, out / CARD)
    for part, told in card["parts"].items():
        if not told["takes"]:
            raise AssetError.of("E106", f"of the films for '{part}' none can be used", f"'{out / CARD}' tells why")
    return card


def _listed(among: Sequence[Film]) -> str:
    return digest(f"{film.name} {film.path.stat().st_size} {film.weights_8}".encode() for film in among)


def jobs(among: Sequence[Film]) -> tuple[Job, ...]:
    """The shards of some films."""
    held, out = held_films(among), []
    for part in PARTS:
        own = [film for film in among if (film.name in held) == (part == "held")]
        chunks = [own[first : first + FILMS_PER_SHARD] for first in range(0, len(own), FILMS_PER_SHARD)]
        out += [Job(part=part, number=number, films=tuple(chunk)) for number, chunk in enumerate(chunks)]
    return tuple(out)


def make_shard(out: Path, job: Job, voices: Mapping[str, int], sound: bool) -> None:
    """Make one shard, whole or not at all."""
    makings = [({"file": film.name}, partial(take_of, film)) for film in job.films]
    write_shard(shard_path(out, job.part, job.number), makings, partial(_bytes, voices=voices, sound=sound))


def take_of(film: Film) -> Take:
    """The take of a film's first seconds. Raises AssetError as `footage.filmed.followed`."""
    with followed(film) as seen:
        motion, audio = seen.actor.motion, seen.audio
    heard_S = audio.samples_S[: round(len(motion) / MODEL_FPS * audio.rate_hz)]
    return filmed_take(
        motion,
        AudioClip(samples_S=heard_S, rate_hz=audio.rate_hz),
        shipped_vaid(),
        person=film.person,
        weights_8=film.weights_8,
        seed=identity(film.name) % 2**31,
    )


def _bytes(takes: Sequence[Take], notes: Mapping[str, str], *, voices: Mapping[str, int], sound: bool) -> bytes:
    from safetensors.numpy import save

    arrays = arrays_of(takes, dict(voices)) | (sound_of(takes) if sound else {}) if takes else _nothing(sound)
    data: bytes = save(arrays, {"lines": json.dumps([take.text for take in takes]), **notes})
    return data


def _nothing(sound: bool) -> dict[str, NDArray[Any]]:
    """The arrays of a shard of which no film can be used."""
    arrays: dict[str, NDArray[Any]] = {STARTS: np.zeros(1, np.int64)}
    arrays |= {name: np.zeros((0, columns), kind) for name, (columns, kind) in FRAMES.items()}
    arrays |= {name: np.zeros(0, kind) for name, kind in TAKES.items()}
    return arrays | ({SOUND: np.zeros((0, SAMPLES), np.int16)} if sound else {})


def _card(out: Path, found: Collected, wanted: Sequence[Job], voices: tuple[str, ...]) -> dict[str, Any]:
    """What the corpus is, counted from its files."""
    skipped: list[Mapping[str, Any]] = [
        {"file": name, "why": "its place or name does not tell what is known of it"} for name in found.unnamed
    ]
    parts: dict[str, Any] = {}
    for part, among in groupby(wanted, key=lambda job: job.part):
        takes = frames = 0
        for path in (shard_path(out, part, job.number) for job in among):
            arrays = read_shard(path)
            takes, frames = takes + len(arrays["kind_K"]), frames + int(arrays[STARTS][-1])
            skipped += passed_over(path, "films")
        parts[part] = {"takes": takes, "frames": frames, "hours": round(frames / MODEL_FPS / 3600.0, 3)}
    return {
        "format": 1,
        "what": "films of people who speak, with lip code, expression code and face as they were tracked, 25 frames a second",
        "films": len(found.films),
        "people": len(voices),
        "labelled": sum(film.weights_8 is not None for film in found.films),
        "shards": {part: sum(job.part == part for job in wanted) for part in PARTS},
        "parts": parts,
        "voices": list(voices),
        "skipped": counted(skipped, "files"),
        "licence": _LICENCE,
    }
