import dataclasses

import numpy as np

from emostage.portrait.teeth import mouth_interior, photo_teeth


def test_a_smile_shows_teeth_inside_the_lips(astronaut):
    teeth = photo_teeth(astronaut.plate)
    assert teeth.colour_3 is not None
    assert teeth.colour_3.min() > 150
    assert 0.5 < teeth.edge <= 1
    inside = mouth_interior(astronaut.plate)
    assert teeth.mask_HW[inside < 0.01].max() < 0.5
    assert teeth.mask_HW.sum() > 0.3 * inside.sum()


def test_closed_lips_show_none(hopper):
    teeth = photo_teeth(hopper.plate)
    assert teeth.colour_3 is None and teeth.edge is None
    assert not teeth.mask_HW.any()


def test_a_dark_gap_is_no_tooth(astronaut):
    photo = astronaut.plate.photo_HW3.copy()
    photo[mouth_interior(astronaut.plate) > 0] = [40, 15, 15]
    assert photo_teeth(dataclasses.replace(astronaut.plate, photo_HW3=photo)).edge is None


def test_of_a_gaping_mouth_only_the_upper_row_counts(astronaut):
    photo = astronaut.plate.photo_HW3.copy()
    rows, columns = np.nonzero(mouth_interior(astronaut.plate) > 0.5)
    for x in np.unique(columns):
        column = rows[columns == x]
        top, bottom = column.min(), column.max()
        span = bottom - top
        photo[top : bottom + 1, x] = [40, 15, 15]
        photo[top : top + span // 3, x] = [235, 230, 220]
        photo[bottom - span // 3 : bottom + 1, x] = [235, 230, 220]
    teeth = photo_teeth(dataclasses.replace(astronaut.plate, photo_HW3=photo))
    assert teeth.edge is not None and teeth.edge < 0.55
