"""From films and photos to tracked takes of one person, in a folder that a run which was stopped goes on with.

work/plan.json       what is tracked
work/survey/         who is seen where, a file a piece, and the films' sounds
work/takes-…/        takes, and for each piece a file that tells of them, written last; of one choice of person and pieces
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from emostage.core.errors import Diagnostic
from emostage.core.whole import writing
from emostage.training.sharding import claim, each, write_json
from emostage.training.tracked import films
from emostage.training.tracked.films import Film
from emostage.training.tracked.measure import Seen
from emostage.training.tracked.people import ALIKE, Face, People, Track, who
from emostage.training.tracked.photos import survey_photo, take_of_photo
from emostage.training.tracked.pieces import Piece, looked_at, pieces_of, used
from emostage.training.tracked.piecework import Done, Job, follow_piece, read_done, survey_piece
from emostage.training.tracked.sources import Source
from emostage.training.tracked.store import FPS, SUFFIX, Take, read_take, write_take
from emostage.training.tracked.survey import EVERY, Sight, Survey, read_survey

VERSION = 1
"""Raised when the same footage would be tracked in another way."""
CAP_S = 180.0
"""Seconds of film that are used."""
_LARGEST_YAW_DEG = 50.0


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How much film is used, which person is followed, and from which likeness on a face counts as theirs."""

    cap_s: float = CAP_S
    face: Face = None
    alike: float = ALIKE


@dataclass(frozen=True, kw_only=True, eq=False)
class Tracked:
    """Takes of one person, in the order of what was given and of time, and what is to be told of how they came about.

    `films` are those that were given, by name; `used_s` of their `whole_s` seconds, about `cap_s` at most, were followed; the face
    was `hidden` in this share of the frames in which it was to be seen, and `turned` away in this share of the looks at it. `cuts`
    are those within what was used; `measures` belong to the takes; `passed` tells of photos that were passed over.
    """

    folder: Path
    takes: tuple[Take, ...]
    measures: tuple[Seen, ...]
    films: Mapping[str, Film]
    photos: int
    used_s: float
    cap_s: float
    hidden: float
    turned: float
    cuts: int
    people: People
    passed: tuple[Diagnostic, ...] = ()

    @property
    def whole_s(self) -> float:
        """Seconds of film that were given."""
        return sum(film.seconds for film in self.films.values())


@dataclass
class _Progress:
    """Frames that are done, of all that are to be."""

    on_frame: Callable[[int, int], None]
    every: int = 0
    done: int = 0

    def step(self, frames: int = 1) -> None:
        """So many more are done."""
        self.done += frames
        self.on_frame(min(self.done, self.every), self.every)


@dataclass(frozen=True, kw_only=True)
class _Work:
    """What all steps know."""

    sources: Sequence[Source]
    opened: Mapping[int, Film]
    folder: Path
    workers: int
    progress: _Progress

    @property
    def survey(self) -> Path:
        """Where surveys are."""
        return self.folder / "survey"

    def name(self, piece: Piece) -> str:
        """Of the film of a piece."""
        return self.sources[piece.film].name

    def sound(self, film: int) -> Path:
        """Where the sound of a film is."""
        return self.survey / f"{film:03d}.pcm"

    def photos(self) -> Iterator[tuple[int, Source]]:
        """The photos with their numbers."""
        yield from ((n, source) for n, source in enumerate(self.sources) if source.kind == "photo")


def track(
    sources: Sequence[Source],
    work: Path,
    wanted: Wanted | None = None,
    *,
    workers: int = 1,
    on_frame: Callable[[int, int], None] = lambda _done, _all: None,
) -> Tracked:
    """Track one person through films and photos; what is in `work` already is kept. `on_frame` hears (done, all) frames.

    Raises UsageError E018 when `work` holds other footage; AssetError: E106 and E117 for a film that cannot be read, E070, E074 and
    E075 for nobody to follow; EmostageError E100 to E102 for the disk, E115 and E116 for ffmpeg; DeviceError E111 to E113.
    """
    wanted = wanted or Wanted()
    told = {"format": "emostage.tracked.v1", "version": VERSION, "cap_s": wanted.cap_s}
    claim(work, {**told, "sources": [[s.name, s.kind, s.digest] for s in sources]}, "other footage")
    opened = {n: films.film_of(source.path) for n, source in enumerate(sources) if source.kind == "film"}
    one = _Work(sources=sources, opened=opened, folder=work, workers=workers, progress=_Progress(on_frame))
    pieces = looked_at(pieces_of({n: film.frames for n, film in opened.items()}), wanted.cap_s)
    looks = sum(_looks(piece) for piece in pieces) + len(sources) - len(opened)
    one.progress.every = looks + min(sum(piece.count for piece in pieces), round(wanted.cap_s * FPS))
    surveys = _survey(one, pieces)
    people = who(_by_source(one, surveys), face=wanted.face, alike=wanted.alike)
    chosen = used(pieces, wanted.cap_s, {piece: _worth_s(one.name(piece), piece, people) for piece in pieces})
    folder = work / f"takes-{_digest(wanted, chosen)}"
    with writing(folder):
        folder.mkdir(exist_ok=True)
    one.progress.every = looks + sum(piece.count for piece in chosen)
    kept = {piece: surveys[piece] for piece in chosen}
    done = _follow(one, kept, people, folder)
    photos, passed = _photos(one, people, folder)
    done |= photos
    on_frame(one.progress.every, one.progress.every)
    return replace(_tracked(one, kept, people, done, folder, cap_s=wanted.cap_s), passed=passed)


def _looks(piece: Piece) -> int:
    return -(-piece.count // EVERY)


def _survey(one: _Work, pieces: Sequence[Piece]) -> dict[Piece | int, Survey]:
    """What is seen in every piece and photo; what is not there yet is looked at."""
    with writing(one.survey):
        one.survey.mkdir(exist_ok=True)
    places = {piece: one.survey / f"{piece.name}.json" for piece in pieces}
    missing = [piece for piece in pieces if read_survey(places[piece]) is None]
    one.progress.step(sum(_looks(piece) for piece in pieces) - sum(_looks(piece) for piece in missing))
    jobs = [(one.opened[piece.film], piece, places[piece]) for piece in missing]
    _each(one, survey_piece, partial(survey_piece, on_look=one.progress.step), jobs, [_looks(piece) for piece in missing])
    found: dict[Piece | int, Survey] = {}
    for piece, path in places.items():
        if (survey := read_survey(path)) is not None:
            found[piece] = survey
    for n, source in one.photos():
        found[n] = survey_photo(source, one.survey / f"{n:03d}-photo.json")
        one.progress.step()
    return found


def _each(
    one: _Work, alone: Callable[..., None], here: Callable[..., None], jobs: Sequence[tuple[object, ...]], frames: Sequence[int]
) -> None:
    """Do jobs of so many frames, in this process by `here`, which tells of every frame, or in others by `alone`."""
    for count, _ in zip(frames, each(here if one.workers == 1 else alone, jobs, one.workers), strict=False):
        if one.workers > 1:
            one.progress.step(count)


def _by_source(one: _Work, surveys: Mapping[Piece | int, Survey]) -> dict[str, list[Survey]]:
    """The surveys of every source, in order of time."""
    found: dict[str, list[Survey]] = {source.name: [] for source in one.sources}
    for key in sorted(surveys, key=_order):
        found[one.sources[_order(key)[0]].name].append(surveys[key])
    return found


def _order(key: Piece | int) -> tuple[int, int]:
    return (key, 0) if isinstance(key, int) else (key.film, key.first)


def _inside(name: str, piece: Piece, people: People) -> tuple[Track, ...]:
    """The person's tracks that reach into a piece."""
    return tuple(t for t in people.meant if t.source == name and t.first - EVERY < piece.end and t.last + EVERY > piece.first)


def _sights(name: str, piece: Piece, people: People) -> list[Sight]:
    return [s for t in _inside(name, piece, people) for s in t.sights if piece.first <= s.frame < piece.end]


def _worth_s(name: str, piece: Piece, people: People) -> float:
    """Seconds of a piece in which the person is seen and not turned away."""
    return sum(abs(sight.turn_deg[0]) <= _LARGEST_YAW_DEG for sight in _sights(name, piece, people)) * EVERY / FPS


def _digest(wanted: Wanted, chosen: Sequence[Piece]) -> str:
    told = json.dumps([wanted.face, wanted.alike, [piece.name for piece in chosen]])
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _follow(one: _Work, surveys: Mapping[Piece, Survey], people: People, folder: Path) -> dict[Piece | int, Done]:
    """What became of the pieces; those that are not there yet are followed."""
    places = {piece: folder / f"{piece.name}.json" for piece in surveys}
    missing = [piece for piece in surveys if read_done(places[piece]) is None]
    for n in sorted({piece.film for piece in missing}):
        if one.opened[n].has_sound and not one.sound(n).is_file():
            films.write_sound(one.opened[n], one.sound(n))
    one.progress.step(sum(piece.count for piece in surveys) - sum(piece.count for piece in missing))
    jobs = [
        Job(
            film=one.opened[piece.film],
            name=one.name(piece),
            piece=piece,
            tracks=_inside(one.name(piece), piece, people),
            cuts=surveys[piece].cuts,
            sound=one.sound(piece.film),
            out=places[piece],
        )
        for piece in missing
    ]
    here = partial(follow_piece, on_frame=one.progress.step)
    _each(one, follow_piece, here, [(job,) for job in jobs], [piece.count for piece in missing])
    return {piece: done for piece, path in places.items() if (done := read_done(path)) is not None}


def _photos(one: _Work, people: People, folder: Path) -> tuple[dict[Piece | int, Done], tuple[Diagnostic, ...]]:
    """What became of the photos, and why some were passed over."""
    done: dict[Piece | int, Done] = {}
    passed: list[Diagnostic] = []
    for n, source in one.photos():
        path = folder / f"{n:03d}-photo.json"
        if (known := read_done(path)) is None:
            made = take_of_photo(source, people)
            if isinstance(made, Diagnostic):
                passed.append(made)
                continue
            known = Done(files=(f"{n:03d}-photo{SUFFIX}",), measures=(made[1],), looked=0)
            write_take(made[0], folder / known.files[0])
            write_json(path, asdict(known))
        done[n] = known
    return done, tuple(passed)


def _tracked(
    one: _Work, surveys: Mapping[Piece, Survey], people: People, done: Mapping[Piece | int, Done], folder: Path, *, cap_s: float
) -> Tracked:
    order = sorted(done, key=_order)
    takes = tuple(read_take(folder / name) for key in order for name in done[key].files)
    seen = sum(int(take.seen_T.sum()) for take in takes if not take.is_photo)
    looked = sum(piece.looked for piece in done.values())
    sights = [sight for piece in surveys for sight in _sights(one.name(piece), piece, people)]
    turned = sum(abs(sight.turn_deg[0]) > _LARGEST_YAW_DEG for sight in sights)
    return Tracked(
        folder=folder,
        takes=takes,
        measures=tuple(measures for key in order for measures in done[key].measures),
        films={one.sources[n].name: film for n, film in one.opened.items()},
        photos=len(one.sources) - len(one.opened),
        used_s=sum(piece.count for piece in surveys) / FPS,
        cap_s=cap_s,
        hidden=1 - seen / looked if looked else 0.0,
        turned=turned / len(sights) if sights else 0.0,
        cuts=sum(len(survey.cuts) for survey in surveys.values()),
        people=people,
    )
