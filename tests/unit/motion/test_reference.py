"""The reference performer as a whole."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES
from emostage.core.time import FRAME_RATES
from emostage.core.tracks import Directions, Gesture, MotionTrack
from emostage.motion.reference import ReferencePerformer

PERFORM = ReferencePerformer().perform
OPEN, PRESS, ROLL = (ARKIT_INDEX[n] for n in ("jawOpen", "mouthPressLeft", "mouthRollLower"))
EYES = [i for i, n in enumerate(ARKIT_NAMES) if n.startswith(("eyeLook", "eyeBlink"))]
PARTED = [ARKIT_INDEX[n] for n in ("jawOpen", "mouthLowerDownLeft", "mouthUpperUpLeft", "mouthFunnel")]


def closures(motion: MotionTrack, take, lead_s: float) -> tuple[int, int]:
    """How many of the p b m of a take have a shut frame, and how many there are."""
    times_T = (np.arange(len(motion)) + 0.5) / float(motion.fps)
    shut_T = (motion.expression_T52[:, PRESS] > 0.42) & (motion.expression_T52[:, OPEN] < 0.02)
    labials = [p for p in take.phones if p.text and p.text[0] in "pbm"]
    margin_s = 0.5 / float(motion.fps)
    hit = [bool(shut_T[(times_T > lead_s + p.start_s - margin_s) & (times_T < lead_s + p.end_s + margin_s)].any()) for p in labials]
    return sum(hit), len(hit)


@pytest.mark.parametrize("fps", [24, 25, 30, 60, Fraction(24000, 1001)])
@pytest.mark.parametrize("happy", [0.0, 0.9])
def test_lips_shut_in_every_p_b_m(make, speak, fps, happy: float) -> None:
    take = speak(times=4)
    shut, count = closures(PERFORM(make(take, fps=fps, happy=happy), seed=1), take, 0.3)
    assert count == 28
    assert shut >= 0.99 * count


def test_f_and_v_bring_the_lower_lip_to_the_teeth(make, take) -> None:
    motion = PERFORM(make(take), seed=1)
    for phone in (p for p in take.phones if p.text in ("f", "v")):
        inside = slice(int((0.3 + phone.start_s) * 25), int((0.3 + phone.end_s) * 25) + 1)
        assert motion.expression_T52[inside, ROLL].max() > 0.4


def test_shapes_ranges_and_types(make, take) -> None:
    performance = make(take, fps=30, happy=0.6)
    motion = PERFORM(performance, seed=0)
    assert motion.fps == 30
    for field in fields(motion):
        value = getattr(motion, field.name)
        if isinstance(value, np.ndarray):
            assert value.dtype == np.float32
            assert len(value) == performance.count
            assert np.isfinite(value).all()
    for value in (motion.expression_T52, motion.tongue_T, motion.breath_T):
        assert value.min() >= 0
        assert value.max() <= 1
    assert np.degrees(np.abs(motion.rotation_T3)).max() < 20
    assert np.abs(motion.scale_T - 1).max() < 0.05
    assert np.abs(motion.shift_T2).max() < 0.06


@pytest.mark.parametrize("seed", range(4))
def test_clips_begin_and_end_at_rest(make, speak, seed: int) -> None:
    for take in (speak(), speak("p .1 a .2 m .3"), None):
        performance = make(take, happy=0.3, lead_s=0.1)
        motion = PERFORM(performance, seed=seed)
        shown = np.setdiff1d(np.arange(52), EYES)
        for frame in (0, -1):
            rest_52 = performance.emotion.silent_T52[frame]
            assert np.allclose(motion.expression_T52[frame, shown], rest_52[shown], atol=1e-5)
            assert np.allclose(motion.rotation_T3[frame], performance.emotion.posture_T3[frame], atol=1e-6)
            assert not motion.shift_T2[frame].any()
            assert motion.scale_T[frame] == 1
            assert motion.breath_T[frame] == 0
            assert not motion.expression_T52[frame, ARKIT_INDEX["eyeBlinkLeft"]]


def test_same_seed_same_motion_and_another_seed_another(make, take) -> None:
    first, again, other = (PERFORM(make(take), seed=s) for s in (5, 5, 6))
    for field in fields(first):
        a, b = getattr(first, field.name), getattr(again, field.name)
        assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
    assert not np.allclose(first.rotation_T3, other.rotation_T3)
    assert not np.allclose(first.expression_T52[:, EYES], other.expression_T52[:, EYES])


def test_lips_do_not_depend_on_the_seed(make, take) -> None:
    a, b = (PERFORM(make(take), seed=s).expression_T52[:, OPEN] for s in (1, 2))
    assert np.allclose(a, b)


def test_a_statue_only_speaks_and_feels(make, take) -> None:
    performance = make(take, liveliness=0.0, happy=0.5)
    a, b = (PERFORM(performance, seed=s) for s in (1, 2))
    assert np.array_equal(a.expression_T52, b.expression_T52)
    assert np.allclose(a.rotation_T3, performance.emotion.posture_T3)
    assert not a.breath_T.any()
    assert a.expression_T52[:, OPEN].max() > 0.2


def test_liveliness_scales_the_motion(make, take) -> None:
    spread = [
        np.mean([PERFORM(make(take, liveliness=x), seed=s).rotation_T3.std(0) for s in range(6)]) for x in (0.0, 0.5, 1.0, 1.5)
    ]
    assert spread[0] < 1e-6
    assert spread[0] < spread[1] < spread[2] < spread[3]


def test_statistics_of_a_natural_performance(make, speak) -> None:
    motions = [PERFORM(make(speak(times=5)), seed=s) for s in range(8)]
    pitch, yaw, roll = np.degrees(np.mean([m.rotation_T3.std(0) for m in motions], 0))
    assert 1.5 < pitch < 3.0
    assert 1.7 < yaw < 3.5
    assert 1.2 < roll < 2.9
    lids = [(np.diff((m.expression_T52[:, ARKIT_INDEX["eyeBlinkLeft"]] > 0.9).astype(int)) > 0).sum() for m in motions]
    assert 12 <= np.sum(lids) / (sum(len(m) for m in motions) / 25 / 60) <= 25


SPEED = {"jawOpen": 6.0, "mouthSmile": 8.0, "brow": 5.0, "cheek": 5.0, "eyeSquint": 5.0, "noseSneer": 5.0, "mouthStretch": 9.0}


@pytest.mark.parametrize("fps", [25, 60])
def test_nothing_but_eyes_lids_and_contacts_jumps(make, speak, fps: int) -> None:
    for seed in range(3):
        motion = PERFORM(make(speak(times=3), fps=fps, happy=0.7), seed=seed)
        step_T52 = np.abs(np.diff(motion.expression_T52, axis=0)) * fps
        touching_T = motion.expression_T52[:, PRESS] + motion.expression_T52[:, ROLL] > 0.01
        assert step_T52[:, OPEN].max() < 12
        step_T52[touching_T[1:] | touching_T[:-1], OPEN] = 0.0  # closures are faster than vowels
        for stem, limit in SPEED.items():
            columns = [i for i, n in enumerate(ARKIT_NAMES) if n.startswith(stem)]
            assert step_T52[:, columns].max() < limit, stem
        assert step_T52[:, [i for i in range(52) if i not in EYES]].max() < 20
        assert np.degrees(np.abs(np.diff(motion.rotation_T3, axis=0)).max()) * fps < 90
        assert np.abs(np.diff(motion.shift_T2, axis=0)).max() * fps < 0.08
        assert np.abs(np.diff(motion.breath_T)).max() * fps < 5


def test_frame_rates_agree_up_to_sampling(make, take) -> None:
    slow, fast = (PERFORM(make(take, fps=f), seed=3) for f in (20, 60))
    count = min(len(slow), len(fast.rotation_T3[1::3]))
    assert np.degrees(np.abs(slow.rotation_T3[:count] - fast.rotation_T3[1::3][:count])).max() < 0.8
    still = [ARKIT_INDEX[n] for n in ("browInnerUp", "browOuterUpLeft", "eyeSquintLeft", "mouthPucker")]
    assert np.abs(slow.expression_T52[:count, still] - fast.expression_T52[1::3][:count, still]).max() < 0.08


def test_gaze_of_the_script_is_obeyed_while_the_head_moves(make, take) -> None:
    def left(count: int) -> Directions:
        gaze_T2 = np.full((count, 2), np.nan, np.float32)
        gaze_T2[30:60] = np.radians([14.0, 0.0])
        return Directions(gaze_T2=gaze_T2, head_T3=np.full((count, 3), np.nan, np.float32))

    motion = PERFORM(make(take, directions=left), seed=2)
    eye_T = 30.0 * (
        motion.expression_T52[:, ARKIT_INDEX["eyeLookOutLeft"]] - motion.expression_T52[:, ARKIT_INDEX["eyeLookInLeft"]]
    )
    assert np.abs(eye_T + np.degrees(motion.rotation_T3[:, 1]) - 14.0)[31:59].max() < 0.5
    free = PERFORM(make(take), seed=2)
    assert np.degrees((motion.rotation_T3 - free.rotation_T3)[40:58, 1]).mean() > 2


def test_gestures_and_held_heads_of_the_script_are_obeyed(make, take) -> None:
    def nod(count: int) -> Directions:
        nothing = np.full((count, 3), np.nan, np.float32)
        return Directions(gaze_T2=nothing[:, :2], head_T3=nothing, gestures=(Gesture(kind="nod", at_s=2.0),))

    def turned(count: int) -> Directions:
        head_T3 = np.full((count, 3), np.nan, np.float32)
        head_T3[30:60] = np.radians([0.0, -15.0, 5.0])
        return Directions(gaze_T2=head_T3[:, :2] * np.nan, head_T3=head_T3)

    with_nod, plain = PERFORM(make(take, directions=nod), seed=2), PERFORM(make(take), seed=2)
    assert np.degrees((with_nod.rotation_T3 - plain.rotation_T3)[:, 0]).max() > 7
    held = PERFORM(make(take, directions=turned), seed=2)
    assert np.abs(np.degrees(held.rotation_T3[30:60]) - [0, -15, 5]).max() < 2.0


def test_a_listener_keeps_the_lips_closed_and_stays_alive(make) -> None:
    motion = PERFORM(make(None, beat_s=8.0), seed=4)
    assert motion.expression_T52[:, PARTED].max() < 0.02
    assert np.degrees(motion.rotation_T3).std(0).max() > 0.5
    assert motion.breath_T.max() > 0.2


def test_recordings_without_transcript_move_the_mouth(make, take) -> None:
    performance = make(take)
    assert performance.speech is not None
    motion = PERFORM(replace(performance, speech=replace(performance.speech, phones=())), seed=0)
    assert motion.expression_T52[:, OPEN].max() > 0.1
    assert motion.expression_T52[[0, -1]][:, PARTED].max() == 0


def test_without_features_and_phones_the_mouth_stays_shut(make, take) -> None:
    performance = make(take, features=False)
    motion = PERFORM(replace(performance, speech=replace(performance.speech, phones=())), seed=0)
    assert motion.expression_T52[:, OPEN].max() == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(0, 12), fps=st.sampled_from(sorted(FRAME_RATES)), live=st.floats(0, 1.5), seed=st.integers(0, 2**31))
def test_tiny_clips(make, take, count: int, fps: float, live: float, seed: int) -> None:
    whole = make(None, fps=FRAME_RATES[fps], beat_s=1.0, liveliness=live)
    emotion = replace(
        whole.emotion,
        **{n: getattr(whole.emotion, n)[:count] for n in ("weights_T8", "silent_T52", "speaking_T52", "posture_T3", "arousal_T")},
    )
    asked = Directions(gaze_T2=whole.directions.gaze_T2[:count], head_T3=whole.directions.head_T3[:count])
    for speech in (None, take):
        motion = PERFORM(replace(whole, count=count, emotion=emotion, directions=asked, speech=speech), seed=seed)
        assert motion.expression_T52.shape == (count, 52)
        assert np.isfinite(motion.expression_T52).all()
        if count:
            assert not motion.rotation_T3[0].any()


def test_ten_minutes_take_no_longer_by_the_second_than_ten_seconds(make, speak) -> None:
    performance = make(speak(times=147))
    assert performance.count / 25 > 590
    begin = time.process_time()
    PERFORM(performance, seed=0)
    assert (time.process_time() - begin) / (performance.count / 25) < 0.010


def test_a_clip_begins_and_ends_in_the_poses_of_its_neighbours(make, take) -> None:
    plain = make(take)
    joined = replace(plain, enter_rad=(0.02, -0.05, 0.03), leave_rad=(-0.01, 0.04, 0.0))
    motion, alone = PERFORM(joined, seed=2), PERFORM(plain, seed=2)
    begin_3, end_3 = (motion.rotation_T3 - alone.rotation_T3)[[0, -1]]
    assert np.allclose(begin_3, joined.enter_rad, atol=1e-6)
    assert np.allclose(end_3, joined.leave_rad, atol=1e-6)
    assert np.abs(np.diff(motion.rotation_T3 - alone.rotation_T3, axis=0)).max() < 0.006
