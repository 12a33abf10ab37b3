"""Footage as batches: who is painted from what, and that nothing is mixed up."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from emostage.training.footage import examples
from emostage.training.footage.examples import Index, Paintings, Shape, batch_of, held_batches
from emostage.training.footage.store import Footage, joined

from ..conftest import noise

SHAPE = Shape(clips=2, frames=2, stills=3, before=1)


@pytest.fixture(scope="module")
def footage() -> Footage:
    return joined([noise(5, shots=2, size_px=128), noise(6, size_px=128)])


def test_a_portrait_is_the_same_shot_and_another_frame(footage: Footage) -> None:
    index, rng = Index(footage), np.random.default_rng(0)
    shot_N = footage.frames["shot_N"]
    for clip in (True, False):
        for _ in range(20):
            cut = index.cut(SHAPE, rng, clip=clip)
            assert {shot_N[n] for n in (*cut.frames_F, *cut.before_M)} == {shot_N[cut.portrait]}
            assert cut.portrait not in cut.frames_F
            assert len(cut.frames_F) == (2 if clip else 1)


def test_frames_before_are_those_before(footage: Footage) -> None:
    index, rng = Index(footage), np.random.default_rng(0)
    cuts = [index.cut(SHAPE, rng, clip=True) for _ in range(40)]
    seen = batch_of(footage, cuts, SHAPE)["seen_B"].tolist()
    assert {0.0, 1.0} == set(seen)
    for cut, has in zip(cuts, seen, strict=True):
        assert cut.before_M[0] == cut.frames_F[0] - int(has)


def test_a_batch_tells_the_truth_of_its_frames(footage: Footage) -> None:
    cut = Index(footage).cut(SHAPE, np.random.default_rng(1), clip=True)
    batch = batch_of(footage, [cut], SHAPE)
    shown = ((batch["clean_BF3HH"][0, 1].permute(1, 2, 0) + 1) * 127.5).round().numpy().astype(np.uint8)
    assert np.array_equal(shown, footage.picture(cut.frames_F[1]))
    assert np.allclose(batch["expression_BF52"][0, 1], footage.frames["expression_N52"][cut.frames_F[1]], atol=1e-3)
    assert np.allclose(batch["own_B52"][0], footage.frames["expression_N52"][cut.portrait], atol=1e-3)
    assert batch["back_BF3GG"].shape == (1, 2, 3, 32, 32)
    assert batch["moved_BF3KK"].shape == (1, 2, 3, 64, 64)


def test_the_same_seed_draws_the_same_and_clips_and_stills_take_turns(footage: Footage) -> None:
    once, again, other = (iter(Paintings(footage, SHAPE, seed=seed)) for seed in (3, 3, 4))
    first, second = next(once), next(once)
    assert torch.equal(first["clean_BF3HH"], next(again)["clean_BF3HH"])
    assert not torch.equal(first["clean_BF3HH"], next(other)["clean_BF3HH"])
    assert (first["clean_BF3HH"].shape[1], second["clean_BF3HH"].shape[1]) == (2, 1)


def test_held_out_batches_are_always_the_same_and_as_they_are(footage: Footage) -> None:
    once, again = (held_batches(footage, SHAPE, 2) for _ in range(2))
    assert all(torch.equal(a[name], b[name]) for a, b in zip(once, again, strict=True) for name in a)


def test_what_an_engine_does_not_need_is_not_made(footage: Footage) -> None:
    batch = held_batches(footage, Shape(clips=1, frames=2, stills=1), 1)[0]
    assert "before_BM3HH" not in batch


def test_training_asks_for_mouths_that_differ(footage: Footage) -> None:
    landmarks_NL2 = footage.frames["landmarks_NL2"].copy()
    open_N = np.arange(len(landmarks_NL2)) % 2
    apart_N2 = landmarks_NL2[:, 33] - landmarks_NL2[:, 263]
    landmarks_NL2[:, 14] = landmarks_NL2[:, 13] + 0.2 * open_N[:, None] * apart_N2
    index = Index(replace(footage, frames={**footage.frames, "landmarks_NL2": landmarks_NL2}))

    def other(telling: bool) -> float:
        rng = np.random.default_rng(0)
        cuts = [index.cut(SHAPE, rng, clip=False, telling=telling) for _ in range(300)]
        return float(np.mean([open_N[cut.portrait] != open_N[cut.frames_F[0]] for cut in cuts]))

    assert other(telling=True) > 0.08 + other(telling=False)


def test_batches_that_were_seen_can_be_left_out_unseen(footage: Footage, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = list(islice(Paintings(footage, SHAPE, seed=3), 5))[3:]
    made: list[int] = []
    monkeypatch.setattr(examples, "batch_of", lambda *rest: made.append(1) or batch_of(*rest))
    for a, b in zip(wanted, islice(Paintings(footage, SHAPE, seed=3).after(1).after(2), 2), strict=True):
        assert all(torch.equal(a[name], b[name]) for name in a)
    assert len(made) == 2
