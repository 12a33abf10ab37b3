"""Batches that memory has room for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
import torch

from emostage.diffusion.module import Batch
from emostage.training.memory import Resized, is_out_of_memory, most_that_fits, repeated, takes


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), True),
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_what_says_that_memory_is_used_up(error: Exception, said: bool) -> None:
    assert is_out_of_memory(error) is said


@pytest.mark.parametrize(("room", "most", "fits"), [(0, 8, 0), (1, 8, 1), (7, 8, 4), (100, 8, 8), (100, 6, 4)])
def test_sizes_are_doubled_until_there_is_no_room(room: int, most: int, fits: int) -> None:
    def attempt(size: int) -> None:
        if size > room:
            raise MemoryError

    assert most_that_fits(attempt, most) == fits


def test_other_errors_of_an_attempt_go_on() -> None:
    def attempt(size: int) -> None:
        raise RuntimeError("shapes")

    with pytest.raises(RuntimeError, match="shapes"):
        most_that_fits(attempt, 4)


class Counting(torch.utils.data.IterableDataset[Batch]):
    """Pairs and single ones of numbers, of two shapes in turn; `asked` says what was left out."""

    def __init__(self, begin: int = 0) -> None:
        super().__init__()
        self.begin = begin

    def __iter__(self) -> Iterator[Batch]:
        number = self.begin
        while True:
            wide = number % 2
            yield {"x": torch.full((4, 1 + wide), number), "y": torch.arange(4)}
            number += 1


class Skipping(Counting):
    def after(self, batches: int) -> Counting:
        return Counting(self.begin + batches)


def test_batches_of_one_shape_are_put_together_and_none_is_lost() -> None:
    made = list(islice(Resized(Counting(), 1), 4))
    assert [takes(batch) for batch in made] == [8] * 4
    assert [batch["x"][:, 0].unique().tolist() for batch in made] == [[0, 2], [1, 3], [4, 6], [5, 7]]


def test_batches_are_halved_down_to_one_take() -> None:
    for halvings, left in ((0, 4), (1, 2), (2, 1), (5, 1)):
        batch = next(iter(Resized(Counting(), -halvings)))
        assert takes(batch) == left
        assert batch["y"].tolist() == list(range(left))


@pytest.mark.parametrize("doublings", [-1, 0, 1])
def test_what_was_seen_is_left_out(doublings: int) -> None:
    wanted = list(islice(Resized(Counting(), doublings), 6))[4:]
    for examples in (Counting(), Skipping()):
        found = list(islice(Resized(examples, doublings, begin=4), 2))
        for a, b in zip(wanted, found, strict=True):
            assert torch.equal(a["x"], b["x"])


def test_a_batch_is_repeated() -> None:
    assert repeated({"x": torch.arange(2)}, 3)["x"].tolist() == [0, 1, 0, 1, 0, 1]
