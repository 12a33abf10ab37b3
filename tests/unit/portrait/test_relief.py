import numpy as np
import pytest

from emostage.portrait.relief import STEEPEST, beside_chin, gentle, skin


@pytest.fixture(scope="module")
def bowl(plate):
    """A face whose sides fall away ever more steeply: points, depths and the border."""
    angle_K, share_J = np.linspace(0, 2 * np.pi, 36, endpoint=False), np.linspace(0, 1, 14)
    middle = plate.landmarks_L2[1]
    spokes = np.stack([np.cos(angle_K), np.sin(angle_K)], 1) * 80 * plate.unit_px
    points = (middle + share_J[:, None, None] * spokes).reshape(-1, 2)
    far = plate.fit.translation_3[2]
    depths = np.repeat(far * (1 + 0.4 * share_J**6), 36)
    return points, depths, np.arange(len(points) - 36, len(points))


def steepest(plate, points, depths):
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1) * depths.mean() / plate.focal_px
    return (np.abs(depths[:, None] - depths[None]) / np.where(apart > 1e-9, apart, np.inf)).max(1)


def test_sides_become_gentle_and_the_middle_keeps_its_shape(plate, bowl):
    points, depths, ring = bowl
    eased = gentle(plate, points, depths, ring, 3.5)
    assert steepest(plate, points, depths)[ring].min() > 5
    assert steepest(plate, points[-72:], eased[-72:])[36:].max() < 3.6
    middle = np.linalg.norm(points - plate.landmarks_L2[1], axis=1) < 40 * plate.unit_px
    assert (eased[middle] == depths[middle]).all()
    assert (eased <= depths).all()


def test_what_is_gentle_already_stays(plate, bowl):
    points, depths, ring = bowl
    flat = depths.mean() + 0.02 * (depths - depths.mean())
    assert np.allclose(gentle(plate, points, flat, ring, 3.5), flat)


def head_point(plate, right, below):
    """The plate point at a place given in face heights from the chin, along the head's own axes."""
    down = plate.fit.rotation_33[:2, 1] / np.linalg.norm(plate.fit.rotation_33[:2, 1])
    across = np.array([down[1], -down[0]])
    return plate.landmarks_L2[152] + (right * across + below * down) * 220 * plate.unit_px


def test_places_are_told_from_the_chin(plate):
    point = head_point(plate, 0.3, -0.4)
    assert np.allclose(beside_chin(plate, point[None]), [[0.3, -0.4]])


def test_hair_and_hat_are_one_rigid_piece_with_the_skull(plate):
    points = np.array([head_point(plate, right, below) for right in (-0.5, -0.2, 0, 0.2, 0.5) for below in (-0.7, -1.0, -1.3)])
    assert (skin(plate, points) > 0.98).all()


def test_the_neck_eases_into_shoulders_that_stay(plate):
    neck = skin(plate, np.array([head_point(plate, 0, below) for below in np.linspace(-0.1, 0.7, 17)]))
    assert neck[0] == 1
    assert neck[-1] == 0
    assert (np.diff(neck) <= 0).all()
    assert np.abs(np.diff(neck)).max() < 0.2, "no step down the neck"
    shoulders = np.array([head_point(plate, right, 0.25) for right in (-0.9, -0.6, 0.6, 0.9)])
    assert skin(plate, shoulders).max() < 0.02


def test_a_high_collar_stays_with_the_body_and_hair_with_the_head(astronaut):
    plate = astronaut.plate
    helmet_ring = plate.landmarks_L2[152] + np.array([-120.0, -38.0])
    hair = np.array([head_point(plate, right, below) for right in (-0.6, 0.6) for below in (-0.7, -1.0)])
    assert plate.matte_HW[tuple(helmet_ring.astype(int)[::-1])] > 0.9
    assert beside_chin(plate, helmet_ring[None])[0, 1] < -0.1
    assert skin(plate, helmet_ring[None])[0] < 0.1
    assert (skin(plate, hair) > 0.98).all()


def test_the_head_stays_near_above_the_forehead_and_falls_away_towards_its_outline(astronaut):
    plate, sheet = astronaut.plate, astronaut.sheet
    depth = (sheet.source_vertices @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    right, below = beside_chin(plate, sheet.photo_V2).T
    grid = (np.arange(len(depth)) >= sheet.face_count) & (np.abs(right) < 0.1)
    forehead = depth[10]
    near, far = (depth[grid & (below < high) & (below > low)].mean() for low, high in ((-1.15, -1.05), (-1.45, -1.3)))
    assert near - forehead < 0.25 * (far - forehead)
    assert far - forehead > 40 * sheet.mm


def test_no_side_of_a_face_is_so_steep_that_a_small_turn_smears_it(astronaut):
    plate, sheet = astronaut.plate, astronaut.sheet
    depth = (sheet.source_vertices @ plate.fit.rotation_33.T + plate.fit.translation_3)[:, 2]
    face = slice(0, sheet.face_count)
    assert steepest(plate, sheet.photo_V2[face], depth[face]).max() < 1.06 * STEEPEST
