import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.portrait.raster import carry, rasterise


def brute_force(points_V2, depth_V, triangles_F3, size_px):
    """The nearest front-facing triangle at every pixel, one pixel and one triangle after another, with its depth and margin."""
    width, height = size_px
    best = np.full((height, width), -1)
    nearest = np.full((height, width), np.inf)
    margin = np.full((height, width), np.inf)
    for f, triangle in enumerate(triangles_F3):
        (ax, ay), (bx, by), (cx, cy) = points_V2[triangle]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area <= 1e-6:
            continue
        for row in range(height):
            for column in range(width):
                x, y = column + 0.5, row + 0.5
                u = ((cx - bx) * (y - by) - (cy - by) * (x - bx)) / area
                v = ((ax - cx) * (y - cy) - (ay - cy) * (x - cx)) / area
                w = np.array([u, v, 1 - u - v])
                margin[row, column] = min(margin[row, column], abs(w.min()))
                if w.min() < 0:
                    continue
                z = w @ depth_V[triangle]
                margin[row, column] = min(margin[row, column], abs(z - nearest[row, column]))
                if z < nearest[row, column]:
                    nearest[row, column], best[row, column] = z, f
    return best, margin


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 12))
def test_agrees_with_brute_force_on_random_triangles(seed, count):
    rng = np.random.default_rng(seed)
    points, depth = rng.uniform(-4, 20, (3 * count, 2)), rng.uniform(1, 2, 3 * count)
    triangles = np.arange(3 * count).reshape(-1, 3)
    expected, margin = brute_force(points, depth, triangles, (17, 13))
    seen = rasterise(
        torch.tensor(points, dtype=torch.float32)[None],
        torch.tensor(depth, dtype=torch.float32)[None],
        torch.tensor(triangles),
        (17, 13),
    )[0].numpy()
    sure = margin > 1e-4  # elsewhere an edge or an equal depth may fall either way
    assert (seen == expected)[sure].all()


def grid_mesh(side, rng, jitter=0.25):
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    points = np.stack([x, y], -1).reshape(-1, 2) + rng.uniform(-jitter, jitter, (side * side, 2))
    cells = [(r * side + c) for r in range(side - 1) for c in range(side - 1)]
    return points, np.array([t for i in cells for t in ((i, i + 1, i + side), (i + 1, i + side + 1, i + side))])


def test_a_closed_mesh_leaves_no_pixel_uncovered():
    rng = np.random.default_rng(5)
    points, triangles = grid_mesh(40, rng)
    batch = torch.tensor(np.stack([points * s - 6 for s in (0.9, 1.3, 2.1)]), dtype=torch.float32)
    seen = rasterise(batch, torch.rand(3, len(points)), torch.tensor(triangles), (24, 20))
    assert (seen >= 0).all()


def test_what_is_carried_is_linear_in_the_pixel():
    rng = np.random.default_rng(6)
    points, triangles = grid_mesh(30, rng)
    batch = torch.tensor(points[None] - 4, dtype=torch.float32)
    depth = torch.ones(1, len(points))
    seen = rasterise(batch, depth, torch.tensor(triangles), (20, 20))
    field = carry(batch * torch.tensor([2.0, -1.0]), batch, torch.tensor(triangles), seen)[0]
    centre = torch.arange(20) + 0.5
    assert torch.allclose(field[0], (2 * centre).expand(20, 20), atol=1e-4)
    assert torch.allclose(field[1], (-centre)[:, None].expand(20, 20), atol=1e-4)


def test_a_frame_does_not_depend_on_its_batch():
    rng = np.random.default_rng(7)
    points, triangles = grid_mesh(25, rng, jitter=0.8)
    batch = torch.tensor(np.stack([points, points * 1.2, points * 0.8 + 2]), dtype=torch.float32)
    depth = torch.tensor(rng.uniform(1, 1.5, (3, len(points))), dtype=torch.float32)
    together = rasterise(batch, depth, torch.tensor(triangles), (22, 22))
    alone = torch.cat([rasterise(batch[i : i + 1], depth[i : i + 1], torch.tensor(triangles), (22, 22)) for i in range(3)])
    assert (together == alone).all()


@pytest.mark.parametrize("flip", [False, True])
def test_back_faces_and_left_out_triangles_are_not_drawn(flip):
    points = torch.tensor([[[0.0, 0.0], [8.0, 0.0], [0.0, 8.0]]])
    triangle = torch.tensor([[0, 2, 1] if flip else [0, 1, 2]])
    seen = rasterise(points, torch.ones(1, 3), triangle, (8, 8))
    assert bool((seen >= 0).any()) is not flip
    assert (rasterise(points, torch.ones(1, 3), triangle, (8, 8), torch.zeros(1, 1, dtype=torch.bool)) < 0).all()
