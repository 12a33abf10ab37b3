"""Which pieces of films are looked at, and which are used: of at most ten seconds each, spread evenly over what is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from emostage.training.tracked.store import FPS

PIECE_S = 10
SPARE = 2
"""So many times as much as is used is looked at, to use the better half."""


@dataclass(frozen=True, kw_only=True, order=True)
class Piece:
    """Frames `first` to `first + count`, at 25 a second, of the film number `film` of those given."""

    film: int
    first: int
    count: int

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.first + self.count

    @property
    def name(self) -> str:
        """Part of the names of its files, in the order of time."""
        return f"{self.film:03d}-{self.first:07d}"


def pieces_of(frames: Mapping[int, int]) -> tuple[Piece, ...]:
    """All pieces of films, by their number, with so many frames."""
    found = []
    for film, count in frames.items():
        parts = ceil(count / (PIECE_S * FPS))
        bounds = [round(n * count / parts) for n in range(parts + 1)]
        found += [Piece(film=film, first=a, count=b - a) for a, b in pairwise(bounds) if b > a]
    return tuple(found)


def looked_at(pieces: Sequence[Piece], cap_s: float) -> tuple[Piece, ...]:
    """The pieces among which those that are used are chosen: all, or neighbours in pairs, evenly spread."""
    wanted = _wanted([piece.count / FPS for piece in pieces], cap_s)
    if SPARE * wanted >= len(pieces):
        return tuple(pieces)
    starts = [round((n + 0.5) * len(pieces) / wanted - SPARE / 2) for n in range(wanted)]
    return tuple(pieces[at] for start in starts for at in range(start, start + SPARE))


def used(pieces: Sequence[Piece], cap_s: float, worth_s: Mapping[Piece, float]) -> tuple[Piece, ...]:
    """Pieces that are worth about `cap_s` seconds together, evenly spread: of neighbours the better one."""
    good = [piece for piece in pieces if worth_s[piece] > 0]
    wanted = _wanted([worth_s[piece] for piece in good], cap_s)
    if wanted >= len(good):
        return tuple(good)
    bounds = [round(n * len(good) / wanted) for n in range(wanted + 1)]
    return tuple(max(good[a:b], key=lambda piece: worth_s[piece]) for a, b in pairwise(bounds))


def _wanted(lengths_s: Sequence[float], cap_s: float) -> int:
    """How many pieces of such lengths last about as long as the cap."""
    if not lengths_s:
        return 0
    return max(1, min(len(lengths_s), int(cap_s * len(lengths_s) / sum(lengths_s) + 1e-6)))
