"""What is trained on and what is held out, by time: the end of every film is not seen in training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emostage.core.errors import UsageError
from emostage.training.tracked.store import FPS, Take

GAP_S = 0.2
"""What is left out between the two, so that neighbours do not tell of each other."""
SHORT_S, SHORT_SHARE = 30.0, 3 / 8
"""Of a film that is shorter, this share is held out."""
LONG_SHARE, LEAST_S, MOST_S = 0.15, 3.0, 30.0
"""Of others this share, within these seconds."""
PHOTOS = 5
"""Each so-manieth photo is held out, where there are photos only."""
LEAST_FRAMES = 12
"""Rests of takes that are shorter are left out, unless there is nothing else."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """Takes that are trained on, and takes that are held out."""

    train: tuple[Take, ...]
    held: tuple[Take, ...]


def split(takes: Sequence[Take], *, held_out_s: float | None = None) -> Split:
    """Divide the takes of one person. Takes of a film are cut where they have to be.

    Of every film the end is held out: `held_out_s` seconds of what was tracked, with nothing between, or by default 3/8 of less
    than 30 seconds and 15 % of more (3 s at least, 30 s at most), after a gap of 0.2 s. Photos are trained on where there is a
    film; of five or more photos alone each fifth is held out. Raises UsageError E015 when nothing is left to be trained on.
    """
    films: dict[str, list[Take]] = {}
    for take in takes:
        if not take.is_photo:
            films.setdefault(take.source, []).append(take)
    photos = [take for take in takes if take.is_photo]
    if not films:
        held = tuple(take for n, take in enumerate(photos, 1) if n % PHOTOS == 0)
        return Split(train=tuple(take for n, take in enumerate(photos, 1) if n % PHOTOS), held=held)
    train_T, held_T = [], []
    for parts in films.values():
        before, after = _cut(sorted(parts, key=lambda take: take.first_s), held_out_s)
        train_T += before
        held_T += after
    if not train_T and not photos:
        message = (
            f"nothing is left to be trained on when {held_out_s:g} s are held out" if held_out_s else "the films are too short"
        )
        raise UsageError.of("E015", message, f"hold out less than {sum(take.seconds for take in takes):.1f} s")
    return Split(train=(*train_T, *photos), held=tuple(held_T))


def _cut(takes: Sequence[Take], held_out_s: float | None) -> tuple[list[Take], list[Take]]:
    """The takes of one film before and after its cut."""
    frames = sum(len(take) for take in takes)
    held = _held_frames(frames) if held_out_s is None else min(frames, round(held_out_s * FPS))
    gap = round(GAP_S * FPS) if held_out_s is None else 0
    return _whole(list(_within(takes, 0, frames - held - gap))), _whole(list(_within(takes, frames - held, frames)))


def _held_frames(frames: int) -> int:
    seconds = frames / FPS
    held_s = SHORT_SHARE * seconds if seconds < SHORT_S else min(max(LONG_SHARE * seconds, LEAST_S), MOST_S)
    return round(held_s * FPS)


def _within(takes: Sequence[Take], first: int, end: int) -> Iterator[Take]:
    """What lies between two frames, counted through all takes."""
    begin = 0
    for take in takes:
        low, high = max(first - begin, 0), min(end - begin, len(take))
        if low < high:
            yield take if (low, high) == (0, len(take)) else take.part(low, high)
        begin += len(take)


def _whole(takes: list[Take]) -> list[Take]:
    """The takes that are long enough; all, if none is."""
    return [take for take in takes if len(take) >= LEAST_FRAMES] or takes
