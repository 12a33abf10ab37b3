"""What footage is made of, and how it is parted into shards. Every shot is a function of the plan and of whom it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import blake2b
from math import ceil
from pathlib import Path
from typing import Any

from emostage.core.errors import AssetError
from emostage.face.head import load_head
from emostage.training.dataset import CARD, PARTS, Part, read_card
from emostage.training.footage.acting import CLIP, CLIPS, STILLS
from emostage.training.footage.layouts import Film, films

FIRST_HELD = 1_000_000
"""Seed of the first held-out person who is drawn."""
HELD_SHARE = 0.06
SHARD_BYTES = 60 << 20
"""Size that no shard reaches, and with it no file that is sent somewhere."""
_FRAME_BYTES, _PIXEL_BYTES = 6_000, 1.0
"""What a frame takes at most beside its picture, and a pixel of that (0.4 is usual)."""
_MOST_PEOPLE = 40
"""In a shard, so that not much is lost when its making is stopped."""
_FILM_FRAMES = 500
"""The most that is taken of a film: 20 s."""
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
_TRAINING = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture of somebody; `name` is that of its file."""

    path: Path
    name: str

    @property
    def person(self) -> str:
        """Who is seen: people of pictures are told apart by the names of the files."""
        return f"portraits/{self.name}"


Item = int | Picture | Film
"""Whom a shot shows: the seed of somebody who is drawn, a picture that is performed, a film."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """What is at hand: the motion corpus whose performances are acted (None where all are films), pictures, films, and what was
    passed over, as names and reasons."""

    acting: Path | None
    pictures: tuple[Picture, ...] = ()
    films: tuple[Film, ...] = ()
    passed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`people` who are drawn for training, and a few more who are held out, in pictures of `size_px`; and digests: of the card of
    the motion corpus, of the sources that draw and the head they draw, and of the lists of pictures and films."""

    people: int
    size_px: int
    seed: int
    acting: str
    drawing: str
    pictures: str
    films: str

    @property
    def frames_per_shard(self) -> int:
        """Frames that are sure to stay below `SHARD_BYTES`."""
        return int(SHARD_BYTES / (_FRAME_BYTES + _PIXEL_BYTES * self.size_px**2))

    @property
    def people_per_shard(self) -> int:
        """People, drawn or photographed, of a shard."""
        return min(_MOST_PEOPLE, max(1, self.frames_per_shard // (1 + CLIPS * CLIP + STILLS)))

    @property
    def films_per_shard(self) -> int:
        """Films of a shard."""
        return max(1, self.frames_per_shard // _FILM_FRAMES)

    def told(self) -> dict[str, Any]:
        """The plan as it is kept."""
        return {
            **asdict(self),
            "held_out_people": ceil(HELD_SHARE * self.people),
            "people_per_shard": self.people_per_shard,
            "films_per_shard": self.films_per_shard,
            "shard_bytes_at_most": SHARD_BYTES,
        }


@dataclass(frozen=True, kw_only=True)
class Job:
    """A shard, and whom it shows."""

    part: Part
    number: int
    items: tuple[Item, ...]


def material_of(acting: Path | None, portraits: Path | None, collections: Sequence[str]) -> Material:
    """What lies in a motion corpus, a folder of pictures and collections of films. Without a motion corpus there are films only.

    Raises AssetError E130 for what is no motion corpus, E071 for what is no folder of pictures, and as `layouts.films`.
    """
    if acting is not None:
        read_card(acting)
    found = [films(collection) for collection in collections]
    paths = _files(portraits) if portraits is not None else []
    pictures = [path for path in paths if path.suffix.lower() in PICTURES]
    if portraits is not None and not pictures:
        raise AssetError.of("E071", f"there is no picture in '{portraits}'", "give a folder of pictures, one person in each")
    return Material(
        acting=acting,
        pictures=tuple(Picture(path=path, name=path.name) for path in pictures),
        films=tuple(film for named, _ in found for film in named),
        passed=(
            *((path.name, "it is no PNG, JPEG or WebP picture") for path in paths if path.suffix.lower() not in PICTURES),
            *((name, "its place or name does not tell what is known of it") for _, unnamed in found for name in unnamed),
        ),
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise AssetError.of("E071", f"there is no folder '{folder}'", "give a folder of pictures, one person in each")
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))


def plan_of(material: Material, *, people: int, size_px: int, seed: int) -> Plan:
    """The plan with what is at hand."""
    return Plan(
        people=people,
        size_px=size_px,
        seed=seed,
        acting=digest([(material.acting / CARD).read_bytes()] if material.acting is not None else []),
        drawing=drawing_digest(),
        pictures=digest(_listed((picture.name, picture.path) for picture in material.pictures)),
        films=digest(_listed((film.name, film.path) for film in material.films)),
    )


def drawing_digest(training: Path = _TRAINING) -> str:
    """Digest of the head and of the sources that draw people."""
    sources = [path.read_bytes() for path in sorted((training / "heads").glob("*.py"))]
    return digest([load_head().fingerprint.encode(), *sources])


def _listed(files: Iterable[tuple[str, Path]]) -> list[bytes]:
    return [f"{name} {path.stat().st_size}".encode() for name, path in files]


def digest(texts: Iterable[bytes]) -> str:
    """Digest of texts and of where one ends and the next begins."""
    state = blake2b(digest_size=8)
    for text in texts:
        state.update(len(text).to_bytes(8, "big") + text)
    return state.hexdigest()


def jobs(plan: Plan, material: Material) -> tuple[Job, ...]:
    """The shards of a plan: who is drawn first, then pictures, then films."""
    held = held_out([*(picture.person for picture in material.pictures), *(film.person for film in material.films)])
    found: list[Job] = []
    for part in PARTS:
        drawn = range(plan.people) if part == "train" else range(FIRST_HELD, FIRST_HELD + ceil(HELD_SHARE * plan.people))
        pictures = [picture for picture in material.pictures if (picture.person in held) == (part == "held")]
        takes = [film for film in material.films if (film.person in held) == (part == "held")]
        shards: list[tuple[Item, ...]] = [
            *_chunks(drawn, plan.people_per_shard),
            *_chunks(pictures, plan.people_per_shard),
            *_chunks(takes, plan.films_per_shard),
        ]
        found += [Job(part=part, number=number, items=items) for number, items in enumerate(shards)]
    return tuple(found)


def _chunks(items: Sequence[Item], size: int) -> list[tuple[Item, ...]]:
    return [tuple(items[first : first + size]) for first in range(0, len(items), size)]


def held_out(people: Iterable[str]) -> frozenset[str]:
    """Those of the people with names whom training never sees: a few of each kind (what stands before the first slash) of which
    there are two or more, chosen by their names alone."""
    kinds: dict[str, set[str]] = {}
    for person in people:
        kinds.setdefault(person.partition("/")[0], set()).add(person)
    chosen: set[str] = set()
    for among in kinds.values():
        if len(among) > 1:
            order = sorted(among, key=lambda person: (blake2b(person.encode(), digest_size=8).digest(), person))
            chosen.update(order[: ceil(HELD_SHARE * len(among))])
    return frozenset(chosen)
