import numpy as np
import pytest

from emostage.portrait.backing import back


@pytest.mark.parametrize("background", ["keep", "blur", "#203040"])
def test_person_over_what_is_behind_is_the_still_frame(portrait, background):
    backing = back(portrait, (256, 256), background)
    height, width = backing.plate.photo_HW3.shape[:2]
    still = backing.still_HW3[backing.top : backing.top + height, backing.left : backing.left + width]
    joined = backing.person_hw3 + (1 - backing.plate.matte_HW[..., None]) * backing.behind_hw3
    assert np.abs(joined - still).max() < 1e-3


def test_the_photos_own_background_is_kept_away_from_the_person(portrait):
    backing = back(portrait, (256, 256), "keep")
    plate = backing.plate
    height, width = plate.photo_HW3.shape[:2]
    person = np.argwhere(plate.matte_HW > 0)
    far = np.ones((height, width), bool)
    margin = int(12 * plate.unit_px) + 2
    for row, column in person:
        far[max(0, row - margin) : row + margin + 1, max(0, column - margin) : column + margin + 1] = False
    assert far.sum() > 300
    assert (backing.behind_hw3[far] == plate.photo_HW3[far]).all()
    assert np.abs(backing.person_hw3[far]).max() == 0
    nose = plate.landmarks_L2[1].astype(int)
    assert np.abs(backing.behind_hw3[nose[1], nose[0]] - plate.photo_HW3[nose[1], nose[0]]).max() > 20
