"""Windows of takes."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
import torch

from emostage.training.examples import Takes, Windows, held_batches


@pytest.fixture
def takes() -> Takes:
    count = np.array([30, 200, 90])
    starts = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    number_N1 = np.arange(starts[-1], dtype=np.float32)[:, None]
    which_N1 = np.repeat(np.arange(3, dtype=np.float32), count)[:, None]
    return Takes(starts_K1=starts, arrays={"frame": number_N1, "take": which_N1}, rest={"take": np.float32([-1.0])})


def test_a_window_lies_in_one_take_and_rests_beyond_it(takes: Takes) -> None:
    cut = takes.cut(1, 180, 50)
    assert cut["frame"][:20, 0].tolist() == list(range(210, 230))
    assert (cut["take"][:20] == 1).all()
    assert (cut["take"][20:] == -1).all()
    assert (cut["frame"][20:] == 0).all()


def test_edges_tell_where_a_take_begins_and_ends(takes: Takes) -> None:
    edges_W2 = takes.cut(0, -10, 50)["edges"]
    assert not edges_W2[:10].any()
    assert edges_W2[10, 0] == pytest.approx(0.02)
    assert edges_W2[39, 1] == pytest.approx(0.02)
    assert not edges_W2[40:].any()


def test_short_takes_are_seen_whole_and_long_ones_everywhere(takes: Takes) -> None:
    seen = set()
    for batch in islice(Windows(takes, window=64, batch=8, seed=0), 40):
        assert batch["frame"].shape == (8, 64, 1)
        for sample, which in zip(batch["frame"], batch["take"], strict=True):
            frames = set(sample[which[:, 0] >= 0][:, 0].int().tolist())
            seen |= frames
            if (which == 0).any():
                assert frames == set(range(30))
    assert len(seen) > 300


def test_the_same_seed_draws_the_same(takes: Takes) -> None:
    a, b, other = (next(iter(Windows(takes, window=32, batch=4, seed=s))) for s in (1, 1, 2))
    assert torch.equal(a["frame"], b["frame"])
    assert not torch.equal(a["frame"], other["frame"])


def test_held_batches_are_always_the_same_and_may_be_varied(takes: Takes) -> None:
    plain = held_batches(takes, window=32, batch=3, count=2)
    assert [len(batch["frame"]) for batch in plain] == [3, 3]
    varied = held_batches(takes, window=32, batch=3, count=2, change=lambda cut, rng: {**cut, "frame": cut["frame"] + 1})
    assert torch.equal(varied[1]["frame"], plain[1]["frame"] + 1)
