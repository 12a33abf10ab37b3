"""Lips that must touch do, at every frame rate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.time import FRAME_RATES, frame_times
from emostage.core.tracks import Span
from emostage.motion.articulation import stretches
from emostage.motion.contacts import close, contacts
from emostage.motion.targets import JAW, LOWER, UPPER


@settings(max_examples=80)
@given(
    lengths=st.lists(st.floats(0.04, 0.2), min_size=3, max_size=30),
    fps=st.sampled_from(sorted(FRAME_RATES)),
    offset_s=st.floats(0, 0.3),
)
def test_every_closure_has_a_fully_closed_frame_near_it(lengths: list[float], fps: float, offset_s: float) -> None:
    spans, at_s = [], 0.0
    for n, length in enumerate(lengths):
        spans.append(Span(text="pa"[n % 2], start_s=at_s, end_s=at_s + length))
        at_s += length
    rate = FRAME_RATES[fps]
    times_T = frame_times(int((at_s + offset_s + 0.2) * rate) + 1, rate)
    touch = contacts(stretches(spans, offset_s, at_s + offset_s + 0.2), times_T)
    for span in spans[::2]:
        near = np.abs(times_T - (offset_s + 0.5 * (span.start_s + span.end_s))) < 0.5 * (span.end_s - span.start_s) + 0.5 / float(
            rate
        )
        assert touch.seal_T[near].max() == 1.0


@pytest.mark.parametrize("fps", sorted(FRAME_RATES))
def test_a_vowel_between_closures_is_seen(fps: float) -> None:
    rate = FRAME_RATES[fps]
    spans = [Span(text=t, start_s=0.1 * n, end_s=0.1 * n + 0.1) for n, t in enumerate("mama")]
    times_T = frame_times(int(0.5 * rate), rate)
    seal_T = contacts(stretches(spans, 0.0, 0.5), times_T).seal_T
    assert seal_T[(times_T > 0.1) & (times_T < 0.2)].min() < 0.6


def test_labiodentals_touch_the_teeth_and_do_not_seal() -> None:
    spans = [Span(text="a", start_s=0, end_s=0.2), Span(text="f", start_s=0.2, end_s=0.3), Span(text="a", start_s=0.3, end_s=0.5)]
    touch = contacts(stretches(spans, 0.0, 0.5), frame_times(13, FRAME_RATES[25.0]))
    assert touch.teeth_T.max() == 1.0
    assert touch.seal_T.max() == 0.0


def test_nothing_opens_in_a_closure() -> None:
    spans = [Span(text="a", start_s=0, end_s=0.2), Span(text="p", start_s=0.2, end_s=0.3), Span(text="v", start_s=0.3, end_s=0.4)]
    touch = contacts(stretches(spans, 0.0, 0.5), frame_times(13, FRAME_RATES[25.0]))
    closed_TC = close(np.full((13, 7), 0.5), touch)
    shut = int(touch.seal_T.argmax())
    assert closed_TC[shut, [JAW, LOWER, UPPER]].max() == 0.0
    bitten = int(touch.teeth_T.argmax())
    assert closed_TC[bitten, JAW] <= 0.05 + 1e-9
    assert closed_TC[bitten, LOWER] == 0.0


def test_fricatives_of_both_lips_do_not_close() -> None:
    touch = contacts(stretches([Span(text="β", start_s=0, end_s=0.1)], 0.0, 0.2), frame_times(5, FRAME_RATES[25.0]))
    assert not touch.seal_T.any()


@pytest.mark.parametrize("count", [0, 1])
def test_clips_of_no_and_one_frame(count: int) -> None:
    touch = contacts(stretches([Span(text="p", start_s=0, end_s=0.1)], 0.0, 0.1), frame_times(count, FRAME_RATES[25.0]))
    assert len(touch.seal_T) == len(touch.teeth_T) == count
