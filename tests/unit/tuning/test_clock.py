"""How long parts may be trained so that all is done in time."""

from __future__ import annotations

from time import monotonic

import pytest

from emostage.tuning.clock import Clock


def test_parts_share_what_is_left_after_the_looks_at_them() -> None:
    one, two = Clock(minutes=20.0).for_next(1), Clock(minutes=20.0).for_next(2)
    assert 10 < one < 20
    assert two < one / 2 + 1e-3
    assert 2 * two > 10
    assert Clock(minutes=20.0).for_next(1, looks=1) > one


def test_slow_looks_leave_less_for_training() -> None:
    quick, slow = Clock(minutes=20.0, look_s=1.0), Clock(minutes=20.0, look_s=60.0)
    assert slow.for_next(1) < quick.for_next(1) - 2
    with quick.looking():
        pass
    assert quick.look_s == 1.0, "the longest look counts"


def test_time_that_is_spent_is_not_spent_again() -> None:
    late = Clock(minutes=20.0, begin_s=monotonic() - 600)
    assert Clock(minutes=20.0).for_next(1) - late.for_next(1) == pytest.approx(10.0, abs=0.01)
    assert 0 < Clock(minutes=1.0, begin_s=monotonic() - 600).for_next(3) < 1
