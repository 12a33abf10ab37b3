from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.time import FRAME_RATES, frame_at, frame_rate, frame_times, frames_covering, sample_at, seconds_at

rates = st.sampled_from(sorted(FRAME_RATES.values()))


@given(rates, st.lists(st.floats(0.01, 20), min_size=1, max_size=300))
def test_rounded_boundaries_do_not_drift(fps, durations):
    end = Fraction(0)
    frames = 0
    for duration in durations:
        start_frame = frame_at(end, fps)
        end += Fraction(duration)
        frames += frame_at(end, fps) - start_frame
    assert abs(frames - float(end * fps)) <= 0.5


@given(rates, st.integers(0, 10**6))
def test_frame_boundaries_survive_the_round_trip_through_seconds(fps, frame):
    assert frame_at(seconds_at(frame, fps), fps) == frame
    assert frames_covering(seconds_at(frame, fps), fps) == frame


@given(rates, st.floats(0, 1000))
def test_covering_frames_are_enough_and_not_one_too_many(fps, seconds):
    frames = frames_covering(seconds, fps)
    assert frames / fps >= Fraction(seconds) - Fraction(1, 10**6)
    assert (frames - 1) / fps < Fraction(seconds)


@given(rates, st.floats(-1000, 1000) | st.fractions(-1000, 1000) | st.integers(-1000, 1000))
def test_whole_numbers_count_as_fractions_do(fps, seconds):
    assert frame_at(seconds, fps) == floor(Fraction(seconds) * fps + Fraction(1, 2))
    assert frames_covering(seconds, fps) == ceil((Fraction(seconds) - Fraction(1, 10**6)) * fps)
    assert seconds_at(int(seconds), fps) == float(int(seconds) / fps)


@given(rates, st.integers(0, 10**6))
def test_samples_stay_within_half_a_sample_of_the_frame(fps, frame):
    assert abs(sample_at(frame, fps) - frame * 48000 / fps) <= Fraction(1, 2)


def test_every_supported_rate_is_exact_and_others_are_refused():
    assert frame_rate(23.976) == Fraction(24000, 1001)
    assert frame_rate(29.97) == Fraction(30000, 1001)
    with pytest.raises(ValueError, match="26"):
        frame_rate(26)


@given(rates, st.integers(0, 500))
def test_a_frame_shows_the_middle_of_its_time(fps, count):
    times = frame_times(count, fps)
    assert len(times) == count
    assert all(frame_at(float(t) - 1e-9, fps) == i and frame_at(float(t) + 1e-9, fps) == i + 1 for i, t in enumerate(times))
