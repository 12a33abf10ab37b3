"""Reading feelings from expressions is the inverse of expressing them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.emotion import EMOTIONS, mix
from emostage.emotion.facs import express
from emostage.emotion.read import UNCLEAR, weights_of_expression

FEELINGS = EMOTIONS[1:]


@pytest.mark.parametrize("form", ["silent", "speaking"])
@pytest.mark.parametrize("name", FEELINGS)
def test_single_feelings_are_read_back(name, form):
    asked_T8 = np.array([mix({name: level}) for level in np.linspace(0.05, 1, 12)])
    np.testing.assert_allclose(weights_of_expression(express(asked_T8, form), form), asked_T8, atol=0.01)


def test_mixes_of_two_are_read_back():
    shares = [(0.1, 0.8), (0.25, 0.25), (0.3, 0.6), (0.5, 0.5), (0.7, 0.2)]
    asked_T8 = np.array([mix({a: x, b: y}) for a, b in combinations(FEELINGS, 2) for x, y in shares])
    np.testing.assert_allclose(weights_of_expression(express(asked_T8)), asked_T8, atol=0.02)


def test_a_face_at_rest_is_neutral():
    assert weights_of_expression(np.zeros(52))[0] == 1
    assert weights_of_expression(np.zeros((3, 52)))[:, 0] == pytest.approx(1)


def test_a_little_noise_hardly_matters():
    asked_T8 = np.array([mix({name: 0.8}) for name in FEELINGS] * 5)
    noise_T52 = np.random.default_rng(1).normal(0, 0.04, (len(asked_T8), 52))
    read_T8 = weights_of_expression(np.clip(express(asked_T8) + noise_T52, 0, 1))
    strongest_T = read_T8[:, 1:].max(1)
    assert (read_T8[:, 1:].argmax(1) == asked_T8[:, 1:].argmax(1)).all()
    assert np.abs(strongest_T - 0.8).max() < 0.2
    assert strongest_T.min() > UNCLEAR


@given(st.lists(st.floats(0, 1), min_size=52, max_size=52))
@settings(max_examples=20)
def test_any_face_has_weights_that_are_shares(values):
    read_8 = weights_of_expression(np.array(values))
    assert (read_8 >= 0).all()
    assert read_8.sum() == pytest.approx(1)


def test_what_speech_moves_does_not_count_on_a_speaking_face():
    shown_52 = express(mix({"sad": 0.7}), "speaking")[0]
    talking_52 = shown_52.copy()
    talking_52[[17, 19, 20]] = [0.5, 0.4, 0.6]  # jawOpen, mouthFunnel, mouthPucker
    np.testing.assert_allclose(
        weights_of_expression(talking_52, "speaking"), weights_of_expression(shown_52, "speaking"), atol=1e-9
    )
