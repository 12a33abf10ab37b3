"""Lessons for painters: landmarks are given as films give them."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX
from emostage.face.head import load_head
from emostage.face.turning import Beyond
from emostage.training.footage.examples import Cut, Index, Shape, batch_of
from emostage.training.footage.store import PARTS, UNKNOWN, Footage, joined
from emostage.training.person.painting import Lesson, Pictures, for_one, lessons, photo_of
from emostage.training.person.pictures import footage_of
from emostage.training.person.reading import read
from emostage.training.recipes import recipe

COUNT, JAW = 16, ARKIT_INDEX["jawOpen"]
SHAPE = Shape(clips=1, frames=3, stills=2)
CUTS = [Cut(portrait=1, frames_F=(1, 8, 12), before_M=()), Cut(portrait=9, frames_F=(2, 9, 15), before_M=())]


@pytest.fixture(scope="module")
def footage(sitting, films) -> Footage:
    take = films.take(sitting.renderer(), films.speaking(COUNT), seen=False)
    return footage_of([read(sitting.face, take, load_head())], 64)


@pytest.fixture(scope="module")
def given(footage):
    return Pictures(footage=footage).batch(CUTS, SHAPE)


def test_the_landmarks_of_the_portrait_itself_are_the_true_ones(footage, given):
    for number, (cut, at) in enumerate(zip(CUTS, (0, 1), strict=True)):
        true_L2 = torch.from_numpy(footage.frames["landmarks_NL2"][cut.portrait].astype(np.float32))
        torch.testing.assert_close(given["landmarks_BFL2"][number, at], true_L2, atol=1e-5, rtol=0)
        torch.testing.assert_close(given["marks_BFM2"][number, at], given["own_marks_BM2"][number], atol=1e-5, rtol=0)


def test_other_frames_move_from_there_as_the_head_does(footage, given):
    true = batch_of(footage, CUTS, SHAPE)
    off_BFL2 = given["landmarks_BFL2"] - true["landmarks_BFL2"]
    moved_BFL2 = true["landmarks_BFL2"] - true["own_landmarks_BL2"][:, None]
    assert 0 < off_BFL2.norm(dim=-1).mean() < 0.6 * moved_BFL2.norm(dim=-1).mean()
    same = set(true) - {"landmarks_BFL2", "marks_BFM2", "own_marks_BM2", "clean_BF3HH", "before_BM3HH", "parts_BFGG"}
    assert all(torch.equal(given[name], true[name]) for name in same) and given.keys() == true.keys()


def test_what_is_behind_the_person_is_that_of_the_portrait(footage, given):
    true = batch_of(footage, CUTS, SHAPE)
    behind_BFGG = true["parts_BFGG"] == PARTS.index("background")
    assert behind_BFGG.any() and (given["parts_BFGG"][behind_BFGG] == UNKNOWN).all()
    cell, size = true["clean_BF3HH"].shape[-1] // behind_BFGG.shape[-1], true["clean_BF3HH"].shape[-1]
    corner = (slice(None), slice(None), slice(None), slice(0, cell), slice(size - cell, size))
    assert behind_BFGG[:, :, :3, -3:].all()
    torch.testing.assert_close(
        given["clean_BF3HH"][corner], given["reference_B3HH"][:, None].expand_as(true["clean_BF3HH"])[corner]
    )
    face_BFGG = true["parts_BFGG"] == PARTS.index("mouth")
    face_BF1HH = face_BFGG.repeat_interleave(cell, -1).repeat_interleave(cell, -2)[:, :, None].expand_as(true["clean_BF3HH"])
    assert torch.equal(given["clean_BF3HH"][face_BF1HH], true["clean_BF3HH"][face_BF1HH])


def test_the_mouth_of_a_known_person_goes_where_theirs_does(footage, given, own_way):
    found = []
    for way in (0 * own_way, own_way):
        beyond = Beyond(actions_52L3=0 * way, learnt_52L3=way, seen_52=np.ones(52))
        found.append(Pictures(footage=footage, beyond=beyond).batch(CUTS, SHAPE))
    same, known = found
    assert torch.equal(same["landmarks_BFL2"], given["landmarks_BFL2"])
    weights = torch.from_numpy(footage.frames["expression_N52"].astype(np.float32))
    opened_F = weights[list(CUTS[1].frames_F), JAW] - weights[CUTS[1].portrait, JAW]
    aside_F = (known["landmarks_BFL2"] - given["landmarks_BFL2"])[1, :, 14, 0]
    assert aside_F[1] == pytest.approx(0, abs=1e-6), "in the portrait itself it is where it is seen"
    assert opened_F[0] * aside_F[0] > 0 and opened_F[2] * aside_F[2] > 0
    assert aside_F.abs().max() > 1e-4


def test_the_same_seed_draws_the_same_and_others_other(footage):
    def drawn(seed: int) -> list[torch.Tensor]:
        return [batch["clean_BF3HH"] for batch in islice(Lesson(Pictures(footage=footage), SHAPE, seed=seed), 4)]

    first, again, other = drawn(1), drawn(1), drawn(2)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))
    assert [len(clean) for clean in first] == [1, 2, 2, 1], "clips, then twice stills"


def test_lessons_hold_out_the_same_batches_every_time(footage):
    small = replace(for_one(recipe("emotalker", "small")), held=2)
    pictures = Pictures(footage=footage)
    (one, checks), (_, again) = (lessons(pictures, pictures, small, seed, {"of": "ada"}) for seed in (0, 1))
    assert one.about == {"of": "ada"} and one.held is checks and len(checks) == 2
    for a, b in zip(checks, again, strict=True):
        assert a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("name", ["emodiffhead", "emotivetalk", "emotalker"])
def test_batches_for_one_person_are_small(name):
    usual = recipe(name, "small")
    small = for_one(usual)
    assert small.shape.frames == usual.shape.frames and small.shape.before == usual.shape.before
    assert small.shape.clips >= 1 and small.shape.clips * small.shape.frames < usual.shape.clips * usual.shape.frames
    assert small.shape.stills < usual.shape.stills


def test_where_a_photo_is_performed_all_is_painted_from_it(footage):
    """The first frame of every shot; where films are cut, from any."""
    twice = joined([footage, footage])
    index, rng = Index(twice), np.random.default_rng(0)
    for clips in (True, False):
        cuts = Pictures(footage=twice, performed=True).cuts(index, SHAPE, rng, clips=clips)
        assert {cut.portrait for cut in cuts} <= {0, COUNT}
        assert all(cut.portrait // COUNT == frame // COUNT for cut in cuts for frame in cut.frames_F)
    assert (photo_of(twice, 0), photo_of(twice, 1)) == (0, COUNT)
    free = [cut.portrait for _ in range(9) for cut in Pictures(footage=twice).cuts(index, SHAPE, rng, clips=False)]
    assert len(set(free)) > 3
