"""Random feelings of takes."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.tracks import Span
from emostage.emotion.curve import emotion_track
from emostage.training.schedules import feeling, schedule

WORDS = tuple(Span(text="a", start_s=0.3 * n, end_s=0.3 * n + 0.2) for n in range(6))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**31), words=st.integers(0, 12), spoken=st.booleans())
def test_every_schedule_is_one_that_the_emotion_stage_takes(seed: int, words: int, spoken: bool) -> None:
    plan = schedule(words, np.random.default_rng(seed))
    assert np.allclose([sum(row) for row in plan.at_words(words)], 1.0)
    keys = plan.keys(WORDS if spoken else (), 0.4, 3.0)
    assert [key.at_s for key in keys] == sorted(key.at_s for key in keys)
    track = emotion_track(keys, mood_8=plan.mood_8, count=75, fps=Fraction(25))
    assert np.allclose(track.weights_T8.sum(1), 1.0, atol=1e-5)


def test_turns_stand_at_the_start_of_their_words() -> None:
    rng = np.random.default_rng(0)
    plans = [schedule(6, rng) for _ in range(60)]
    for plan in plans:
        at_s = {round(key.at_s, 6) for key in plan.keys(WORDS, 0.4, 3.0)}
        assert {round(0.4 + WORDS[turn.word].start_s, 6) for turn in plan.turns} <= at_s


def test_all_emotions_all_intensities_and_quiet_takes_occur() -> None:
    rng = np.random.default_rng(0)
    felt_N8 = np.array([feeling(rng) for _ in range(600)])
    assert (felt_N8[:, 1:].max(0) > 0.9).all()
    assert (np.histogram(1.0 - felt_N8[:, 0], 5, (0, 1))[0] > 30).all()
    assert 0.1 < ((felt_N8[:, 1:] > 0.02).sum(1) == 2).mean() < 0.4
    plans = [schedule(6, rng) for _ in range(300)]
    assert {len(plan.turns) for plan in plans} == {0, 1, 2, 3, 4}
    assert any(not plan.turns and plan.mood_8[0] == 1.0 for plan in plans)
