import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emostage.portrait.polygon import blur, box_around, coverage, look_up, pixel_centres, ramp, spline

centres = st.floats(20, 30)
radii = st.floats(2, 14)


def ellipse(x, y, a, b, count=96):
    angle = torch.arange(count) * (2 * math.pi / count)
    return torch.stack([x + a * torch.cos(angle), y + b * torch.sin(angle)], -1)[None]


@given(centres, centres, radii, radii)
def test_the_area_of_an_outline_is_exact(x, y, a, b):
    mask = coverage(ellipse(x, y, a, b), (0, 0, 50, 50))
    polygon_area = 0.5 * 96 * math.sin(2 * math.pi / 96) * a * b
    assert float(mask.sum()) == pytest.approx(polygon_area, rel=0.01, abs=0.3)
    assert float(mask.min()) >= 0 and float(mask.max()) <= 1


def test_every_pixel_agrees_with_a_brute_force_count():
    outline = ellipse(20.3, 17.6, 12, 7.3)
    fine = 16
    y, x = np.mgrid[0 : 36 * fine, 0 : 40 * fine] / fine + 0.5 / fine
    inside = ((x - 20.3) / 12) ** 2 + ((y - 17.6) / 7.3) ** 2 < 1
    expected = inside.reshape(36, fine, 40, fine).mean((1, 3))
    np.testing.assert_allclose(coverage(outline, (0, 0, 40, 36))[0, 0].numpy(), expected, atol=0.06)


def test_an_outline_run_backwards_covers_nothing():
    assert float(coverage(ellipse(20, 20, 8, 8).flip(1), (0, 0, 40, 40)).max()) < 1e-5


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_an_outline_beyond_the_box_is_cut_off(dx, dy):
    wide = coverage(ellipse(5 + dx, 5 + dy, 9, 9), (-20, -20, 60, 60))
    narrow = coverage(ellipse(5 + dx, 5 + dy, 9, 9), (0, 0, 12, 12))
    np.testing.assert_allclose(narrow.numpy(), wide[..., 20:32, 20:32].numpy(), atol=2e-5)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_mask_follows_the_outline_continuously(dx, dy):
    box = (0, 0, 40, 40)
    step = coverage(ellipse(20 + dx, 20 + dy, 9, 5), box) - coverage(ellipse(20 + dx + 1e-3, 20 + dy - 1e-3, 9, 5), box)
    assert float(step.abs().max()) < 0.01


def test_batches_are_drawn_one_by_one():
    both = torch.cat([ellipse(20, 20, 8, 6), ellipse(17, 22, 5, 9)])
    masks = coverage(both, (0, 0, 40, 40))
    for i in range(2):
        torch.testing.assert_close(masks[i : i + 1], coverage(both[i : i + 1], (0, 0, 40, 40)))


def test_a_spline_passes_through_its_points_and_keeps_straight_lines_straight():
    points = torch.tensor([[[0.0, 0.0], [1.0, 2.0], [3.0, 1.0], [4.0, 4.0]]])
    torch.testing.assert_close(spline(points, 5)[:, ::5], points)
    line = torch.stack([torch.arange(5.0), 2 * torch.arange(5.0)], -1)[None]
    curve = spline(line, 7)
    torch.testing.assert_close(curve[..., 1], 2 * curve[..., 0], atol=1e-5, rtol=0)


def test_blur_keeps_the_sum_and_a_tiny_one_the_picture():
    picture = torch.zeros(1, 1, 31, 31)
    picture[0, 0, 15, 15] = 1
    assert float(blur(picture, 2.0).sum()) == pytest.approx(1, abs=1e-5)
    assert blur(picture, 0.0) is picture


def test_look_up_at_texel_centres_returns_the_texels():
    texture = torch.arange(24.0).view(1, 4, 6)
    x_W, y_H1 = pixel_centres((0, 0, 6, 4), texture)
    seen = look_up(texture, x_W.expand(1, 4, 6), y_H1.expand(1, 4, 6))
    torch.testing.assert_close(seen[0], texture)


def test_boxes_hold_all_points_with_their_margin():
    points = torch.tensor([[[3.2, 4.9], [7.7, 6.1]], [[2.1, 5.5], [6.0, 9.3]]])
    left, top, width, height = box_around(points, 2.0)
    assert left <= 0.1 and top <= 2.9 and left + width >= 9.7 and top + height >= 11.3


def test_a_ramp_is_flat_at_both_ends():
    values = ramp(1.0, 3.0, torch.tensor([0.0, 1.0, 2.0, 3.0, 9.0]))
    torch.testing.assert_close(values, torch.tensor([0.0, 0.0, 0.5, 1.0, 1.0]))
