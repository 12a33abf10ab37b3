import torch

from emostage.core.arkit import expression
from emostage.portrait.flow import FlowGrid


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


def test_turning_far_folds_somewhere_and_speaking_nowhere(rig):
    turned = grid_of(rig, 2.0).flow(neutral(rig, (0.0, 0.3, 0.0)))
    spoken = grid_of(rig, 2.0).flow(
        rig.pose(expression_B52=torch.tensor(expression(mouthSmile=0.3))[None], angles_B3=torch.zeros(1, 3))
    )
    assert turned.fold_B1hw.sum() > spoken.fold_B1hw.sum()
