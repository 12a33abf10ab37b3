"""Footage as batches for painters: a picture of a person from one frame of a shot, and other frames of it to be painted.

B takes, F frames, M frames before, H pixels, G cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from emostage.diffusion.module import Batch
from emostage.face.head import load_head
from emostage.face.turning import Face, Turning, TurningHead, head_rotation
from emostage.nets.painting.given import CELLS, FINE_CELLS
from emostage.training.dataset import mel_levels
from emostage.training.examples import rank
from emostage.training.footage.store import Footage
from emostage.training.footage.tones import drawn_tones, toned

Rows = NDArray[np.int64]

TURNS = (True, False, False)
"""Clips, whose frames are much alike, take turns with twice as many stills."""
_FRONTAL_RAD = 0.16
"""Portraits turned less than about this are the most likely to be painted from."""
_ALIKE, _OTHERWISE = 0.1, 0.2
"""Most is learnt where a mouth is to open or close: a portrait whose lips are as far apart as in the frames to be painted is taken
so much less often than one in which they are further apart or nearer by this share of the distance of the eyes."""
_LIPS, _EYES = (13, 14), (33, 263)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Which frames: `portrait` to paint from, `frames_F` to be painted, the `before` first of them context only."""

    portrait: int
    frames_F: tuple[int, ...]
    before_M: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How batches are cut: `clips` takes of `frames` consecutive frames after `before` of context (which may be none), in turn
    with `stills` takes of one frame."""

    clips: int = 6
    frames: int = 4
    stills: int = 24
    before: int = 0


class Paintings(IterableDataset[Batch]):
    """Endless random batches; the same seed draws the same. Where several processes train one net, each draws its own."""

    def __init__(self, footage: Footage, shape: Shape, *, seed: int, begin: int = 0) -> None:
        super().__init__()
        self._footage, self._shape, self._seed, self._begin = footage, shape, seed, begin

    def after(self, batches: int) -> Paintings:
        """The same without the first so many batches."""
        return Paintings(self._footage, self._shape, seed=self._seed, begin=self._begin + batches)

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng([self._seed, rank()])
        index = Index(self._footage)
        for number, clips in enumerate(cycle(TURNS)):
            takes = self._shape.clips if clips else self._shape.stills
            cuts = [index.cut(self._shape, rng, clip=clips, telling=True) for _ in range(takes)]
            if number < self._begin:
                drawn_tones(takes, rng)
            else:
                yield toned(batch_of(self._footage, cuts, self._shape), rng)


def held_batches(footage: Footage, shape: Shape, count: int) -> list[Batch]:
    """`count` batches, clips and stills in turn; always the same, colours as they are."""
    rng, index, out = np.random.default_rng(0), Index(footage), []
    for number in range(count):
        clip = number % 2 == 0
        cuts = [index.cut(shape, rng, clip=clip) for _ in range(shape.clips if clip else shape.stills)]
        out.append(batch_of(footage, cuts, shape))
    return out


class Index:
    """Which clips and which portraits belong together."""

    def __init__(self, footage: Footage) -> None:
        lengths_C = np.diff(footage.starts_C1)
        self._starts_C = footage.starts_C1[:-1]
        self._lengths_C = lengths_C
        self._shot_C = footage.frames["shot_N"][self._starts_C]
        self._clips, self._stills = np.flatnonzero(lengths_C > 1), np.flatnonzero(lengths_C == 1)
        turned_N = np.linalg.norm(footage.frames["rotation_N3"], axis=1)
        self._likely_N = np.exp(-0.5 * (turned_N / _FRONTAL_RAD) ** 2) + 1e-4
        self._open_N = _apart(footage, _LIPS) / _apart(footage, _EYES)
        self._frames_S = [np.flatnonzero(footage.frames["shot_N"] == s) for s in range(len(footage.shape_SK))]

    def cut(self, shape: Shape, rng: np.random.Generator, *, clip: bool, telling: bool = False) -> Cut:
        """A random take; a clip too short for all of it has no frames before. With `telling` the mouth of the portrait is likely to
        be another than that of the frames."""
        among = self._clips if clip and len(self._clips) else self._stills if len(self._stills) else self._clips
        c = int(rng.choice(among))
        begin, length = int(self._starts_C[c]), int(self._lengths_C[c])
        frames = shape.frames if clip else 1
        first = int(rng.integers(0, max(length - frames, 0) + 1))
        numbers = np.clip(first + np.arange(-shape.before, frames), 0, length - 1) + begin
        context = tuple(numbers[: shape.before].tolist()) if 0 < shape.before <= first else ()
        others = self._frames_S[int(self._shot_C[c])]
        others = others[(others < begin) | (others >= begin + length)] if len(others) > length else others
        share = self._likely_N[others]
        if telling:
            differs = np.abs(self._open_N[others] - self._open_N[int(numbers[shape.before])]) / _OTHERWISE
            share = share * (_ALIKE + (1 - _ALIKE) * np.minimum(differs, 1.0))
        return Cut(
            portrait=int(rng.choice(others, p=share / share.sum())),
            frames_F=tuple(numbers[shape.before :].tolist()),
            before_M=context or tuple([int(numbers[shape.before])] * shape.before),
        )


def _apart(footage: Footage, pair: tuple[int, int]) -> NDArray[np.float64]:
    """How far two landmarks are apart in each frame (N,)."""
    a_N2, b_N2 = (footage.frames["landmarks_NL2"][:, point].astype(np.float64) for point in pair)
    distance_N: NDArray[np.float64] = np.linalg.norm(a_N2 - b_N2, axis=1)
    return distance_N


def batch_of(footage: Footage, cuts: list[Cut], shape: Shape) -> Batch:
    """Takes as tensors: `Given` by name, `clean_BF3HH`, `parts_BFGG`, and `before_BM3HH` with `seen_B` (0 where there are none)."""
    frames_BF, own_B = np.array([cut.frames_F for cut in cuts]), np.array([cut.portrait for cut in cuts])
    told = footage.frames
    batch = {
        "reference_B3HH": _pictures(footage, own_B),
        "own_B52": _floats(told["expression_N52"][own_B]),
        "own_landmarks_BL2": _floats(told["landmarks_NL2"][own_B]),
        **_known(footage, own_B, frames_BF),
        "expression_BF52": _floats(told["expression_N52"][frames_BF]),
        "landmarks_BFL2": _floats(told["landmarks_NL2"][frames_BF]),
        "sound_BFWX": torch.from_numpy(mel_levels(told["sound_NWX"][frames_BF])),
        "weights_BF8": _floats(told["weights_N8"][frames_BF]),
        "clean_BF3HH": _pictures(footage, frames_BF),
        "parts_BFGG": torch.from_numpy(told["parts_NGG"][frames_BF]),
    }
    if shape.before:
        batch["before_BM3HH"] = _pictures(footage, np.array([cut.before_M for cut in cuts]))
        batch["seen_B"] = torch.tensor([float(cut.before_M[-1] != cut.frames_F[0]) for cut in cuts])
    return batch


def _floats(array: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(array.astype(np.float32))


def _pictures(footage: Footage, numbers: Rows) -> Tensor:
    """Frames in [-1, 1] (*, 3, H, H)."""
    seen = np.stack([footage.picture(int(n)) for n in numbers.flat])
    tensor = torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 127.5 - 1.0
    return tensor.reshape(*numbers.shape, *tensor.shape[1:])


def _known(footage: Footage, own_B: Rows, frames_BF: Rows) -> Batch:
    """What the head tells: where what each cell shows lay in the portrait, as far as the head turns and with the face's own
    movement, and where irises and teeth are."""
    found = [_of_take(footage, own, frames_F) for own, frames_F in zip(own_B.tolist(), frames_BF, strict=True)]
    return {name: torch.stack([one[name] for one in found]) for name in found[0]}


def _of_take(footage: Footage, own: int, frames_F: Rows) -> Batch:
    turning = Turning(_head(), footage.seated(int(footage.frames["shot_N"][own])))
    before, now = (_face(footage, n_F) for n_F in (np.full_like(frames_F, own), frames_F))
    still_before, still_now = (replace(face, expression_B52=None) for face in (before, now))
    return {
        "back_BF3GG": turning.displacement(still_before, still_now, CELLS),
        "moved_BF3KK": turning.displacement(before, now, FINE_CELLS),
        "marks_BFM2": _marks(footage, turning, frames_F),
        "own_marks_BM2": _marks(footage, turning, np.array([own]))[0],
    }


def _marks(footage: Footage, turning: Turning, numbers_F: Rows) -> Tensor:
    face = _face(footage, numbers_F)
    assert face.expression_B52 is not None
    landmarks_FL2 = _floats(footage.frames["landmarks_NL2"][numbers_F])
    return turning.marks(face.expression_B52, face.rotation_B33, None, landmarks_FL2)


def _face(footage: Footage, numbers_F: Rows) -> Face:
    return Face(
        rotation_B33=head_rotation(_floats(footage.frames["rotation_N3"][numbers_F])),
        expression_B52=_floats(footage.frames["expression_N52"][numbers_F]),
    )


@lru_cache(maxsize=1)
def _head() -> TurningHead:
    return TurningHead(load_head())
