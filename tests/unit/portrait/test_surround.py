import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.portrait.surround import surround, wound

SIZE = (120, 90)


@pytest.fixture(scope="module")
def around():
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    return surround(np.stack([60 + 22 * np.cos(angle), 45 + 26 * np.sin(angle)], 1), SIZE, 8.0)


def test_the_grid_reaches_beyond_the_plate_on_all_sides(around):
    low, high = around.grid_G2.min(0), around.grid_G2.max(0)
    assert (low < -40).all()
    assert (high > np.array(SIZE) + 40).all()


def test_nothing_lies_inside_the_face(around):
    centre = np.concatenate([around.ring_R2, around.grid_G2])[around.triangles_F3].mean(1)
    inside = ((centre[:, 0] - 60) / 21.5) ** 2 + ((centre[:, 1] - 45) / 25.5) ** 2 < 0.97
    assert not inside.any()
    assert (around.outside_px_G > 0).all()


def test_all_triangles_face_the_same_way(around):
    points = np.concatenate([around.ring_R2, around.grid_G2])
    for triangles in (around.triangles_F3, wound(points, around.triangles_F3[:, ::-1])):
        a, b, c = (points[triangles[:, k]] for k in range(3))
        assert ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0] > 0).all()


def test_a_constant_spreads_as_itself_and_fades_when_it_is_pulled(around):
    ring = np.full((len(around.ring_R2), 1), 3.0)
    free = around.spread(ring, np.zeros(len(around.grid_G2)))
    assert np.allclose(free, 3.0, atol=1e-3)
    pulled = around.spread(ring, np.full(len(around.grid_G2), 0.1))[:, 0]
    near, far = around.outside_px_G < 8, around.outside_px_G > 50
    assert pulled[near].min() > 2 * pulled[far].max()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_spread_stays_between_the_values_around_it(around, seed):
    rng = np.random.default_rng(seed)
    ring = rng.normal(size=(len(around.ring_R2), 2))
    spread = around.spread(ring, rng.uniform(0, 0.5, len(around.grid_G2)))
    assert spread.min() >= min(ring.min(), 0) - 1e-3
    assert spread.max() <= max(ring.max(), 0) + 1e-3
