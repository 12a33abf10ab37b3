import numpy as np
import torch

from emostage.core.arkit import expression
from emostage.portrait.flow import FlowGrid
from emostage.portrait.warp import Box, FineFlow, mirrored, moving_box, refine, room_beyond, sample, seen_at


def grid_of(rig, cell_px=1.0):
    return FlowGrid(rig.sheet, cell_px, torch.device("cpu"))


def neutral(rig, angles=(0.0, 0.0, 0.0)):
    return rig.pose(expression_B52=torch.zeros(1, 52), angles_B3=torch.tensor([angles]))


def source(rig):
    return rig.pose(expression_B52=torch.tensor(rig.sheet.source_52[None], dtype=torch.float32), angles_B3=torch.zeros(1, 3))


def test_at_the_source_pose_nothing_flows(rig):
    flow = grid_of(rig, 2.0).flow(source(rig))
    assert (flow.shift_B2hw == 0).all()
    assert (flow.ratio_B1hw == 1).all()
    assert moving_box(flow, rig.sheet.size_px) is None


def test_the_flow_leads_back_to_where_the_vertices_came_from(rig):
    posed = neutral(rig, (0.05, 0.08, 0.03))
    flow = grid_of(rig).flow(posed)
    width, height = rig.sheet.size_px
    photo = torch.tensor(rig.sheet.photo_V2, dtype=torch.float32)
    ids = torch.arange(0, 468, 3)
    at = posed.points_BV2[0, ids]
    place = torch.stack([at[:, 0] * 2 / width - 1, at[:, 1] * 2 / height - 1], -1)[None, None]
    shift = torch.nn.functional.grid_sample(flow.shift_B2hw, place, align_corners=False)[0, :, 0].T
    error = (at + shift - photo[ids]).norm(dim=-1)
    assert float(error.median()) < 0.1
    assert float(error.quantile(0.9)) < 0.6


def test_shading_reaches_the_pixels(rig):
    ratio = torch.full((1, len(rig.sheet.photo_V2)), 1.2)
    flow = grid_of(rig, 2.0).flow(source(rig), ratio)
    assert torch.allclose(flow.ratio_B1hw, torch.full_like(flow.ratio_B1hw, 1.2), atol=1e-4)


def test_refining_keeps_a_linear_flow(rig):
    width, height = rig.sheet.size_px
    grid = grid_of(rig, 2.0)
    flow = grid.flow(neutral(rig))
    box = moving_box(flow, (width, height))
    fine = refine(flow, box, (width, height))
    rows, columns = box.bottom - box.top, box.right - box.left
    assert fine.shift_B2HW.shape == (1, 2, rows, columns)
    coarse = flow.shift_B2hw[0, :, 40, 40]
    y, x = 81 - box.top, 81 - box.left
    near = fine.shift_B2HW[0, :, y - 1 : y + 1, x - 1 : x + 1].mean((1, 2))
    assert torch.allclose(near, coarse, atol=0.3)


def test_a_flow_of_zero_samples_the_picture_itself(rig):
    width, height = rig.sheet.size_px
    flow = grid_of(rig, 2.0).flow(neutral(rig))
    flow.shift_B2hw.zero_()
    box = moving_box(grid_of(rig, 2.0).flow(neutral(rig)), (width, height))
    fine = refine(flow, box, (width, height))
    picture = torch.tensor(np.random.default_rng(0).uniform(0, 255, (1, 3, height, width)), dtype=torch.float32)
    for mode in ("bilinear", "bicubic"):
        assert torch.allclose(sample(picture, seen_at(fine, (width, height)), mode), picture[(..., *box.part)], atol=0.05)


def test_turning_far_folds_somewhere_and_speaking_nowhere(rig):
    turned = grid_of(rig, 2.0).flow(neutral(rig, (0.0, 0.3, 0.0)))
    spoken = grid_of(rig, 2.0).flow(
        rig.pose(expression_B52=torch.tensor(expression(mouthSmile=0.3))[None], angles_B3=torch.zeros(1, 3))
    )
    assert turned.fold_B1hw.sum() > spoken.fold_B1hw.sum()


def looking_left_by(columns):
    shift = torch.zeros(1, 2, 6, 8)
    shift[:, 0] = -columns
    box, ones = Box(left=0, top=0, right=8, bottom=6), torch.ones(1, 1, 6, 8)
    return seen_at(FineFlow(box=box, shift_B2HW=shift, ratio_B1HW=ones, fold_B1HW=ones), (8, 6))


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
