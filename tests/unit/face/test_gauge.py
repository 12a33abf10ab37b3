"""Lips and mouths are measured on the mean head as they are moved."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.face.gauge import lip_gap_of, mouth_width_of

REST = np.zeros((1, 52), np.float32)


@pytest.mark.parametrize(("moved", "sign"), [({"jawOpen": 0.5}, 1), ({"mouthPress": 0.5}, -1), ({"mouthLowerDown": 0.5}, 1)])
def test_the_gap_between_the_lips(moved, sign) -> None:
    assert sign * (lip_gap_of(expression(**moved)[None]) - lip_gap_of(REST))[0] > 0.01


@pytest.mark.parametrize(("moved", "sign"), [({"mouthStretch": 0.5}, 1), ({"mouthSmile": 0.5}, 1), ({"mouthPucker": 0.5}, -1)])
def test_the_width_of_the_mouth(moved, sign) -> None:
    assert mouth_width_of(REST)[0] > 0.3
    assert sign * (mouth_width_of(expression(**moved)[None]) - mouth_width_of(REST))[0] > 0.005
