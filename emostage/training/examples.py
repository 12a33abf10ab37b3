"""Windows of a corpus as batches of tensors. B batch, W window, N frames of the corpus, K takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import IterableDataset

from emostage.core.tracks import F32
from emostage.diffusion.module import Batch
from emostage.motion.hearing import edges

Arrays = Mapping[str, NDArray[np.floating[Any]]]
Cut = dict[str, F32]
Change = Callable[[Cut, np.random.Generator], Cut]


@dataclass(frozen=True, kw_only=True)
class Takes:
    """Takes end to end: `arrays` (N, channels) by name, take k being the frames `starts_K1[k]` to `starts_K1[k + 1]`. What a take
    is at rest, before and after, is in `rest` by name; 0 where it says nothing."""

    starts_K1: NDArray[np.int64]
    arrays: Arrays
    rest: Arrays

    def __len__(self) -> int:
        return len(self.starts_K1) - 1

    def cut(self, take: int, first: int, window: int) -> Cut:
        """Frames `first` to `first + window` of a take, at rest where it does not reach; with `edges` (W, 2), how far they are from
        its start and from its end, in seconds up to 1."""
        begin, end = int(self.starts_K1[take]), int(self.starts_K1[take + 1])
        frames_W = np.arange(first, first + window)
        inside_W = (frames_W >= 0) & (frames_W < end - begin)
        out: Cut = {}
        for name, values_NC in self.arrays.items():
            cut_WC = np.zeros((window, values_NC.shape[1]), np.float32)
            cut_WC[:] = self.rest.get(name, np.float32(0))
            cut_WC[inside_W] = values_NC[begin + frames_W[inside_W]]
            out[name] = cut_WC
        out["edges"] = edges(end - begin)[np.clip(frames_W, 0, end - begin - 1)] * inside_W[:, None]
        return out


class Windows(IterableDataset[Batch]):
    """Endless random windows, every frame as likely as any other; the same seed draws the same. `change` may vary a window.
    Where several processes train one net, each draws its own."""

    def __init__(self, takes: Takes, *, window: int, batch: int, seed: int, change: Change | None = None) -> None:
        super().__init__()
        self._takes, self._window, self._batch, self._seed, self._change = takes, window, batch, seed, change

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng([self._seed, own] if (own := rank()) else self._seed)
        lengths_K = np.diff(self._takes.starts_K1)
        shares_K = lengths_K / lengths_K.sum()
        while True:
            chosen_B = rng.choice(len(lengths_K), self._batch, p=shares_K)
            cuts = []
            for take in chosen_B.tolist():
                spare = int(lengths_K[take]) - self._window
                first = int(rng.integers(min(spare, 0), max(spare, 0) + 1))
                cut = self._takes.cut(take, first, self._window)
                cuts.append(self._change(cut, rng) if self._change else cut)
            yield stacked(cuts)


def rank() -> int:
    """The number of this process among those that train together."""
    together = torch.distributed.is_available() and torch.distributed.is_initialized()
    return int(torch.distributed.get_rank()) if together else 0


def held_batches(takes: Takes, *, window: int, batch: int, count: int, change: Change | None = None) -> list[Batch]:
    """`count` batches of windows from the beginning of evenly chosen takes; always the same."""
    rng = np.random.default_rng(0)
    chosen = np.linspace(0, len(takes) - 1, batch * count).astype(int).tolist()
    cuts = [takes.cut(take, 0, window) for take in chosen]
    cuts = [change(cut, rng) if change else cut for cut in cuts]
    return [stacked(cuts[begin : begin + batch]) for begin in range(0, len(cuts), batch)]


def stacked(cuts: list[Cut]) -> Batch:
    """Cuts as one batch."""
    return {name: torch.from_numpy(np.stack([cut[name] for cut in cuts])) for name in cuts[0]}
