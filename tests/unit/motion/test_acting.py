"""A recording over a performed clip."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52, expression
from emostage.core.time import frame_times
from emostage.core.tracks import MotionTrack
from emostage.motion.acting import EASE_S, Acting, act, shares, strengthened

FPS = Fraction(25)
FIELDS = ("expression_T52", "rotation_T3", "shift_T2", "scale_T", "tongue_T", "breath_T")
LOOK = ARKIT_INDEX["eyeLookOutLeft"]
BLINK = ARKIT_INDEX["eyeBlinkLeft"]


def still(count: int, value: float, **weights: float) -> MotionTrack:
    return MotionTrack(
        expression_T52=np.tile(expression(**weights), (count, 1)),
        rotation_T3=np.full((count, 3), value, np.float32),
        shift_T2=np.full((count, 2), value, np.float32),
        scale_T=np.full(count, 1 + value, np.float32),
        tongue_T=np.full(count, value, np.float32),
        breath_T=np.full(count, value, np.float32),
        fps=FPS,
    )


ENGINE = still(75, 0.0, jawOpen=0.2)
TAKE = still(50, 0.1, mouthSmile=0.6, browInnerUp=0.5, eyeLookOutLeft=0.4, eyeBlink=0.8)


def test_a_clip_ends_as_performed_and_is_the_recording_in_between():
    clip = act(ENGINE, Acting(motion=TAKE, at_s=0.4))
    for name in FIELDS:
        for end in (0, -1):
            np.testing.assert_array_equal(getattr(clip, name)[end], getattr(ENGINE, name)[end])
        np.testing.assert_allclose(getattr(clip, name)[11:59], getattr(TAKE, name)[:48], atol=1e-6)


@given(at_s=st.floats(0, 3), length_s=st.floats(0, 6), count=st.integers(2, 200))
def test_recordings_come_and_go_gently(at_s, length_s, count):
    times_T = frame_times(count, FPS)
    share_T = shares(times_T, at_s, length_s)
    assert share_T[0] == share_T[-1] == 0
    assert ((share_T >= 0) & (share_T <= 1)).all()
    seen_T = (times_T >= max(at_s, EASE_S + 0.02)) & (times_T <= min(at_s + length_s, times_T[-1] - EASE_S))
    assert (share_T[seen_T] == 1).all()
    if times_T[-1] > 4 * EASE_S and at_s >= EASE_S and at_s + length_s + EASE_S < times_T[-1]:
        assert np.abs(np.diff(share_T)).max() < 0.25


def test_speech_keeps_its_lips_the_script_its_gaze_and_head():
    clip = act(ENGINE, Acting(motion=TAKE, at_s=0.4, lips=False, gaze=False, head=False))
    np.testing.assert_array_equal(clip.expression_T52[:, MOUTH_MASK_52], ENGINE.expression_T52[:, MOUTH_MASK_52])
    assert not clip.expression_T52[:, LOOK].any()
    assert clip.expression_T52[30, ARKIT_INDEX["browInnerUp"]] == pytest.approx(0.5)
    for name in ("rotation_T3", "shift_T2", "scale_T", "tongue_T"):
        np.testing.assert_array_equal(getattr(clip, name), getattr(ENGINE, name))


def test_what_no_camera_sees_stays_the_engines():
    clip = act(replace(ENGINE, tongue_T=np.full(75, 0.7, np.float32)), Acting(motion=TAKE, at_s=0.4))
    assert clip.tongue_T == pytest.approx(0.7)


@pytest.mark.parametrize("gain", [0.0, 0.5, 1.0, 2.0])
def test_gain_leaves_blinks_whole(gain):
    motion = strengthened(TAKE, gain)
    assert motion.expression_T52[0, BLINK] == pytest.approx(0.8)
    assert motion.expression_T52[0, LOOK] == pytest.approx(min(0.4 * gain, 1))
    np.testing.assert_allclose(motion.rotation_T3, 0.1 * gain, atol=1e-6)
    np.testing.assert_allclose(motion.scale_T, 1 + 0.1 * gain, atol=1e-6)


def test_a_start_and_a_pace_choose_what_is_seen():
    rising = replace(TAKE, rotation_T3=np.linspace(0, 1, 50, dtype=np.float32)[:, None].repeat(3, 1))
    acting = Acting(motion=rising, start_s=0.5, at_s=0.4, pace=2.0)
    assert acting.length_s == pytest.approx(0.75)
    seen = acting.alone()
    assert len(seen) == 19
    assert seen.rotation_T3[0, 0] == pytest.approx(np.interp(0.54, frame_times(50, FPS), np.linspace(0, 1, 50)), abs=1e-5)
    clip = act(ENGINE, acting)
    assert clip.rotation_T3[20, 0] == pytest.approx(seen.rotation_T3[10, 0], abs=1e-5)


def test_a_recording_that_is_over_before_its_start_is_not_seen():
    assert Acting(motion=TAKE, start_s=3.0).length_s == 0
