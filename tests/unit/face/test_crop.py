from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.tracks import Crop
from emostage.face.crop import MARGIN, resample, window


def dot(height: int, width: int, x: float, y: float, radius: float = 6.0) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    spot = 250 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * radius**2))
    return np.repeat(spot[..., None], 3, 2).astype(np.uint8)


def centre(picture: np.ndarray) -> np.ndarray:
    weight = picture[..., 0].astype(float)
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]] + 0.5
    return np.array([(columns * weight).sum(), (rows * weight).sum()]) / weight.sum()


@given(st.floats(-500, 500), st.floats(-500, 500), st.floats(0.01, 20), st.lists(st.floats(-1e4, 1e4), min_size=2, max_size=2))
def test_crop_and_paste_back_are_inverse(left: float, top: float, scale: float, point: list[float]) -> None:
    crop = Crop(left=left, top=top, scale=scale, size_px=512)
    np.testing.assert_allclose(crop.to_picture(crop.to_crop(np.array([point]))), [point], atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(60, 240), st.floats(60, 180), st.floats(0.4, 3.0), st.floats(-8, 8), st.floats(-8, 8))
def test_resampled_pixels_lie_where_the_crop_says(x: float, y: float, scale: float, dx: float, dy: float) -> None:
    side = 100.0
    crop = Crop(left=x - side / 2 + dx, top=y - side / 2 + dy, scale=scale, size_px=round(side * scale))
    crop = Crop(left=crop.left, top=crop.top, scale=crop.size_px / side, size_px=crop.size_px)
    found = centre(resample(dot(240, 300, x, y), crop))
    np.testing.assert_allclose(found, crop.to_crop(np.array([[x, y]]))[0], atol=0.12 * max(1, scale))


def test_the_whole_square_picture_is_itself() -> None:
    picture = np.random.Generator(np.random.PCG64(1)).integers(0, 255, (96, 96, 3), np.uint8)
    np.testing.assert_array_equal(resample(picture, Crop(left=0, top=0, scale=1.0, size_px=96)), picture)


def test_beyond_the_picture_its_border_is_repeated() -> None:
    picture = np.full((40, 40, 3), 50, np.uint8)
    picture[:, -1] = 200
    out = resample(picture, Crop(left=20, top=-20, scale=1.0, size_px=80))
    assert (out[:, 21:] == 200).all()
    assert (out[:, :15] == 50).all()


def test_a_window_elsewhere_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the picture"):
        resample(np.zeros((40, 40, 3), np.uint8), Crop(left=4000, top=0, scale=1.0, size_px=80))


@settings(max_examples=60, deadline=None)
@given(st.integers(200, 2000), st.integers(200, 2000), st.floats(0, 1), st.floats(0, 1), st.floats(0.05, 0.9))
def test_the_window_holds_the_face_and_stays_in_the_picture_where_it_fits(
    width: int, height: int, u: float, v: float, size: float
) -> None:
    extent = size * min(width, height)
    corner = np.array([u * (width - extent), v * (height - extent)])
    points = corner + extent * np.random.Generator(np.random.PCG64(0)).uniform(0, 1, (478, 2))
    crop = window(points, (width, height), 512)
    inside = crop.to_crop(points)
    assert inside.min() > -1e-6
    assert inside.max() < 512 + 1e-6
    side = 512 / crop.scale
    for corner_px, length in ((crop.left, width), (crop.top, height)):
        assert min(0, length - side) - 1e-6 <= corner_px <= max(0, length - side) + 1e-6


def test_the_crop_has_the_pixels_of_the_picture_within_limits() -> None:
    points = np.random.Generator(np.random.PCG64(0)).uniform(0, 1, (478, 2))
    sizes = [window(1000 + points * extent, (4000, 4000)).size_px for extent in (50, 300, 900)]
    assert sizes[0] == 512
    assert sizes[1] == pytest.approx(300 * MARGIN, abs=20)
    assert sizes[2] == 1024
    assert window(1000 + points, (4000, 4000), 77).size_px == 77
