import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.portrait.light import Light, Normals, fit, harmonics


@pytest.fixture(scope="module")
def light(astronaut):
    return Light(astronaut.plate, astronaut.sheet)


def test_the_photos_own_pose_is_not_relit(astronaut, light):
    ratio = light.ratio(astronaut.pose(astronaut.sheet.source_52))
    np.testing.assert_allclose(ratio.numpy(), 1, atol=2e-3)


def test_turning_relights_within_bounds_and_smoothly(astronaut, light):
    weights = expression(mouthSmile=0.5)
    angles = [[0, 0, 0], [0, 0.3, 0], [0, 0.3 + 1e-4, 0]]
    _, turned, nudged = light.ratio(astronaut.pose(weights, weights, weights, angles_B3=angles))
    assert float(turned.min()) >= 0.66 and float(turned.max()) <= 1.25
    assert float((turned - 1).abs().max()) > 0.03
    assert float((turned - nudged).abs().max()) < 2e-3


def test_known_light_is_found_again_in_spite_of_outliers():
    rng = np.random.Generator(np.random.PCG64(3))
    normals = rng.normal(size=(400, 3))
    normals[:, 2] = -np.abs(normals[:, 2])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    truth = np.array([150, 20, -30, -40, 0, 0, 0, 0, 0.0])
    brightness = harmonics(torch.as_tensor(normals)).numpy() @ truth
    brightness[:40] += 90
    found = harmonics(torch.as_tensor(normals)).numpy() @ fit(normals, brightness)
    assert np.median(np.abs(found - brightness)[40:]) < 3


def test_normals_are_unit_and_turn_with_the_head(astronaut):
    normals = Normals(astronaut.sheet)
    ahead = astronaut.pose(expression()).camera_BV3
    face = normals(ahead)[0, : astronaut.sheet.face_count]
    lengths = face.norm(dim=-1)
    assert float(((lengths - 1).abs() < 1e-4).float().mean()) > 0.97
    mirrored = ahead * torch.tensor([-1.0, 1.0, 1.0])
    torch.testing.assert_close(normals(mirrored)[0, :400, 0], normals(ahead)[0, :400, 0], atol=1e-4, rtol=0)
