"""Zoom and scrolling of a timeline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from emostage.apps.tui.lens import CLOSEST_S, Lens

durations = st.floats(0.5, 3600.0)
widths = st.integers(10, 300)


@given(durations, widths)
def test_the_whole_film_is_seen_from_end_to_end(duration_s: float, width: int) -> None:
    lens = Lens.whole(duration_s, width)
    assert lens.column(0.0) == 0
    assert lens.column(duration_s * 0.999) <= width - 1
    assert lens.end_s >= duration_s - 1e-6


@given(durations, widths, st.floats(1.0, 20.0), st.floats(0.0, 1.0))
def test_closer_keeps_the_moment_in_its_column_and_the_film_within_its_ends(
    duration_s: float, width: int, factor: float, share: float
) -> None:
    whole, at_s = Lens.whole(duration_s, width), share * duration_s
    closer = whole.zoomed(factor, at_s, duration_s)
    assert closer.start_s >= -1e-9 and closer.end_s <= max(duration_s, width * CLOSEST_S) + 1e-6
    assert closer.step_s <= whole.step_s + 1e-12
    assert abs((at_s - closer.start_s) / closer.step_s - (at_s - whole.start_s) / whole.step_s) < 1.0 or closer.start_s in (
        0.0,
        max(duration_s - closer.width * closer.step_s, 0.0),
    )
    back = closer.zoomed(1 / factor / 2, at_s, duration_s)
    assert back.step_s <= whole.step_s + 1e-9


@given(durations, widths, st.floats(0.0, 1.0))
def test_a_followed_playhead_is_always_seen(duration_s: float, width: int, share: float) -> None:
    lens = Lens.whole(duration_s, width).zoomed(8.0, 0.0, duration_s).following(share * duration_s * 0.999, duration_s)
    assert 0 <= lens.column(share * duration_s * 0.999) < width


def test_columns_and_moments_belong_together() -> None:
    lens = Lens(width=80, step_s=0.05, start_s=2.0)
    assert [lens.column(lens.at(column)) for column in range(80)] == list(range(80))


def test_another_width_keeps_the_whole_film_whole_and_a_part_a_part() -> None:
    assert Lens.whole(10.0, 50).resized(100, 10.0) == Lens.whole(10.0, 100)
    part = Lens(width=50, step_s=0.05, start_s=3.0).resized(100, 10.0)
    assert (part.step_s, part.start_s, part.width) == (0.05, 3.0, 100)
