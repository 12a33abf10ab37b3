"""What the photo renderer draws of what a person did, and what was really there: pairs for the diffusion finish.

The portrait performs what was read in a take, as in films of the highest quality. The real frame is moved, turned and scaled onto
the drawn one by what neither speech nor feelings move, and both are cut out as films have them finished, with the conditions that
films give (`portrait.painting.finishing`). T frames, H pixels along the squares, G cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from emostage.core.tracks import F64, U8, Frozen
from emostage.diffusion.module import Batch
from emostage.evaluate.person.resemblance import similarity
from emostage.evaluate.person.shows import FINE, Sat, moved
from emostage.face.film import read_face
from emostage.face.track import Tracker
from emostage.nets.identity.align import STEADY
from emostage.nets.painting.copying import sized
from emostage.nets.painting.given import Given
from emostage.portrait.painting.conditions import Sitter, Told, unheard
from emostage.portrait.painting.square import square_of
from emostage.portrait.personal import Person
from emostage.portrait.photo import PhotoRenderer
from emostage.training.examples import rank
from emostage.training.footage.examples import TURNS, Shape
from emostage.training.footage.parts import told_by
from emostage.training.footage.store import opened, packed
from emostage.training.footage.tones import toned
from emostage.training.person.painting import AS_THEY_ARE
from emostage.training.person.pictures import SIZE_PX
from emostage.training.person.reading import Reading
from emostage.training.tracked.store import Bools

LENGTH = 12
"""Frames of a piece."""
_LANDMARKS = 468


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawn(Frozen):
    """A piece of a take: what is `told` of it, JPEG files of the `drawn` and of the `real` frames, the `parts_TGG` of the face, and
    in which frames it was seen in both."""

    told: Told
    drawn: tuple[bytes, ...]
    real: tuple[bytes, ...]
    parts_TGG: U8
    seen_T: Bools

    def starts(self, frames: int) -> list[int]:
        """Frames from which on so many are seen."""
        return [t for t in range(len(self.seen_T) - frames + 1) if self.seen_T[t : t + frames].all()]

    def batch(self, first: int, frames: int) -> Batch:
        """Some frames as a batch of one take: the arrays of `Given`, `drawn_BF3HH`, `clean_BF3HH` and `parts_BFGG`."""
        last = first + frames
        given = self.told.part(first, last)
        return {
            **{name: getattr(given, name) for name in Given.__dataclass_fields__},
            "drawn_BF3HH": _pictures(self.drawn[first:last])[None],
            "clean_BF3HH": _pictures(self.real[first:last])[None],
            "parts_BFGG": torch.from_numpy(self.parts_TGG[first:last].copy())[None],
        }


class Pairing:
    """Has somebody drawn, and lays what was real onto it."""

    def __init__(self, sat: Sat, person: Person | None, tracker: Tracker) -> None:
        self._sat, self._tracker = sat, tracker
        self._photo: PhotoRenderer = moved(sat, person, quality=FINE)
        self._square = square_of(sat.portrait, sat.head, sat.size_px)
        self._sitter = Sitter(self._square, sat.portrait.fit, sat.head, torch.device("cpu"))
        self._reference_13HH = sized(_tensor([self._square.picture()]), SIZE_PX)

    def drawn(self, reading: Reading) -> Drawn:
        """A piece of a take."""
        motion, take = self._sat.motion(reading), reading.take
        drawn, real, landmarks, seen = [], [], [], []
        for t, frame_HW3 in enumerate(self._photo.render(motion)):
            read_L2 = read_face(self._tracker, frame_HW3, take.landmarks_TL2[t].astype(np.float64))
            known = bool(np.isfinite(read_L2).all())
            drawn.append(self._cut(frame_HW3))
            real.append(self._cut(_laid(take.picture(t), take.landmarks_TL2[t], read_L2, frame_HW3)) if known else drawn[-1])
            landmarks.append(self._on_square(read_L2) if known else self._square.landmarks_L2)
            seen.append(known and bool(take.seen_T[t]))
        return Drawn(
            told=unheard(self._sitter, self._reference_13HH, motion),
            drawn=tuple(drawn),
            real=tuple(real),
            parts_TGG=told_by(np.stack(landmarks)),
            seen_T=np.array(seen),
        )

    def _cut(self, frame_HW3: U8) -> bytes:
        """The square of a frame, as small as the net has it."""
        small_13HH = sized(_tensor([self._square.cut(frame_HW3)]), SIZE_PX)
        levels_3HH = (127.5 * (small_13HH[0] + 1)).round().clamp(0, 255).to(torch.uint8)
        return packed(levels_3HH.permute(1, 2, 0).numpy())

    def _on_square(self, read_L2: F64) -> F64:
        on_L2: F64 = (read_L2[:_LANDMARKS] - [self._square.left, self._square.top]) / self._square.side_px
        return on_L2


def pieces(readings: Iterable[Reading], most: int) -> Iterator[Reading]:
    """Pieces of `LENGTH` frames of some takes, spread evenly over them, of `most` frames in all or a little less."""
    whole = [(reading, first) for reading in readings for first in range(0, len(reading.take) - LENGTH + 1, LENGTH)]
    count = min(len(whole), max(1, most // LENGTH))
    for number in np.linspace(0, len(whole) - 1, count).round().astype(int) if whole else ():
        reading, first = whole[number]
        yield reading.part(first, first + LENGTH)


def _laid(real_HW3: U8, real_L2: np.ndarray[tuple[int, ...], np.dtype[np.float32]], drawn_L2: F64, drawn_HW3: U8) -> U8:
    """A real frame moved, turned and scaled onto a drawn one."""
    steady = list(STEADY)
    onto_23 = similarity(real_L2[steady].astype(np.float64), drawn_L2[steady])
    size = (drawn_HW3.shape[1], drawn_HW3.shape[0])
    laid_HW3 = cv2.warpAffine(real_HW3, onto_23, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid_HW3, np.uint8)


def _tensor(pictures: list[U8]) -> Tensor:
    """Pictures (N, 3, H, W) in [-1, 1]."""
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).copy()).float() / 127.5 - 1.0


def _pictures(files: tuple[bytes, ...]) -> Tensor:
    return _tensor([opened(data) for data in files])


class Cuts:
    """Frames of some pieces, drawn at random. Raises ValueError when none is seen."""

    def __init__(self, some: Sequence[Drawn]) -> None:
        self._some = some
        if not self._places(1):
            raise ValueError("no frame is seen")

    def batch(self, shape: Shape, rng: np.random.Generator, *, clips: bool) -> Batch:
        """As many clips, or stills, as a shape has; stills where no clip is long enough."""
        count, frames = (shape.clips, shape.frames) if clips else (shape.stills, 1)
        places = self._places(frames)
        if not places:
            return self.batch(shape, rng, clips=False)
        chosen = [places[int(n)] for n in rng.integers(len(places), size=count)]
        found = [self._some[number].batch(first, frames) for number, first in chosen]
        return {name: torch.cat([one[name] for one in found]) for name in found[0]}

    def _places(self, frames: int) -> list[tuple[int, int]]:
        return [(number, first) for number, one in enumerate(self._some) for first in one.starts(frames)]


class Finishings(IterableDataset[Batch]):
    """Endless random batches; the same seed draws the same. Where several processes train one net, each draws its own."""

    def __init__(self, some: Sequence[Drawn], shape: Shape, *, seed: int) -> None:
        super().__init__()
        self._cuts, self._shape, self._seed = Cuts(some), shape, seed

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng([self._seed, rank()])
        while True:
            for clips in TURNS:
                batch = self._cuts.batch(self._shape, rng, clips=clips)
                yield batch if rng.random() < AS_THEY_ARE else toned(batch, rng)


def held_batches(some: Sequence[Drawn], shape: Shape, count: int) -> list[Batch]:
    """`count` batches, clips and stills in turn; always the same, colours as they are."""
    rng, cuts = np.random.default_rng(0), Cuts(some)
    return [cuts.batch(shape, rng, clips=number % 2 == 0) for number in range(count)]
