"""Who is in the footage: sights joined to tracks, tracks to people, and which of the people is meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.tracks import F64
from emostage.face.findings import MAX_SPREAD_PX
from emostage.training.tracked.likeness import middle
from emostage.training.tracked.store import FPS
from emostage.training.tracked.survey import EVERY, Sight, Survey

Face = int | tuple[float, float] | None
"""Which person: None the one who is seen largest and longest, a number counting from them, or the one nearest to a point (x, y) of
the first film or photo that shows anybody."""

ALIKE = 0.6
"""Cosine of two tracks' embeddings from which they are one person's."""
ALIKE_HINT = "if it is theirs, ask for less likeness, such as --alike 0.4"
"""What can be done where a face was taken for somebody else's."""
_ALIKE_TURNED = 0.4
"""The same for a track that shows its face from the side only."""
_FRONTAL_DEG = 25.0
_REACH, _ZOOM, _PAUSE = 0.6, 1.5, 3 * EVERY
"""A face moves by no more than this share of its height, and grows by no more than this factor, from one look to the next; it may
be hidden for so many frames."""
_SHORTEST = 2
"""Looks at which a face has to be seen in a film."""
_NOTABLE = 0.1
"""People who are seen for this share of the time of the one who is meant are counted."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One face through one shot of a source, or in one photo."""

    source: str
    sights: tuple[Sight, ...]

    @property
    def first(self) -> int:
        """Frame in which it is seen first."""
        return self.sights[0].frame

    @property
    def last(self) -> int:
        """Frame in which it is seen last."""
        return self.sights[-1].frame

    @property
    def weight(self) -> float:
        """Seconds times height in pixels."""
        return sum(sight.height_px for sight in self.sights) * EVERY / FPS

    @property
    def seconds(self) -> float:
        """How long it is seen."""
        return len(self.sights) * EVERY / FPS

    @property
    def is_frontal(self) -> bool:
        """Whether it is ever seen from the front."""
        return any(_frontal(sight) for sight in self.sights)

    def embedding(self) -> F64:
        """What it looks like (D,), from the front if that is seen."""
        chosen = [sight for sight in self.sights if _frontal(sight)] or self.sights
        return middle(np.array([sight.embedding_D for sight in chosen]))

    @property
    def is_human(self) -> bool:
        """Whether the views of it agree; no where that was never looked at."""
        spreads = [sight.spread_px for sight in self.sights if sight.spread_px is not None]
        return bool(spreads) and float(np.median(spreads)) <= MAX_SPREAD_PX


@dataclass(frozen=True, kw_only=True)
class People:
    """The tracks of the person who is meant; how many others are seen for a notable time; whether a face that is no human one was
    seen; and the tracks of others in sources or shots that do not show the person."""

    meant: tuple[Track, ...]
    others: int
    animals: bool
    strangers: tuple[Track, ...]


@dataclass
class _Person:
    """Tracks that are one person's."""

    tracks: list[Track] = field(default_factory=list)

    def embedding(self) -> F64:
        """What they look like (D,): the longer a track, the more it counts."""
        return middle(np.array([track.embedding() * len(track.sights) for track in self.tracks]))

    def meets(self, track: Track) -> bool:
        """Whether they are seen beside the face of a track, so that it is another's."""
        return any(t.source == track.source and t.first <= track.last and track.first <= t.last for t in self.tracks)

    @property
    def weight(self) -> float:
        """How large and long they are seen."""
        return sum(track.weight for track in self.tracks)

    @property
    def seconds(self) -> float:
        """How long they are seen."""
        return sum(track.seconds for track in self.tracks)


def who(surveys: Mapping[str, Sequence[Survey]], *, face: Face = None, alike: float = ALIKE) -> People:
    """The person who is meant, of the surveys of every source (by name, in order of time).

    Raises AssetError: E070 when no face is seen anywhere, E075 when those that are seen are no human ones, E074 when there is no
    such person.
    """
    every = [track for name, pieces in surveys.items() for track in _tracks(name, pieces)]
    human = [track for track in every if track.is_human]
    if not human:
        if every:
            message = "what looks like a face in the footage does not seem to be a human one"
            raise AssetError.of("E075", message, "give films or photos of a person, seen from the front")
        hint = "give films or photos in which the face is seen from the front, well lit, upright and not covered"
        raise AssetError.of("E070", "no face was found in the footage", hint)
    people = _people(human, alike)
    person = people[_choose(people, face, human)]
    shown = {track.source for track in person.tracks}
    own = {id(track) for track in person.tracks}
    strangers = [t for t in human if id(t) not in own and (t.source not in shown or not person.meets(t))]
    others = sum(p is not person and p.seconds >= _NOTABLE * person.seconds for p in people)
    tracks = tuple(sorted(person.tracks, key=lambda t: (list(surveys).index(t.source), t.first)))
    return People(meant=tracks, others=others, animals=len(human) < len(every), strangers=tuple(strangers))


def _tracks(name: str, pieces: Sequence[Survey]) -> Iterator[Track]:
    """The tracks of a source. Pieces that follow each other are one."""
    going: list[list[Sight]] = []
    done: list[list[Sight]] = []
    end = None
    for piece in pieces:
        if end is not None and piece.first != end:
            done, going = done + going, []
        end = piece.first + piece.count
        for frame in sorted({sight.frame for sight in piece.sights}):
            cut = max((at for at in piece.cuts if at <= frame), default=0)
            over = [t for t in going if frame - t[-1].frame > _PAUSE or t[-1].frame < cut]
            done += over
            going = [t for t in going if not any(t is o for o in over)]
            _join(going, [sight for sight in piece.sights if sight.frame == frame])
    photo = len(pieces) == 1 and pieces[0].count == 1
    for sights in done + going:
        if photo or len(sights) >= _SHORTEST:
            yield Track(source=name, sights=tuple(sights))


def _join(going: list[list[Sight]], sights: Sequence[Sight]) -> None:
    """Give every sight to the nearest track that can reach it, or begin one."""
    pairs = sorted(
        (apart, t, s)
        for t, track in enumerate(going)
        for s, sight in enumerate(sights)
        if (apart := _apart(track[-1], sight)) < 1.0
    )
    taken_t: set[int] = set()
    taken_s: set[int] = set()
    for _, t, s in pairs:
        if t not in taken_t and s not in taken_s:
            going[t].append(sights[s])
            taken_t.add(t)
            taken_s.add(s)
    going += [[sight] for s, sight in enumerate(sights) if s not in taken_s]


def _apart(before: Sight, after: Sight) -> float:
    """How far two sights are apart, 1 being as far as one face can go in the time between."""
    looks = max(1.0, (after.frame - before.frame) / EVERY)
    moved = float(np.hypot(*np.subtract(after.centre_px, before.centre_px))) / before.height_px
    grown = abs(float(np.log(after.height_px / before.height_px)))
    return max(moved / (_REACH * looks), grown / float(np.log(_ZOOM)))


def _people(tracks: Sequence[Track], alike: float) -> list[_Person]:
    """Tracks by person, the one who is seen largest and longest first."""
    people: list[_Person] = []
    for track in sorted(tracks, key=lambda t: (not t.is_frontal, -t.weight)):
        embedding_D = track.embedding()
        near = [(float(embedding_D @ p.embedding()), n) for n, p in enumerate(people) if not p.meets(track)]
        best = max(near, default=(-1.0, -1))
        if best[0] >= (alike if track.is_frontal else min(alike, _ALIKE_TURNED)):
            people[best[1]].tracks.append(track)
        else:
            people.append(_Person([track]))
    return sorted(people, key=lambda p: -p.weight)


def _choose(people: Sequence[_Person], face: Face, tracks: Sequence[Track]) -> int:
    """Number of the person who is meant."""
    if face is None:
        return 0
    if isinstance(face, int):
        if not 1 <= face <= len(people):
            there = "1 person" if len(people) == 1 else f"{len(people)} people"
            raise AssetError.of("E074", f"the footage shows no person {face}", f"there are {there}; 1 is seen largest and longest")
        return face - 1
    first = tracks[0].source
    beginning = min(track.first for track in tracks if track.source == first)
    near = [t for t in tracks if t.source == first and t.first <= beginning + FPS]
    chosen = min(near, key=lambda t: float(np.hypot(*np.subtract(t.sights[0].centre_px, face))))
    return next(n for n, person in enumerate(people) if any(track is chosen for track in person.tracks))


def _frontal(sight: Sight) -> bool:
    return max(abs(angle) for angle in sight.turn_deg) <= _FRONTAL_DEG
