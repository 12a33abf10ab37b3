import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emostage.portrait.arch import arch_behind

MM = 0.001
LIPS = np.array([0.004, 0.06, -0.02])


@given(st.floats(-30, 30), st.floats(-1, 12), st.booleans(), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
def test_a_ray_through_a_place_on_the_arch_meets_it_there(arc, height, upper, dx, dy):
    arch = arch_behind(LIPS, MM, upper=upper)
    place = torch.as_tensor(arch.place(np.array([arc]), np.array([height]))[0], dtype=torch.float64)
    origin = torch.tensor([[0.004 + dx, 0.06 + dy, -0.8]], dtype=torch.float64)
    ray = place - origin[0]
    found_arc, found_height = arch.hit(origin, tuple(r.view(1, 1, 1) for r in ray))
    assert float(found_arc) == pytest.approx(arc, abs=0.01)
    assert float(found_height) == pytest.approx(height, abs=0.01)


@given(st.floats(-0.04, 0.04), st.floats(-0.03, 0.03))
def test_the_closed_form_agrees_with_marching_along_the_ray(dx, dy):
    arch = arch_behind(LIPS, MM, upper=True)
    origin, ray = np.array([0.0, 0.05, -0.7]), np.array([dx, dy, 1.0])
    q = np.linspace(0.5, 1.0, 200_001)
    points = origin + q[:, None] * ray
    gap = points[:, 2] - arch.z0 - arch.curvature * (points[:, 0] - arch.x0) ** 2
    met = points[np.argmax(gap >= 0)]
    _, height = arch.hit(torch.as_tensor(origin)[None], tuple(torch.tensor(r, dtype=torch.float64).view(1, 1, 1) for r in ray))
    assert float(height) == pytest.approx((arch.edge_y - met[1]) / MM, abs=0.02)


def test_dropping_the_arch_lowers_its_edge():
    arch = arch_behind(LIPS, MM, upper=True)
    origin = torch.tensor([[0.004, arch.edge_y, -0.8]])
    ray = tuple(torch.tensor(v).view(1, 1, 1) for v in (0.0, 0.0, 1.0))
    _, still = arch.hit(origin, ray)
    _, dropped = arch.hit(origin, ray, torch.tensor([2.0]))
    assert float(still) == pytest.approx(0, abs=1e-3)
    assert float(dropped) == pytest.approx(2, abs=1e-3)


def test_the_seen_biting_edge_wins_for_upper_teeth_only():
    assert arch_behind(LIPS, MM, upper=True, edge_y=0.07).edge_y == 0.07
    assert arch_behind(LIPS, MM, upper=False, edge_y=0.07).edge_y == pytest.approx(0.0606)
