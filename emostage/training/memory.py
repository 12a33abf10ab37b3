"""Batches that memory has room for: as many takes as fit are found, and fewer are taken where even those do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import torch
from torch.utils.data import IterableDataset

from emostage.diffusion.module import Batch

_SAID = ("out of memory", "can't allocate memory", "defaultcpuallocator", "not enough memory", "alloc_failed")
"""What torch says, on whatever device, when it has no memory."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error says that memory is used up."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(said in str(error).lower() for said in _SAID)


def most_that_fits(attempt: Callable[[int], None], most: int) -> int:
    """The largest of 1, 2, 4, … up to `most` with which `attempt` had memory; 0 where it had none with 1. Other errors of `attempt`
    go on."""
    fits, size = 0, 1
    while size <= most:
        try:
            attempt(size)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            break
        fits, size = size, 2 * size
    return fits


def repeated(batch: Batch, times: int) -> Batch:
    """A batch with all its takes so many times."""
    return {name: torch.cat([value] * times) for name, value in batch.items()}


def takes(batch: Batch) -> int:
    """How many takes a batch has."""
    return len(next(iter(batch.values())))


class Resized(IterableDataset[Batch]):
    """Batches of twice as many takes, four times as many … (`doublings`), those of one shape together, or of half as many, a
    quarter … where `doublings` is negative, but of one at least. The first `begin` of them are left out; examples that have `after`
    are asked to leave them out themselves."""

    def __init__(self, examples: Iterable[Batch], doublings: int, begin: int = 0) -> None:
        super().__init__()
        self._together = 2 ** max(doublings, 0)
        self._share = 2 ** max(-doublings, 0)
        self._examples = _later(examples, begin * self._together)

    def __iter__(self) -> Iterator[Batch]:
        waiting: dict[Any, list[Batch]] = {}
        for batch in self._examples:
            alike = waiting.setdefault(tuple((name, value.shape[1:]) for name, value in batch.items()), [])
            alike.append(batch)
            if len(alike) == self._together:
                yield _smaller(_joined(alike), self._share)
                alike.clear()


def _later(examples: Iterable[Batch], batches: int) -> Iterable[Batch]:
    """Examples without the first so many."""
    after = getattr(examples, "after", None)
    if after is not None:
        return cast(Iterable[Batch], after(batches))
    return _Later(examples, batches)


class _Later:
    def __init__(self, examples: Iterable[Batch], batches: int) -> None:
        self._examples, self._batches = examples, batches

    def __iter__(self) -> Iterator[Batch]:
        for number, batch in enumerate(self._examples):
            if number >= self._batches:
                yield batch


def _joined(batches: list[Batch]) -> Batch:
    if len(batches) == 1:
        return batches[0]
    return {name: torch.cat([batch[name] for batch in batches]) for name in batches[0]}


def _smaller(batch: Batch, share: int) -> Batch:
    count = max(takes(batch) // share, 1)
    return {name: value[:count] for name, value in batch.items()}
