import dataclasses

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.arkit import expression
from emostage.portrait.skull import Skull, own_mouth

angles = st.floats(-0.4, 0.4)


def test_rays_and_projection_are_inverse(astronaut):
    skull = Skull(astronaut.sheet)
    posed = astronaut.pose(expression(), expression(), angles_B3=[[0.1, -0.2, 0.05], [-0.1, 0.3, 0.2]])
    points = torch.as_tensor(astronaut.sheet.rest_V3[[1, 13, 33, 152]], dtype=torch.float32)[None]
    seen = skull.project(points, posed)
    origin = skull.eye_point(posed)
    for i in range(4):
        x, y = seen[:, i, 0, None, None], seen[:, i, 1, None, None]
        ray = torch.stack([r[:, 0, 0] for r in skull.rays(posed, x, y)], -1)
        towards = points[0, i] - origin
        cosine = torch.nn.functional.cosine_similarity(ray, towards)
        np.testing.assert_allclose(cosine.numpy(), 1, atol=1e-6)


def test_what_moves_with_the_skull_is_where_the_sheet_is(astronaut):
    posed = astronaut.pose(expression(), angles_B3=[[0.1, 0.2, -0.1]])
    nose = torch.as_tensor(astronaut.sheet.rest_V3[[1, 4]], dtype=torch.float32)[None]
    seen = Skull(astronaut.sheet).project(nose, posed)
    np.testing.assert_allclose(seen[0].numpy(), posed.points_BV2[0, [1, 4]].numpy(), atol=0.05)


@given(st.floats(0, 1))
def test_the_own_mouth_shows_near_the_photos_expression_only(astronaut, share):
    own = torch.as_tensor(astronaut.sheet.source_52.copy(), dtype=torch.float32)
    near, far = own_mouth(astronaut.sheet, torch.stack([own, own * share])).tolist()
    assert near == 1
    assert 0 <= far <= 1 and (share > 0.3 or far == 0)


def test_a_photo_with_closed_lips_has_no_own_mouth(hopper):
    sheet = dataclasses.replace(hopper.sheet, lip_gap_px=0.0)
    own = torch.as_tensor(sheet.source_52.copy(), dtype=torch.float32)[None]
    assert float(own_mouth(sheet, own)) == 0
