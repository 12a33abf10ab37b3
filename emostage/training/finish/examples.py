"""Pairs as batches: what was drawn of frames, what they truly are, and what is known of them. B takes, F frames, H pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from emostage.core.errors import AssetError
from emostage.diffusion.module import Batch
from emostage.training.examples import rank
from emostage.training.finish.store import Pairs
from emostage.training.footage.examples import TURNS, Cut, Shape, batch_of
from emostage.training.footage.tones import toned


class Finishings(IterableDataset[Batch]):
    """Endless random batches; the same seed draws the same. Where several processes train one net, each draws its own."""

    def __init__(self, pairs: Pairs, shape: Shape, *, seed: int) -> None:
        super().__init__()
        self._pairs, self._shape, self._seed = pairs, shape, seed

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng([self._seed, rank()])
        takes = Takes(self._pairs)
        while True:
            for clips in TURNS:
                yield toned(takes.batch(self._shape, rng, clips=clips), rng)


def held_batches(pairs: Pairs, shape: Shape, count: int) -> list[Batch]:
    """`count` batches, clips and stills in turn; always the same, colours as they are."""
    rng, takes = np.random.default_rng(0), Takes(pairs)
    return [takes.batch(shape, rng, clips=number % 2 == 0) for number in range(count)]


class Takes:
    """Clips and stills of pairs, ready to be cut. The portraits are among neither."""

    def __init__(self, pairs: Pairs) -> None:
        """Sort them. Raises AssetError E130 when there are none."""
        footage = pairs.footage
        self._pairs, self._starts_C = pairs, footage.starts_C1[:-1]
        self._lengths_C = np.diff(footage.starts_C1)
        free_C = ~np.isin(self._starts_C, pairs.portrait_S)
        self._clips = np.flatnonzero(free_C & (self._lengths_C > 1))
        self._stills = np.flatnonzero(free_C & (self._lengths_C == 1))
        if not len(self._clips) + len(self._stills):
            hint = "make them of footage in which people are seen more than once"
            raise AssetError.of("E130", "the pairs have no frames beside the portraits", hint)

    def batch(self, shape: Shape, rng: np.random.Generator, *, clips: bool) -> Batch:
        """The tensors of `training.footage.examples.batch_of`, and `drawn_BF3HH`."""
        cuts = [self._cut(shape, rng, clip=clips) for _ in range(shape.clips if clips else shape.stills)]
        batch = batch_of(self._pairs.footage, cuts, shape)
        drawn = [torch.stack([self._drawn(n) for n in cut.frames_F]) for cut in cuts]
        return {**batch, "drawn_BF3HH": torch.stack(drawn)}

    def _cut(self, shape: Shape, rng: np.random.Generator, *, clip: bool) -> Cut:
        wanted, others = (self._clips, self._stills) if clip else (self._stills, self._clips)
        c = int(rng.choice(wanted if len(wanted) else others))
        begin, length, frames = int(self._starts_C[c]), int(self._lengths_C[c]), shape.frames if clip else 1
        first = int(rng.integers(0, max(length - frames, 0) + 1))
        numbers_F = begin + np.clip(first + np.arange(frames), 0, length - 1)
        shot = int(self._pairs.footage.frames["shot_N"][begin])
        return Cut(portrait=int(self._pairs.portrait_S[shot]), frames_F=tuple(numbers_F.tolist()), before_M=())

    def _drawn(self, number: int) -> Tensor:
        """What was drawn for a frame, in [-1, 1]."""
        return torch.from_numpy(self._pairs.picture(number).copy()).permute(2, 0, 1).float() / 127.5 - 1.0
