"""Smoothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.smoothing import smoothed


@given(st.integers(1, 60), st.floats(0.1, 40.0))
def test_level_curves_stay_and_nothing_leaves_its_range(count: int, length: float) -> None:
    values_TK = np.random.default_rng(0).random((count, 3))
    values_TK[:, 0] = 0.5
    smooth_TK = smoothed(values_TK, length)
    assert smooth_TK.shape == values_TK.shape
    assert np.allclose(smooth_TK[:, 0], 0.5)
    assert (smooth_TK >= values_TK.min(0) - 1e-9).all()
    assert (smooth_TK <= values_TK.max(0) + 1e-9).all()


def test_longer_windows_smooth_more() -> None:
    values_TK = np.random.default_rng(0).standard_normal((400, 1))
    rough = [float(np.abs(np.diff(smoothed(values_TK, length), axis=0)).mean()) for length in (2, 6, 20)]
    assert rough[0] > rough[1] > rough[2]
