"""Tremor is smoothed, movement is not."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.face.steady import steadied

COUNT, FPS = 200, 25.0


@pytest.fixture
def tremor():
    return np.random.default_rng(0).normal(0, 0.01, (COUNT, 3))


def test_tremor_gets_smaller(tremor):
    assert steadied(tremor, FPS, most=0.03).std() < 0.65 * tremor.std()


def test_a_blink_and_a_closure_of_one_frame_stay(tremor):
    curves = 0.3 + tremor
    curves[80:83, 0] = [0.7, 1.0, 0.6]
    curves[120, 1] = 0.0
    smooth = steadied(curves, FPS, most=0.03)
    assert smooth[81, 0] == pytest.approx(1.0, abs=0.03)
    assert smooth[120, 1] == pytest.approx(0.0, abs=0.02)
    assert smooth[[79, 83], 0].max() < 0.35
    assert smooth[[119, 121], 1].min() > 0.26


def test_a_steady_turn_keeps_its_pace():
    turn = np.linspace(0, 1, COUNT)[:, None]
    np.testing.assert_allclose(steadied(turn, FPS, most=0.03), turn, atol=0.01)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_shortest_curves_keep_their_length(count):
    assert steadied(np.ones((count, 2)), FPS, most=0.03) == pytest.approx(np.ones((count, 2)))


def test_what_moves_more_than_tremor_is_not_taken_for_it():
    lively = np.random.default_rng(1).uniform(0, 1, (COUNT, 1))
    assert np.abs(steadied(lively, FPS, most=0.01) - lively).mean() < 0.01
