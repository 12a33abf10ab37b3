"""Guidance by several conditions."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from emostage.diffusion.guidance import coefficients, guided

WEIGHT = st.floats(0.0, 4.0)


def test_full_weights_ask_once_and_for_everything() -> None:
    assert coefficients((1.0, 1.0, 1.0)) == {3: 1.0}
    assert coefficients((0.0, 0.0)) == {0: 1.0}


@given(st.lists(WEIGHT, min_size=1, max_size=4))
def test_what_counts_adds_up_to_one(weights: list[float]) -> None:
    assert sum(coefficients(weights).values()) == pytest.approx(1.0)


@given(st.tuples(WEIGHT, WEIGHT))
def test_the_guided_answer_follows_the_nested_formula(weights: tuple[float, float]) -> None:
    d = [torch.tensor([k * k - 1.5, 2.0 - k]) for k in range(3)]
    expected = d[0] + weights[0] * (d[1] - d[0]) + weights[1] * (d[2] - d[1])
    assert torch.allclose(guided(lambda k: d[k], weights), expected, atol=1e-5)
