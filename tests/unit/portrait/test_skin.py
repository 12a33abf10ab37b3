import dataclasses

import numpy as np
import pytest

from emostage.portrait.skin import as_lab, pixels_at, roughness, skin_colour, skin_mask


def test_the_skin_mask_is_high_on_cheeks_and_low_on_the_suit(astronaut):
    mask = skin_mask(astronaut.plate)
    rows, columns = pixels_at(astronaut.plate, (50, 280, 205, 425))
    assert mask[rows, columns].min() > 0.6
    assert mask.min() >= 0 and mask.max() <= 1
    assert mask[-5:, :].mean() < 0.35


def test_lined_skin_is_rougher_than_smooth_skin(astronaut, hopper):
    assert roughness(hopper.plate) > roughness(astronaut.plate) + 0.3


def test_hair_over_the_forehead_does_not_make_skin_rough(astronaut):
    photo = astronaut.plate.photo_HW3.copy()
    rows, columns = pixels_at(astronaut.plate, (151, 108, 337))
    top, bottom = rows.min() - 10, rows.max() + 10
    photo[top:bottom, columns.min() - 20 : columns.max() + 20 : 3] = 20
    fringe = dataclasses.replace(astronaut.plate, photo_HW3=photo)
    assert roughness(fringe) == pytest.approx(roughness(astronaut.plate), abs=0.1)


def test_skin_colour_is_that_of_the_picture(astronaut):
    grey = dataclasses.replace(astronaut.plate, photo_HW3=np.full_like(astronaut.plate.photo_HW3, 77))
    np.testing.assert_array_equal(skin_colour(grey), 77)
    red, green, blue = skin_colour(astronaut.plate)
    assert red > green > blue


def test_landmarks_outside_the_plate_read_its_border(astronaut):
    moved = dataclasses.replace(astronaut.plate, landmarks_L2=astronaut.plate.landmarks_L2 + 5000)
    rows, columns = pixels_at(moved, (0, 1))
    width, height = moved.size_px
    assert set(rows) == {height - 1} and set(columns) == {width - 1}


def test_lab_of_one_colour_is_lab_of_a_picture_of_it():
    colour = np.array([200.0, 150, 120])
    np.testing.assert_array_equal(as_lab(colour)[0, 0], as_lab(np.broadcast_to(colour, (3, 4, 3)))[2, 3])
