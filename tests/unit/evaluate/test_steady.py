import numpy as np
import pytest

from emostage.evaluate.steady import flicker, largest_difference

LEFT = np.zeros((8, 10), bool)
LEFT[:, :5] = True


def grey(level: int) -> np.ndarray:
    return np.full((8, 10, 3), level, np.uint8)


def test_the_largest_difference_is_found_inside_only():
    changed = grey(100)
    changed[2, 3, 1] = 93
    changed[2, 8, 1] = 200
    assert largest_difference([grey(100), changed, grey(101)], grey(100), LEFT) == 7
    assert largest_difference([changed], grey(100), ~LEFT) == 100
    assert largest_difference([], grey(100), LEFT) == 0


def test_flicker_is_the_rms_of_the_steps():
    assert flicker([grey(100)] * 5, LEFT) == 0
    assert flicker([grey(100), grey(102), grey(100), grey(102)], LEFT) == pytest.approx(2)
    assert flicker([grey(100), grey(104), grey(104)], LEFT) == pytest.approx(np.sqrt(8))
    assert flicker([grey(100)], LEFT) == 0
