import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.portrait.glasses import under_rims, worn


def test_glasses_are_seen_where_they_are_and_only_there(astronaut, hopper):
    assert worn(astronaut.plate) == 0
    assert worn(hopper.plate) > 0.9


@pytest.mark.parametrize("brightness", [0.4, 1.0])
def test_a_dark_photo_makes_no_difference(astronaut, hopper, brightness):
    for face, wears in ((astronaut, False), (hopper, True)):
        dim = (face.plate.photo_HW3 * brightness).astype(np.uint8)
        plate = type(face.plate)(**{**vars(face.plate), "photo_HW3": dim})
        assert (worn(plate) > 0.5) is wears


def test_rims_surround_the_lids_and_leave_the_mouth_alone(sheet):
    rims_L = under_rims(sheet.rest_V3[:468], sheet.mm)
    lids, cheeks_top, lips, chin = [159, 145, 386, 374], [118, 347], [13, 14, 61, 291], [152]
    assert rims_L[lids].max() < 0.05
    assert rims_L[cheeks_top].min() > 0.5
    assert rims_L[lips + chin].max() == 0


def test_frowning_hardly_bends_the_rims(hopper, astronaut):
    def bend(face):
        rims = under_rims(face.sheet.rest_V3[:468], face.sheet.mm) > 0.95
        frown = face.sheet.deltas_52V3[ARKIT_INDEX["noseSneerLeft"], :468]
        return np.linalg.norm(frown[rims], axis=1).max() / face.sheet.mm

    assert bend(hopper) < 0.35 * bend(astronaut)


def test_a_blink_hardly_moves_the_rims(hopper, astronaut):
    def moved(face):
        rims = under_rims(face.sheet.rest_V3, face.sheet.mm) > 0.95
        still, shut = face.pose(expression(), expression(eyeBlink=1.0)).points_BV2
        return float((shut - still)[torch.as_tensor(rims)].norm(dim=1).max()) / face.plate.unit_px

    assert moved(hopper) < 0.3 * moved(astronaut)
