"""Painted rows of teeth."""

from __future__ import annotations

import numpy as np

from emostage.training.heads.crowns import UPPER, paint_row


def test_rows_have_seams_gums_and_a_free_edge() -> None:
    strip_4HW = paint_row(UPPER, np.array([0.8, 0.75, 0.65]), np.array([0.4, 0.12, 0.11]))
    height, width = strip_4HW.shape[1:]
    assert strip_4HW[3, 0].max() == 0 and strip_4HW[3, height // 2 :].min() == 1
    row_W = strip_4HW[0, height // 2]
    assert row_W[width // 2] < 0.9 * row_W[width // 2 + 21]
    assert np.allclose(row_W, row_W[::-1], atol=0.03)
    redness = strip_4HW[0] / strip_4HW[1]
    assert redness[-1, width // 2 + 21] > 2 * redness[height // 3, width // 2 + 21]
