"""Emotion prototypes: ranges, monotony, mixes, antagonists, what reads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52, indices
from emostage.core.emotion import EMOTION_INDEX, EMOTIONS, mix
from emostage.emotion import facs

KEY_ACTIONS = {
    "happy": ("mouthSmileLeft", "cheekSquintLeft"),
    "sad": ("browInnerUp", "mouthFrownLeft"),
    "angry": ("browDownLeft", "noseSneerLeft"),
    "afraid": ("browInnerUp", "eyeWideLeft", "mouthStretchLeft"),
    "disgusted": ("noseSneerLeft", "mouthUpperUpLeft"),
    "surprised": ("browOuterUpLeft", "eyeWideLeft", "jawOpen"),
    "contempt": ("mouthSmileLeft", "mouthDimpleLeft"),
}


def ramp(name: str, steps: int = 41) -> np.ndarray:
    weights_T8 = np.zeros((steps, 8))
    weights_T8[:, EMOTION_INDEX[name]] = np.linspace(0, 1, steps)
    weights_T8[:, 0] = 1 - weights_T8[:, 1:].sum(1)
    return weights_T8


mixtures = st.lists(st.floats(0, 1), min_size=7, max_size=7).map(lambda x: np.array([0, *x]) / max(1.0, sum(x)))


@pytest.mark.parametrize("name", KEY_ACTIONS)
def test_key_actions_grow_with_every_step_of_intensity(name: str) -> None:
    shown_T52 = facs.express(ramp(name))
    for action in KEY_ACTIONS[name]:
        assert (np.diff(shown_T52[:, ARKIT_INDEX[action]]) > 0).all()


@pytest.mark.parametrize("form", ["silent", "speaking"])
@pytest.mark.parametrize("name", EMOTIONS)
def test_no_action_shrinks_as_an_emotion_grows(name: str, form: facs.Form) -> None:
    assert (np.diff(facs.express(ramp(name), form), axis=0) >= -1e-12).all()


def test_response_is_monotone_between_its_ends_and_lifts_the_middle() -> None:
    x = np.linspace(0, 1, 101)
    y = facs.response(x)
    assert (y[0], y[-1]) == (0.0, 1.0)
    assert (np.diff(y) > 0).all()
    assert 0.6 < facs.response(0.5) < 0.7


@given(weights_8=mixtures)
def test_any_mix_stays_in_range(weights_8: np.ndarray) -> None:
    for form in ("silent", "speaking"):
        shown_52 = facs.express(weights_8, form)[0]  # type: ignore[arg-type]
        assert shown_52.min() >= 0.0
        assert shown_52.max() <= 1.0
    assert -1.0 <= facs.arousal(weights_8)[0] <= 1.0
    assert np.abs(np.degrees(facs.posture(weights_8))).max() < 20


@given(weights_8=mixtures)
def test_a_mix_lies_between_the_strongest_part_and_the_sum_of_parts(weights_8: np.ndarray) -> None:
    parts_E52 = facs.express(np.diag(weights_8))
    mixed_52 = facs.express(weights_8)[0]
    opposed = [i for name in ("mouthSmile", "mouthFrown") for i in indices(name)]
    others = np.setdiff1d(np.arange(52), opposed)
    assert (mixed_52[others] >= parts_E52.max(0)[others] - 1e-9).all()
    assert (mixed_52[others] <= np.minimum(parts_E52.sum(0), 1.0)[others] + 1e-9).all()


def test_smile_and_frown_do_not_show_at_full_strength_together() -> None:
    mixed_52 = facs.express(mix({"happy": 0.5, "sad": 0.5}))[0]
    alone_52 = facs.express(mix({"happy": 0.5}))[0]
    smile, frown = ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["mouthFrownLeft"]
    assert 0 < mixed_52[smile] < alone_52[smile]
    assert mixed_52[smile] + mixed_52[frown] < 0.85


def test_neutral_is_no_expression() -> None:
    assert not facs.express(mix({})).any()
    assert not facs.posture(mix({})).any()
    assert facs.arousal(mix({}))[0] == 0.0


def test_the_table_keeps_to_what_looks_natural() -> None:
    for table_E52 in (facs.SILENT_E52, facs.SPEAKING_E52):
        assert table_E52.max() <= 1.0
        assert table_E52[:, list(indices("eyeWide"))].max() <= 0.85 + 1e-6
        assert table_E52[:, list(indices("mouthStretch"))].max() <= 0.7 + 1e-6
        assert table_E52[:, ARKIT_INDEX["jawOpen"]].max() <= 0.45
        assert not table_E52.flags.writeable
    assert not facs.SPEAKING_E52[EMOTION_INDEX["angry"], list(indices("mouthPress"))].any()


def test_speaking_forms_leave_the_jaw_to_speech_and_keep_the_upper_face() -> None:
    assert not facs.SPEAKING_E52[:, ARKIT_INDEX["jawOpen"]].any()
    assert np.array_equal(facs.SPEAKING_E52[:, ~MOUTH_MASK_52], facs.SILENT_E52[:, ~MOUTH_MASK_52])


def test_contempt_is_one_sided_and_the_others_are_not() -> None:
    left, right = indices("mouthSmile")
    contempt_52 = facs.SILENT_E52[EMOTION_INDEX["contempt"]]
    assert contempt_52[left] > 0.4
    assert contempt_52[right] == 0
    for name in ("happy", "sad", "angry", "afraid", "disgusted", "surprised"):
        row_52 = facs.SILENT_E52[EMOTION_INDEX[name]]
        assert row_52[left] == row_52[right]


def test_arousal_orders_anger_over_joy_over_sadness() -> None:
    angry, happy, sad = (facs.arousal(mix({n: 1.0}))[0] for n in ("angry", "happy", "sad"))
    assert angry > happy > 0 > sad


def test_emotions_differ_from_one_another() -> None:
    rows = facs.SILENT_E52[1:]
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosine = unit @ unit.T - np.eye(7)
    assert cosine.max() < 0.85
