import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.face.masses import full_cheeks, stiff_brows
from emostage.face.topology import BROWS


@pytest.fixture
def face(head):
    neutral_L3 = np.asarray(head.at_landmarks(head.vertices_V3), np.float64)
    deltas_52L3 = np.asarray(head.at_landmarks(head.actions_52V3), np.float64)
    return deltas_52L3, neutral_L3, float(np.linalg.norm(neutral_L3[33] - neutral_L3[263])) / 90


@pytest.mark.parametrize("action", ["browDownLeft", "browDownRight", "browInnerUp"])
def test_a_brow_keeps_its_height_and_still_moves_as_far(face, action):
    deltas, neutral, mm = face
    before = deltas[ARKIT_INDEX[action]].copy()
    stiff_brows(deltas, neutral, mm)
    after = deltas[ARKIT_INDEX[action]]

    def squeeze(delta):
        return max(np.abs(delta[list(upper)] - delta[list(lower)])[:, 1].max() for upper, lower in BROWS) / mm

    assert squeeze(after) < 0.2 * squeeze(before)
    points = [i for upper, lower in BROWS for i in upper + lower]
    np.testing.assert_allclose(after[points].mean(0), before[points].mean(0), atol=0.1 * mm)


def test_what_is_far_from_the_brows_stays(face):
    deltas, neutral, mm = face
    before = deltas.copy()
    stiff_brows(deltas, neutral, mm)
    np.testing.assert_allclose(deltas[:, [1, 13, 152, 50, 280]], before[:, [1, 13, 152, 50, 280]], atol=0.02 * mm)


def test_raised_cheeks_come_forward_on_their_own_side(face):
    deltas, neutral, mm = face
    before = deltas.copy()
    full_cheeks(deltas, neutral, mm)
    forward = (before - deltas)[ARKIT_INDEX["cheekSquintRight"], :, 2] / mm
    assert forward[50] > 3
    assert forward[280] < 0.1 and forward[152] < 0.1
    assert forward.min() >= 0
