from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.face.zbuffer import draw


def test_the_nearer_triangle_wins_and_the_rest_is_empty() -> None:
    points = np.array([[0, 0], [8, 0], [0, 8], [0, 0], [4, 0], [0, 4]], np.float64)
    depth = np.array([2.0, 2, 2, 1, 1, 1])
    triangle_HW, bary_HW3 = draw(points, depth, np.array([[0, 1, 2], [3, 4, 5]]), 8)
    assert triangle_HW[0, 0] == 1
    assert triangle_HW[0, 5] == 0
    assert triangle_HW[7, 7] == -1
    assert not bary_HW3[7, 7].any()


def test_both_windings_are_drawn_and_triangles_behind_the_camera_are_not() -> None:
    points = np.array([[0, 0], [8, 0], [0, 8]], np.float64)
    for order in ([0, 1, 2], [0, 2, 1]):
        assert (draw(points, np.ones(3), np.array([order]), 8)[0] == 0).sum() > 20
    assert (draw(points, np.array([1.0, 1.0, -1.0]), np.array([[0, 1, 2]]), 8)[0] == -1).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_weights_lead_back_to_the_pixel_through_the_camera(seed: int) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    space = np.c_[generator.uniform(-1, 1, (3, 2)), generator.uniform(1, 4, 3)]
    focal, size = 16.0, 32
    triangle_HW, bary_HW3 = draw(space[:, :2] / space[:, 2:] * focal + size / 2, space[:, 2], np.array([[0, 1, 2]]), size)
    hit = triangle_HW >= 0
    place = bary_HW3[hit] @ space
    row, column = np.nonzero(hit)
    np.testing.assert_allclose(bary_HW3[hit].sum(1), 1, atol=1e-9)
    np.testing.assert_allclose(place[:, :2] / place[:, 2:] * focal + size / 2, np.c_[column, row] + 0.5, atol=1e-6)
