import numpy as np
import pytest
import torch

from emostage.portrait.flow import Flow
from emostage.portrait.region import Box, Region, around, strips

SIZE = (80, 60)
ALWAYS = Box(left=8, top=8, right=16, bottom=16)


def region(person_4HW):
    return Region(person_4HW, ALWAYS, (30, 40))


def person(*box):
    left, top, right, bottom = box
    picture_4HW = torch.zeros(4, 60, 80)
    picture_4HW[3, top:bottom, left:right] = 1.0
    return picture_4HW


def flow(shift_2, fold=0.0):
    shift_B2hw = torch.tensor(shift_2).view(1, 2, 1, 1).repeat(1, 1, 30, 40)
    return Flow(shift_B2hw=shift_B2hw, ratio_B1hw=torch.ones(1, 1, 30, 40), fold_B1hw=torch.full((1, 1, 30, 40), fold))


def test_at_rest_only_what_is_always_drawn_is():
    _, cells_Bhw = region(person(40, 20, 60, 50)).seen(flow((0.0, 0.0)))
    assert cells_Bhw[0, 4:8, 4:8].all()
    assert cells_Bhw.sum() == 16


def test_the_person_is_drawn_where_it_was_and_where_it_comes_to():
    _, cells_Bhw = region(person(40, 20, 48, 30)).seen(flow((-20.0, 0.0)))
    assert cells_Bhw[0, 10:15, 20:24].all()
    assert cells_Bhw[0, 10:15, 30:34].all()
    assert not cells_Bhw[0, 20:].any()


def test_what_looks_beyond_the_plate_sees_its_mirror_image():
    _, cells_Bhw = region(person(0, 20, 8, 30)).seen(flow((-20.0, 0.0)))
    assert cells_Bhw[0, 10:15, 6:10].all()


def test_folds_count_only_where_the_person_is_seen():
    seen, cells_Bhw = region(person(40, 20, 48, 30)).seen(flow((-20.0, 0.0), fold=1.0))
    assert seen.fold_B1hw[0, 0, 12, 22] == 1
    assert seen.fold_B1hw[0, 0, 25, 22] == 0
    assert cells_Bhw[seen.fold_B1hw[:, 0] > 0].all()


@pytest.mark.parametrize("most_px", [100, 1000, 10**6])
def test_strips_hold_every_cell_once(most_px):
    cells_hw = np.random.default_rng(0).random((30, 40)) > 0.98
    count_HW = np.zeros((60, 80), int)
    boxes = strips(cells_hw, SIZE, most_px)
    for box in boxes:
        count_HW[box.part] += 1
    assert count_HW.max() == 1
    assert count_HW[np.kron(cells_hw, np.ones((2, 2))) > 0].all()
    whole = around(boxes)
    assert all(whole.left <= box.left and box.bottom <= whole.bottom for box in boxes)


def test_without_cells_there_are_no_strips():
    assert strips(np.zeros((30, 40), bool), SIZE, 100) == []
