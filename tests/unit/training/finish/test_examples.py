"""Pairs as batches: what was drawn goes with what is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.errors import AssetError
from emostage.training.finish.examples import Finishings, Takes, held_batches
from emostage.training.finish.store import Pairs, joined
from emostage.training.footage.examples import Shape

from ..conftest import pairs

SHAPE = Shape(clips=2, frames=2, stills=3)


@pytest.fixture(scope="module")
def made() -> Pairs:
    return joined([pairs(5, shots=2, size_px=128), pairs(6, size_px=128)])


def numbers(made: Pairs, batch) -> list[int]:
    """Which frames are to be painted."""
    shown = ((batch["clean_BF3HH"].flatten(0, 1).permute(0, 2, 3, 1) + 1) * 127.5).round().numpy().astype(np.uint8)
    known = {made.footage.picture(n).tobytes(): n for n in range(len(made))}
    return [known[np.ascontiguousarray(picture).tobytes()] for picture in shown]


def test_what_was_drawn_goes_with_its_frame_and_its_portrait(made: Pairs) -> None:
    batch = Takes(made).batch(SHAPE, np.random.default_rng(0), clips=True)
    assert batch["drawn_BF3HH"].shape == batch["clean_BF3HH"].shape == (2, 2, 3, 128, 128)
    for k, number in enumerate(numbers(made, batch)):
        drawn = ((batch["drawn_BF3HH"].flatten(0, 1)[k].permute(1, 2, 0) + 1) * 127.5).round().numpy()
        assert np.array_equal(drawn, made.picture(number))
        own = made.footage.picture(int(made.portrait_S[made.footage.frames["shot_N"][number]]))
        reference = ((batch["reference_B3HH"][k // 2].permute(1, 2, 0) + 1) * 127.5).round().numpy()
        assert np.array_equal(reference, own)


def test_portraits_are_never_to_be_finished(made: Pairs) -> None:
    takes, rng = Takes(made), np.random.default_rng(0)
    seen = {n for clips in (True, False) for _ in range(6) for n in numbers(made, takes.batch(SHAPE, rng, clips=clips))}
    assert seen and not seen & set(made.portrait_S.tolist())


def test_the_same_seed_draws_the_same_and_colours_change_together(made: Pairs) -> None:
    once, again, other = (next(iter(Finishings(made, SHAPE, seed=seed))) for seed in (3, 3, 4))
    assert torch.equal(once["drawn_BF3HH"], again["drawn_BF3HH"])
    assert not torch.equal(once["drawn_BF3HH"], other["drawn_BF3HH"])
    plain = Takes(made).batch(SHAPE, np.random.default_rng(3), clips=True)
    changed = [(once[name] - plain[name]).abs().flatten(1).max(1).values > 0.01 for name in ("drawn_BF3HH", "reference_B3HH")]
    assert changed[0].any() and torch.equal(*changed)


def test_held_batches_are_always_the_same(made: Pairs) -> None:
    one, two = held_batches(made, SHAPE, 2), held_batches(made, SHAPE, 2)
    assert all(torch.equal(a["drawn_BF3HH"], b["drawn_BF3HH"]) for a, b in zip(one, two, strict=True))


def test_pairs_of_portraits_alone_are_told(made: Pairs) -> None:
    with pytest.raises(AssetError, match="E130"):
        Takes(replace(made, portrait_S=made.footage.starts_C1[:-1]))
