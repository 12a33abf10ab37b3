"""The footage of a person, tracked, divided and read: what all parts of an identity learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.identity import PORTRAIT, WORK
from emostage.core.tracks import Frozen, Portrait
from emostage.core.whole import writing
from emostage.evaluate.person.shows import Sat
from emostage.face.head import Head, load_head
from emostage.face.personal import PersonalFace
from emostage.face.portrait import portrait_of
from emostage.training.person.reading import Reading, known, neutral_frame, read, windows
from emostage.training.tracked import checks
from emostage.training.tracked.sources import Source, sources_of
from emostage.training.tracked.split import Split, split
from emostage.training.tracked.store import Take
from emostage.training.tracked.tracking import Tracked, Wanted, track
from emostage.tuning.order import Listener, Order

_FEW = 3
"""Frames without which no face is known beyond its portrait."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Studied(Frozen):
    """`takes` divided, with the `face` of the person as far as tracking tells it, and readings of the films among them: `train` and
    `held`. `sat` is the portrait that is performed, frame `number` of `portrait_take`. Without films (photos only) nothing is read
    and the face is not known."""

    head: Head
    takes: Split
    face: PersonalFace | None
    train: tuple[Reading, ...]
    held: tuple[Reading, ...]
    portrait: Portrait
    portrait_take: Take
    number: int
    sat: Sat | None
    about: dict[str, Any]

    @property
    def films(self) -> bool:
        """Whether somebody was filmed."""
        return bool(self.train)


def study(order: Order, listen: Listener) -> Studied:
    """Track and divide the footage of an order, and read what the person does in it.

    Raises AssetError for footage that cannot be used (see `sources`, `tracking` and `checks` of `training.tracked`), E07x when
    none of its frames is a portrait.
    """
    sources, passed = sources_of(order.given)
    _warn(listen, passed)
    work = order.folder / WORK
    with writing(work):
        work.mkdir(parents=True, exist_ok=True)
    listen.begins("tracking")
    wanted = Wanted(cap_s=order.cap_s, face=order.face, alike=order.alike)
    tracked = track(sources, work, wanted, workers=order.workers, on_frame=listen.goes_on)
    _warn(listen, checks.findings(tracked))
    takes = split(tracked.takes, held_out_s=order.held_out_s)
    return of_takes(takes, _about(sources, tracked, takes))


def _warn(listen: Listener, found: Sequence[Diagnostic]) -> None:
    for diagnostic in found:
        listen.warns(diagnostic)


def of_takes(takes: Split, about: dict[str, Any]) -> Studied:
    """What takes that are divided tell. Raises AssetError E07x when none of the frames is a portrait."""
    head = load_head()
    films = [take for take in takes.train if not take.is_photo]
    if sum(len(take) for take in films) < _FEW:
        return _of_photos(head, takes, about)
    face = known(films, head)
    seen_in = windows(films)
    train = tuple(read(face, take, head, seen_in) for take in films)
    held = tuple(read(face, take, head, seen_in) for take in takes.held if not take.is_photo)
    reading, number, portrait = _portrait(train, head)
    sat = Sat(portrait=portrait, hold=reading.hold(number), size_px=reading.take.size_px, head=head)
    return Studied(
        head=head,
        takes=takes,
        face=face,
        train=train,
        held=held,
        portrait=portrait,
        portrait_take=reading.take,
        number=number,
        sat=sat,
        about=about,
    )


def _portrait(readings: Sequence[Reading], head: Head) -> tuple[Reading, int, Portrait]:
    """The frame that makes the best portrait of all takes that make one."""
    found = sorted(((*neutral_frame(reading), reading) for reading in readings), key=lambda each: each[1])
    problem: AssetError | None = None
    for number, _, reading in found:
        try:
            return reading, number, portrait_of(reading.take.picture(number), name=reading.take.source, head=head)[0]
        except AssetError as error:
            problem = problem or error
    assert problem is not None
    raise problem


def _of_photos(head: Head, takes: Split, about: dict[str, Any]) -> Studied:
    """Photos alone: the one that is turned the least is the portrait."""
    problem: AssetError | None = None
    found: list[tuple[float, Take, Portrait]] = []
    for take in takes.train:
        try:
            portrait, _ = portrait_of(take.picture(0), name=take.source, head=head)
        except AssetError as error:
            problem = problem or error
            continue
        turned = float(np.arccos(np.clip(portrait.fit.rotation_33[2, 2], -1, 1)))
        found.append((turned + float(np.linalg.norm(portrait.fit.expression_52)), take, portrait))
    if not found:
        raise problem or AssetError.of("E070", "there is no portrait among the photos", "give another photo")
    _, take, portrait = min(found, key=lambda each: each[0])
    return Studied(
        head=head,
        takes=takes,
        face=None,
        train=(),
        held=(),
        portrait=portrait,
        portrait_take=take,
        number=0,
        sat=None,
        about=about,
    )


def _about(sources: Sequence[Source], tracked: Tracked, takes: Split) -> dict[str, Any]:
    """What a card says of the footage."""

    def seconds(some: Sequence[Take]) -> float:
        return round(sum(take.seconds for take in some if not take.is_photo), 2)

    photos = sum(take.is_photo for take in tracked.takes)
    return {
        "sources": [{"file": source.name, "kind": source.kind, "sha256": source.digest} for source in sources],
        "film_s": round(tracked.whole_s, 2),
        "trained_on_s": seconds(takes.train),
        "held_out_s": seconds(takes.held),
        "photos": photos,
    }


def picture_path(folder: Path) -> Path:
    """Where the portrait of an identity is kept."""
    return folder / PORTRAIT
