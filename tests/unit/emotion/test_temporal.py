"""The feeling of a performance: what speech does to the mouth is left out, what is felt stays."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import EMOTION_INDEX, mix
from emostage.core.time import frame_times
from emostage.core.tracks import MotionTrack
from emostage.emotion.facs import express
from emostage.emotion.temporal import ATTACK_S, felt

FPS = Fraction(25)
COUNT = 150
NEUTRAL, MOOD = tuple(mix({})), tuple(mix({"happy": 0.2}))


def index(name: str) -> int:
    return ARKIT_INDEX[name]


@pytest.fixture(scope="module")
def talking() -> MotionTrack:
    """Somebody who blinks, looks about and talks, sadly in the second half."""
    times_T = frame_times(COUNT, FPS)
    sad_T = np.clip((times_T - 2.5) / 1.0, 0, 1) * 0.8
    shown_T52 = express(np.array([mix({"sad": float(s)}) for s in sad_T]), "speaking")
    syllables_T = 0.5 - 0.5 * np.cos(2 * np.pi * 4 * times_T)
    for name, most in (("jawOpen", 0.5), ("mouthFunnel", 0.4), ("mouthPucker", 0.5), ("mouthLowerDownLeft", 0.3)):
        shown_T52[:, index(name)] += most * syllables_T
    shown_T52[:, index("eyeLookOutLeft")] = 0.5
    for begin in (30, 100):
        shown_T52[begin : begin + 5, [index("eyeBlinkLeft"), index("eyeBlinkRight")]] = 1.0
    still_T = np.zeros(COUNT, np.float32)
    return MotionTrack(
        expression_T52=np.clip(shown_T52, 0, 1).astype(np.float32),
        rotation_T3=np.zeros((COUNT, 3), np.float32),
        shift_T2=np.zeros((COUNT, 2), np.float32),
        scale_T=still_T + 1,
        tongue_T=still_T,
        breath_T=still_T,
        fps=FPS,
    )


def test_speech_blinks_and_gaze_are_left_out(talking):
    feeling = felt(talking)
    assert feeling.speaking_S52[:, [index("jawOpen"), index("mouthFunnel"), index("mouthPucker")]].max() == 0
    assert feeling.silent_S52[:, index("jawOpen")].max() < 0.1
    assert feeling.silent_S52[:, index("eyeBlinkLeft")].max() < 0.25
    assert not feeling.silent_S52[:, index("eyeLookOutLeft")].any()


def test_what_is_felt_stays_and_is_named(talking):
    feeling = felt(talking)
    raw_T52 = talking.expression_T52
    for name in ("browInnerUp", "mouthFrownLeft"):
        assert np.corrcoef(feeling.speaking_S52[:, index(name)], raw_T52[:, index(name)])[0, 1] > 0.98
    sad_S = feeling.weights_S8[:, EMOTION_INDEX["sad"]]
    assert sad_S[:50].max() < 0.1
    assert sad_S[110:].min() > 0.65


def test_a_clip_begins_and_ends_in_its_mood(talking):
    track = felt(talking).track(at_s=0.3, mood_8=MOOD, strength=1.0, count=100, fps=FPS)
    for end in (0, -1):
        np.testing.assert_allclose(track.weights_T8[end], MOOD, atol=1e-6)
        np.testing.assert_allclose(track.silent_T52[end], express(MOOD)[0], atol=1e-6)
    np.testing.assert_allclose(track.weights_T8.sum(1), 1, atol=1e-5)


def test_a_performance_plays_from_the_start_of_the_speech_at_its_own_pace(talking):
    feeling = felt(talking)
    track = feeling.track(at_s=0.4, mood_8=NEUTRAL, strength=1.0, count=200, fps=FPS)
    np.testing.assert_allclose(track.speaking_T52[10:140], feeling.speaking_S52[:130], atol=1e-5)
    twice = feeling.track(at_s=0.4, mood_8=NEUTRAL, strength=1.0, count=400, fps=2 * FPS)
    assert np.abs(twice.weights_T8[::2] - track.weights_T8).max() < 0.03


def test_after_its_end_the_mood_returns(talking):
    track = felt(talking).track(at_s=0.4, mood_8=MOOD, strength=1.0, count=250, fps=FPS)
    np.testing.assert_allclose(track.weights_T8[175:], np.tile(MOOD, (75, 1)), atol=1e-6)
    assert np.abs(np.diff(track.silent_T52, axis=0)).max() < 0.15


@pytest.mark.parametrize("strength", [0.0, 0.5])
def test_strength_is_the_share_against_the_mood(talking, strength):
    feeling = felt(talking)
    whole, part = (feeling.track(at_s=0.4, mood_8=MOOD, strength=s, count=150, fps=FPS) for s in (1.0, strength))
    mood_52 = express(MOOD)[0]
    np.testing.assert_allclose(part.silent_T52 - mood_52, strength * (whole.silent_T52 - mood_52), atol=1e-5)


def test_words_are_felt_as_the_face_is(talking):
    feeling = felt(talking)
    weights_N8 = feeling.weights_at(np.array([-2 * ATTACK_S, 0.5, 5.0, 8.0]), MOOD, 1.0)
    np.testing.assert_allclose(weights_N8[[0, 3]], [MOOD, MOOD], atol=1e-6)
    assert weights_N8[2, EMOTION_INDEX["sad"]] > 0.65 > 0.1 > weights_N8[1, EMOTION_INDEX["sad"]]


def test_short_performances_are_felt_too(talking):
    short = replace(
        talking,
        **{
            name: getattr(talking, name)[:3]
            for name in ("expression_T52", "rotation_T3", "shift_T2", "scale_T", "tongue_T", "breath_T")
        },
    )
    assert felt(short).track(at_s=0.0, mood_8=NEUTRAL, strength=1.0, count=2, fps=FPS).weights_T8.shape == (2, 8)
