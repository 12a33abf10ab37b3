import numpy as np
import pytest

from emostage.portrait.lit import normal_map, relit

SIZE = 64


def hill() -> np.ndarray:
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE / 2
    return (3 * np.exp(-(x**2 + y**2) / 128)).astype(np.float32)


def flat() -> np.ndarray:
    return np.stack([np.zeros((SIZE, SIZE)), np.zeros((SIZE, SIZE)), np.ones((SIZE, SIZE))]).astype(np.float32)


def light(x: float = 0.0, y: float = 0.0) -> np.ndarray:
    """Light by the normals that point away from the camera: positive x is light from the left."""
    return 150 * np.array([1, x, y, 0, 0, 0, 0, 0, 0])


def test_a_flat_surface_keeps_its_brightness():
    np.testing.assert_allclose(relit(np.zeros((SIZE, SIZE), np.float32), flat(), light(0.4, 0.2), 1.0), 0, atol=1e-6)


@pytest.mark.parametrize("unit_px", [1.0, 2.0])
def test_light_from_the_other_side_shades_the_other_slope(unit_px):
    from_left, from_right = (relit(hill(), flat(), light(x), unit_px) for x in (0.5, -0.5))
    left_slope, right_slope = (np.s_[SIZE // 2, SIZE // 2 + d] for d in (-8, 8))
    assert from_left[left_slope] > 0.03 > -0.03 > from_left[right_slope]
    np.testing.assert_allclose(from_left[1:-1, 1:], from_right[1:-1, :0:-1], atol=0.02)


def test_valleys_are_darker_than_their_surroundings_in_any_light():
    for way in ((0.5, 0.1), (-0.5, 0.1), (0, 0.5)):
        assert relit(-hill(), flat(), light(*way), 1.0)[SIZE // 2, SIZE // 2] < -0.02


def test_changes_are_bounded_for_any_height():
    change = relit(40 * hill(), flat(), light(0.9, 0.9), 1.0)
    assert change.min() >= -0.551 and change.max() <= 0.181
    assert np.isfinite(change).all()


def test_normals_are_spread_smoothly_over_the_pixels():
    y, x = np.mgrid[0:101:10, 0:101:10].astype(float)
    points = np.stack([x.ravel(), y.ravel()], 1)
    tilt = np.deg2rad(points[:, 0] - 50) / 2
    normals = np.stack([np.sin(tilt), 0 * tilt, np.cos(tilt)], 1)
    spread = normal_map(points, normals, (10, 10, 80, 80), 1.0)
    np.testing.assert_allclose(np.linalg.norm(spread, axis=0), 1, atol=1e-5)
    columns = np.deg2rad(np.arange(10, 90) + 0.5 - 50) / 2
    np.testing.assert_allclose(spread[0], np.broadcast_to(np.sin(columns), (80, 80)), atol=0.02)
