"""Gaze and the look of eyeballs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.face.marks import gaze
from emostage.training.heads.eyes import draw_irises, meet_sphere, paint_eyes


@pytest.mark.parametrize(
    ("weights", "axis", "sign"),
    [
        ({"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0}, 0, 1),
        ({"eyeLookInLeft": 1.0, "eyeLookOutRight": 1.0}, 0, -1),
        ({"eyeLookUp": 1.0}, 1, -1),
        ({"eyeLookDown": 1.0}, 1, 1),
    ],
)
def test_both_eyes_look_the_same_way(weights: dict[str, float], axis: int, sign: int) -> None:
    look_23 = gaze(torch.from_numpy(expression(**weights)[None]))[0]
    assert (sign * look_23[:, axis] > 0.25).all()
    assert torch.allclose(look_23[0], look_23[1], atol=1e-6)
    assert torch.allclose(look_23.norm(dim=1), torch.ones(2), atol=1e-6)


def test_rays_meet_spheres_on_their_near_side() -> None:
    origin, centre = torch.zeros(3, 3), torch.tensor([[0.0, 0.0, 1.0]]).expand(3, 3)
    rays = torch.tensor([[0.0, 0.0, 1.0], [0.005, 0.0, 1.0], [0.5, 0.0, 1.0]])
    normal, missed = meet_sphere(origin, rays, centre, torch.full((3,), 0.016))
    assert torch.allclose(normal[0], torch.tensor([0.0, 0.0, -1.0]), atol=1e-4)
    assert normal[1, 0] > 0 and missed[0] == missed[1] == 0 and missed[2] > 1


def test_pupils_are_dark_whites_are_bright() -> None:
    irises = draw_irises(0.5, 0.3, np.random.default_rng(0))
    look = torch.tensor([[0.0, 0.0, -1.0]]).expand(2, 3)
    normals = torch.nn.functional.normalize(torch.tensor([[0.0, 0.0, -1.0], [0.7, 0.0, -1.0]]), dim=-1)
    albedo, cornea = paint_eyes(normals, look, torch.zeros(2), irises)
    assert albedo[0].max() < 0.03 and albedo[1].min() > 0.3
    assert cornea[0] == 1 and cornea[1] == 0
