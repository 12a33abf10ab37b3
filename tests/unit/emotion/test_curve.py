"""Emotion tracks: onset, hold, release, sums, odd clips."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.emotion import EMOTION_INDEX, mix
from emostage.core.keyframes import Easing, Keyframe
from emostage.core.time import FRAME_RATES
from emostage.emotion.curve import emotion_track

FPS = Fraction(25)
NEUTRAL = tuple(mix({}))
MOOD = tuple(mix({"happy": 0.15}))
HAPPY = EMOTION_INDEX["happy"]


def key(at_s: float, ease: str = "in-out", **weights: float) -> Keyframe:
    return Keyframe(at_s=at_s, value=tuple(mix(weights)), ease=Easing(name=ease))  # type: ignore[arg-type]


weights_8 = st.lists(st.floats(0, 1), min_size=7, max_size=7).map(lambda x: tuple(np.array([0, *x]) / max(1.0, sum(x))))
keys = st.lists(st.builds(lambda t, v: Keyframe(at_s=t, value=v), st.floats(0, 6), weights_8), max_size=5)


@settings(max_examples=60)
@given(keys=keys, mood=weights_8, count=st.integers(0, 200), fps=st.sampled_from(sorted(FRAME_RATES)))
def test_rows_are_distributions_and_the_ends_are_the_mood(keys: list, mood: tuple, count: int, fps: float) -> None:
    track = emotion_track(keys, mood_8=mood, count=count, fps=FRAME_RATES[fps])
    assert track.weights_T8.shape == (count, 8)
    assert track.silent_T52.shape == track.speaking_T52.shape == (count, 52)
    assert (track.weights_T8 >= 0).all()
    assert np.allclose(track.weights_T8.sum(1), 1, atol=1e-5)
    if count:
        rest_8 = np.array([1 - sum(mood), *mood[1:]])
        assert np.allclose(track.weights_T8[0], rest_8, atol=1e-5)
        assert np.allclose(track.weights_T8[-1], rest_8, atol=1e-5)


def test_the_first_key_is_reached_on_time_when_there_is_lead_in() -> None:
    track = emotion_track([key(1.0, happy=0.8)], mood_8=NEUTRAL, count=100, fps=FPS)
    happy_T = track.weights_T8[:, HAPPY]
    assert happy_T[18] == 0
    assert 0 < happy_T[22] < 0.8
    assert np.allclose(happy_T[25:88], 0.8, atol=1e-6)


def test_a_key_at_the_start_is_reached_after_the_attack() -> None:
    happy_T = emotion_track([key(0.0, happy=0.8)], mood_8=NEUTRAL, count=100, fps=FPS).weights_T8[:, HAPPY]
    assert happy_T[0] == 0
    assert happy_T[8] == pytest.approx(0.8, abs=1e-5)
    assert (np.diff(happy_T[:8]) > 0).all()


def test_attack_and_release_take_as_long_as_asked() -> None:
    track = emotion_track([key(1.0, angry=1.0)], mood_8=NEUTRAL, count=200, fps=Fraction(50), attack_s=0.5, release_s=0.8)
    moving = np.flatnonzero(np.abs(np.diff(track.weights_T8[:, EMOTION_INDEX["angry"]])) > 1e-6)
    rise, fall = moving[moving < 100], moving[moving > 100]
    assert len(rise) / 50 == pytest.approx(0.5, abs=0.05)
    assert len(fall) / 50 == pytest.approx(0.8, abs=0.05)


def test_keys_follow_their_own_easing() -> None:
    keys = [key(0.5, happy=0.2), key(1.5, "linear", happy=0.8), key(2.5, "hold", sad=0.6)]
    track = emotion_track(keys, mood_8=NEUTRAL, count=100, fps=FPS)
    assert track.weights_T8[24, HAPPY] == pytest.approx(0.2 + 0.6 * (24.5 / 25 - 0.5), abs=1e-4)
    assert track.weights_T8[61, HAPPY] == pytest.approx(0.8, abs=1e-5)
    assert track.weights_T8[63, EMOTION_INDEX["sad"]] == pytest.approx(0.6, abs=1e-5)


def test_overshooting_easing_stays_a_distribution() -> None:
    bezier = Easing(name="cubic-bezier", control=(0.3, 2.5, 0.6, 2.5))
    keys = [key(0.2, happy=0.5), Keyframe(at_s=1.5, value=tuple(mix({"happy": 1.0})), ease=bezier)]
    track = emotion_track(keys, mood_8=NEUTRAL, count=75, fps=FPS)
    assert track.weights_T8.max() <= 1.0
    assert np.allclose(track.weights_T8.sum(1), 1, atol=1e-5)


def test_rates_agree_at_equal_times() -> None:
    keys = [key(0.4, surprised=0.7), key(1.4, angry=0.9)]
    slow = emotion_track(keys, mood_8=MOOD, count=75, fps=Fraction(25)).weights_T8
    fast = emotion_track(keys, mood_8=MOOD, count=225, fps=Fraction(75)).weights_T8[1::3]
    assert np.abs(slow[8:60] - fast[8:60]).max() < 0.01


def test_no_keys_is_the_mood_throughout() -> None:
    track = emotion_track([], mood_8=MOOD, count=10, fps=FPS)
    assert np.allclose(track.weights_T8, np.array(MOOD), atol=1e-6)


@pytest.mark.parametrize("bad", [(0.5,) * 8, (1.2, -0.2, 0, 0, 0, 0, 0, 0), (1.0,)])
def test_weights_that_are_no_mix_are_refused(bad: tuple) -> None:
    with pytest.raises(ValueError, match="emotion weights"):
        emotion_track([Keyframe(at_s=0.0, value=bad)], mood_8=NEUTRAL, count=10, fps=FPS)
    with pytest.raises(ValueError, match="emotion weights"):
        emotion_track([], mood_8=bad, count=10, fps=FPS)
