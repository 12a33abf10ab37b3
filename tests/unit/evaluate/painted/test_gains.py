"""Gains over the same clips, beside their noise."""

from __future__ import annotations

from math import isnan

import pytest

from emostage.evaluate.painted.gains import SIGNS, gains
from emostage.evaluate.painted.likeness import Clip


def clip(error: float, identity: float = 0.9) -> Clip:
    return Clip(psnr_db=25.0, ssim=0.8, error=error, mouth_error=2 * error, identity=identity)


def test_an_error_that_shrinks_everywhere_is_a_gain_however_clips_differ():
    found = gains([clip(1.0), clip(5.0), clip(3.0)], [clip(0.8), clip(4.7), clip(2.9)])
    assert set(found) == set(SIGNS)
    assert found["error"].mean == pytest.approx(0.2)
    assert found["error"].noise == pytest.approx(2 * 0.1 / 3**0.5)
    assert found["error"].sure
    assert found["mouth_error"].mean == pytest.approx(0.4)


def test_what_grows_here_and_shrinks_there_is_not_sure():
    found = gains([clip(1.0, 0.5), clip(1.0, 0.5)], [clip(1.0, 0.9), clip(1.0, 0.2)])
    assert found["identity"].mean == pytest.approx(0.05)
    assert not found["identity"].sure
    assert not found["psnr_db"].sure


def test_clips_that_are_not_known_both_ways_do_not_count():
    found = gains([clip(1.0), None, clip(2.0), clip(9.0)], [clip(0.5), clip(0.1), clip(1.5), None])
    assert found["error"].mean == pytest.approx(0.5)
    alone = gains([clip(1.0)], [clip(0.5)])["error"]
    assert isnan(alone.mean) and not alone.sure
