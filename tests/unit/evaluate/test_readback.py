import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.evaluate.readback import READ, asked, correlation, ramp
from emostage.face.fit import project
from emostage.face.head import load_head

WEIGHTS = ramp(13)


def shown(expressions: np.ndarray) -> np.ndarray:
    """Landmarks of the head itself under expressions."""
    head = load_head()
    points = head.at_landmarks(head.vertices_V3) + np.einsum("te,enc->tnc", expressions, head.at_landmarks(head.actions_52V3))
    flat = [project(p, np.eye(3), np.array([0.0, 0.0, 1.1]), 1100.0) + 300 for p in points.astype(np.float64)]
    return np.concatenate([flat, np.zeros((len(flat), 10, 2))], 1)


def test_a_ramp_rises_to_one_and_comes_back():
    assert WEIGHTS[0] == WEIGHTS[-1] == 0
    assert WEIGHTS[6] == 1
    np.testing.assert_allclose(WEIGHTS, WEIGHTS[::-1])


def test_both_sides_are_asked_for():
    np.testing.assert_allclose(asked("mouthSmile", WEIGHTS)[6], expression(mouthSmile=1.0))


@pytest.mark.parametrize("action", READ)
def test_each_action_is_read_from_a_head_that_does_it(action):
    assert correlation(action, WEIGHTS, shown(asked(action, WEIGHTS))) > 0.98


@pytest.mark.parametrize(("action", "other"), [("mouthSmile", "mouthFrown"), ("browInnerUp", "browDown"), ("eyeBlink", "eyeWide")])
def test_the_opposite_is_not_mistaken_for_it(action, other):
    assert correlation(action, WEIGHTS, shown(asked(other, WEIGHTS))) < 0


def test_a_face_that_keeps_still_or_is_not_seen_tells_nothing():
    still = shown(np.zeros((13, 52)))
    assert np.isnan(correlation("jawOpen", WEIGHTS, still))
    hidden = shown(asked("jawOpen", WEIGHTS))
    hidden[:9] = np.nan
    assert np.isnan(correlation("jawOpen", WEIGHTS, hidden))
    seen = shown(asked("jawOpen", WEIGHTS))
    seen[4] = np.nan
    assert correlation("jawOpen", WEIGHTS, seen) > 0.98
