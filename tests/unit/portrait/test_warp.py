import numpy as np
import pytest
import torch

from emostage.portrait.flow import Flow
from emostage.portrait.region import Box
from emostage.portrait.warp import FineFlow, mirrored, room_beyond, sample, soften_folds

SIZE = (40, 30)
WHOLE = Box(left=0, top=0, right=40, bottom=30)


def flow(shift_2hw, fold_hw=None):
    shape_hw = shift_2hw.shape[-2:]
    fold_hw = torch.zeros(shape_hw) if fold_hw is None else fold_hw
    return Flow(shift_B2hw=shift_2hw[None], ratio_B1hw=torch.ones(1, 1, *shape_hw), fold_B1hw=fold_hw[None, None])


def test_refining_keeps_a_linear_flow():
    x_w, y_h1 = (torch.arange(20.0) + 0.5) * 2, ((torch.arange(15.0) + 0.5) * 2)[:, None]
    shift_2hw = torch.stack([0.1 * (x_w + 0 * y_h1) - 3, 0.2 * (y_h1 + 0 * x_w) - 2])
    box = Box(left=3, top=5, right=21, bottom=17)
    at_2HW = FineFlow(flow(shift_2hw), SIZE).look(box).at_B2HW[0]
    x_W, y_H1 = torch.arange(3, 21) + 0.5, torch.arange(5, 17)[:, None] + 0.5
    torch.testing.assert_close((at_2HW[0] + 1) * 20, (1.1 * x_W - 3).expand(12, -1), atol=1e-3, rtol=0)
    torch.testing.assert_close((at_2HW[1] + 1) * 15, (1.2 * y_H1 - 2).expand(-1, 18), atol=1e-3, rtol=0)


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
def test_a_flow_of_zero_samples_the_picture_itself(mode):
    picture = torch.tensor(np.random.default_rng(0).uniform(0, 255, (1, 3, 30, 40)), dtype=torch.float32)
    box = Box(left=0, top=4, right=33, bottom=30)
    at = FineFlow(flow(torch.zeros(2, 15, 20)), SIZE).look(box).at_B2HW
    torch.testing.assert_close(sample(picture, at, mode), picture[(..., *box.part)], atol=0.05, rtol=0)


def test_only_edges_beside_folds_are_softened():
    picture = torch.zeros(1, 4, 30, 40)
    picture[..., 20:] = 200.0
    before, fold_hw = picture.clone(), torch.zeros(15, 20)
    soften_folds(picture, WHOLE, flow(torch.zeros(2, 15, 20), fold_hw), SIZE)
    assert picture.equal(before)
    fold_hw[:5, 9:11] = 1.0
    soften_folds(picture, WHOLE, flow(torch.zeros(2, 15, 20), fold_hw), SIZE)
    assert 10 < float(picture[0, 0, 4, 19]) < 90
    assert picture[..., 14:, :].equal(before[..., 14:, :])
    assert picture[..., :14].equal(before[..., :14])


def looking_left_by(columns):
    shift = torch.zeros(2, 6, 8)
    shift[0] = -columns
    fine = FineFlow(flow(shift), (8, 6))
    assert fine.leaves == (columns > 0)
    return fine.look(Box(left=0, top=0, right=8, bottom=6)).at_B2HW


def test_what_lies_beyond_the_plate_is_its_mirror_image():
    at = looking_left_by(3.0)
    mirrored(at, torch.full((1, 1, 6, 8), 100.0))
    seen = sample(torch.arange(8.0).expand(1, 1, 6, 8), at, "bilinear")
    assert torch.allclose(seen[0, 0], torch.tensor([2.0, 1.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]).expand(6, 8), atol=1e-5)


def test_beyond_the_plate_the_person_goes_on_only_where_its_border_cuts_it():
    matte = np.zeros((6, 8), np.float32)
    matte[3:, 0], matte[:, 1:] = 1.0, 1.0
    ((part, goes_on),) = mirrored(looking_left_by(3.0), torch.tensor(room_beyond(matte))[None, None])
    seen = torch.ones(6, 8)
    seen[part] *= goes_on[0, 0]
    assert seen[:3, :3].eq(0).all()
    assert seen[-1].eq(1).all()
    assert seen[:, 3:].eq(1).all()


def test_a_head_that_the_border_cuts_narrows_beyond_it_and_a_body_does_not():
    matte = np.zeros((20, 21), np.float32)
    matte[:, 3:18] = 1.0
    room = room_beyond(matte)
    assert room[0, 10] > room[0, 6] > room[0, 3] > 0
    assert room[0, 2] == room[10, 0] == 0
    assert room[-1, 3:18].min() > matte.size


def test_plates_that_are_looked_at_within_are_left_as_they_are():
    at = looking_left_by(0.0)
    before = at.clone()
    assert mirrored(at, torch.zeros(1, 1, 6, 8)) == []
    assert at.equal(before)
