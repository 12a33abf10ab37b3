"""Sixels show the picture they are made of."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import array_shapes, arrays

from emostage.apps.tui.graphics.sixel import BAND, MOST_PX, indices, palette_of, sixels

PICTURES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40).map(lambda shape: (*shape, 3)))


def smooth(height: int = 120, width: int = 160) -> np.ndarray:
    """A picture of slow changes, as photos are."""
    y, x = np.mgrid[:height, :width] / [[[height]], [[width]]]
    return np.stack([200 * x + 40, 150 * y + 50, 90 + 80 * np.sin(4 * x + 2 * y)], axis=-1).astype(np.uint8)


def test_every_pixel_is_painted_in_the_colour_that_was_chosen(sixels_of):
    @given(picture=PICTURES)
    def every(picture):
        palette = palette_of(picture)
        ((_, _, seen),) = sixels_of(sixels(picture, palette).encode("ascii"))
        assert (seen == palette.colours_P3[indices(picture, palette)]).all()

    every()


def test_colours_are_near_those_of_the_picture(sixels_of):
    picture = smooth()
    ((_, _, seen),) = sixels_of(sixels(picture, palette_of(picture)).encode("ascii"))
    off = np.abs(seen - picture)
    assert off.mean() < 5 and off.max() < 40
    means = [values.reshape(15, 8, 20, 8, 3).mean(axis=(1, 3)) for values in (seen, picture)]
    assert np.abs(means[0] - means[1]).mean() < 2.5


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (13, 130, 201)])
@pytest.mark.parametrize("size", [(1, 1), (6, 1), (7, 3), (1, MOST_PX), (MOST_PX, 1), (50, 300)])
def test_a_picture_of_one_colour_is_of_one_colour(sixels_of, colour, size):
    picture = np.full((*size, 3), colour, np.uint8)
    palette = palette_of(picture)
    text = sixels(picture, palette)
    ((_, _, seen),) = sixels_of(text.encode("ascii"))
    assert seen.shape == picture.shape and np.abs(seen - picture).max() <= 2
    assert len(palette.colours_P3) == 1 and len(text) < 60 + 8 * -(-size[0] // BAND)


def test_the_same_picture_gives_the_same_sixels_and_what_keeps_still_keeps_its_pixels():
    picture = smooth()
    palette = palette_of(picture)
    assert sixels(picture, palette) == sixels(picture.copy(), palette_of(picture.copy()))
    moved = picture.copy()
    moved[40:60, 40:60] = 255 - moved[40:60, 40:60]
    changed = indices(picture, palette) != indices(moved, palette)
    changed[40:60, 40:60] = False
    assert not changed.any()


def test_a_palette_tells_whether_it_fits():
    picture = smooth()
    palette = palette_of(picture)
    assert palette.error(picture) < 5
    assert palette.error(np.roll(picture, 7, axis=1)) < 6
    assert palette.error(255 - picture) > 15


@pytest.mark.parametrize("size", [(MOST_PX + 1, 3), (3, MOST_PX + 1), (0, 3)])
def test_a_picture_that_is_too_large_is_refused(size):
    with pytest.raises(ValueError, match="is none for sixels"):
        sixels(np.zeros((*size, 3), np.uint8), palette_of(smooth(12, 12)))


def test_a_picture_is_drawn_while_nobody_notices():
    rng = np.random.default_rng(1)
    picture = np.clip(smooth(320, 320) + rng.normal(0, 6, (320, 320, 1)), 0, 255).astype(np.uint8)
    palette = palette_of(picture)
    sixels(picture, palette)
    took = []
    for _ in range(5):
        start_s = time.perf_counter()
        sixels(picture, palette)
        took.append(time.perf_counter() - start_s)
    assert min(took) < 0.1
