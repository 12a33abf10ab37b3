"""A film of a person whose motion is known, as motion."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.face import actor
from emostage.face.actions import millimetre, photo_actions
from emostage.face.actor import hold_of, motion_from, motion_of_actor, read_acting
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, project
from emostage.face.head import neck
from emostage.face.sitter import SEEN_52, sitter

FPS = Fraction(25)
COUNT, SIZE = 36, (640, 480)
FOCAL = FOCAL_PER_SIZE * 512
AWAY = np.array([0.0, 0.0, FOCAL_PER_SIZE / SPREAD * 0.046])
SWING = np.sin(np.linspace(0, 2 * np.pi, COUNT))
RISE = np.clip(SWING, 0, 1)
YAW, PITCH, ROLL = 0.25, 0.1, 0.15
LEFT = ARKIT_INDEX["eyeLookOutLeft"]


@pytest.fixture(scope="module")
def landmarks(head) -> np.ndarray:
    """Somebody turned aside who swings about, leans in, opens the mouth, smiles, and looks about."""
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    seen_52N3 = photo_actions(head, neutral_N3) * SEEN_52[:, None, None]
    neck_3 = neck(head, millimetre(neutral_N3))
    aside_33 = actor._turned(np.array([0.05, 0.15, 0.0]))
    frames = []
    for swing, rise in zip(SWING, RISE, strict=True):
        shown_52 = expression(jawOpen=0.5 * rise, mouthSmile=0.7 * rise).astype(np.float64)
        points_N3 = neutral_N3 + np.tensordot(shown_52, seen_52N3, 1)
        gaze = np.array([np.sin(0.2 + 0.26 * swing), 0, -np.cos(0.2 + 0.26 * swing)]) * head.eye_radius_m
        both_N3 = np.concatenate([points_N3, np.repeat(head.eye_centres_23 + gaze, 5, 0)])
        turn_33 = aside_33 @ actor._turned(np.array([PITCH, YAW, ROLL]) * swing)
        moved_N3 = (both_N3 - neck_3) @ turn_33.T + neck_3 + np.array([0.03, 0.01, -0.05]) * swing
        frames.append(project(moved_N3, np.eye(3), AWAY, FOCAL) * 0.6 + np.array(SIZE) / 2)
    return np.stack(frames)


@pytest.fixture(scope="module")
def motion(head, landmarks):
    return motion_of_actor(head, landmarks, SIZE, FPS)[0]


def test_the_head_is_found_relative_to_how_it_is_held(motion):
    asked_T3 = SWING[:, None] * [PITCH, YAW, ROLL]
    np.testing.assert_allclose(motion.rotation_T3 - motion.rotation_T3.mean(0), asked_T3, atol=np.radians(2.0))
    assert np.abs(np.median(motion.rotation_T3, 0)).max() < np.radians(1.5)
    for moved_T, asked_T in ((motion.shift_T2[:, 0], SWING), (motion.scale_T, SWING)):
        assert np.corrcoef(moved_T, asked_T)[0, 1] > 0.98
    assert np.ptp(motion.scale_T) == pytest.approx(2 * 0.05 / AWAY[2], rel=0.3)


def test_expression_and_gaze_are_found(motion):
    jaw_T, smile_T = (motion.expression_T52[:, ARKIT_INDEX[name]] for name in ("jawOpen", "mouthSmileLeft"))
    assert np.corrcoef(jaw_T, RISE)[0, 1] > 0.97
    assert np.corrcoef(smile_T, RISE)[0, 1] > 0.97
    assert jaw_T.max() == pytest.approx(0.5, abs=0.12)
    assert smile_T.max() == pytest.approx(0.7, abs=0.2)
    looked_T = motion.expression_T52[:, LEFT] - motion.expression_T52[:, ARKIT_INDEX["eyeLookInLeft"]]
    np.testing.assert_allclose(looked_T, 0.26 * SWING / np.radians(30), atol=0.15)


def test_pieces_join_without_a_seam(head, landmarks, motion, monkeypatch):
    monkeypatch.setattr(actor, "_CHUNK", 13)
    pieced, _ = motion_of_actor(head, landmarks, SIZE, FPS)
    np.testing.assert_allclose(pieced.expression_T52, motion.expression_T52, atol=0.03)
    np.testing.assert_allclose(pieced.rotation_T3, motion.rotation_T3, atol=0.003)


def test_a_named_frame_is_where_all_is_at_rest(head, landmarks):
    motion, neutral = motion_of_actor(head, landmarks, SIZE, FPS, neutral=10)
    assert neutral == 10
    assert motion.expression_T52[10].max() < 0.06
    assert np.abs(motion.rotation_T3[10]).max() < np.radians(1.5)
    assert motion.scale_T[10] == pytest.approx(1, abs=0.01)


def test_turns_are_taken_apart_as_they_are_put_together():
    from emostage.face.fit import euler_rad

    np.testing.assert_allclose(euler_rad(actor._turned(np.array([0.2, -0.3, 0.4]))), [0.2, -0.3, 0.4], atol=1e-12)


def test_motion_is_relative_to_how_head_and_eyes_are_held(head, landmarks):
    """Where they are held as in some frames, those frames are at rest."""
    person = sitter(head, landmarks, SIZE)
    done = read_acting(person, head, landmarks, np.median(landmarks[person.near], 0))
    some = slice(7, 12)
    hold = hold_of(person, head, done, some)
    motion = motion_from(done, person, hold, FPS)
    assert np.abs(np.median(motion.rotation_T3[some], 0)).max() < np.radians(1)
    assert np.abs(np.median(motion.shift_T2[some], 0)).max() < 0.01
    assert np.median(motion.scale_T[some]) == pytest.approx(1, abs=0.01)
    looked_T = motion.expression_T52[:, LEFT] - motion.expression_T52[:, ARKIT_INDEX["eyeLookInLeft"]]
    assert abs(np.median(looked_T[some])) < 0.05 < np.abs(looked_T).max()
    other = motion_from(done, person, hold_of(person, head, done, slice(24, 29)), FPS)
    assert other.rotation_T3[9, 1] > np.radians(10), "seen from where the head is turned the other way"


def test_a_film_is_read_frame_for_frame(head, landmarks, monkeypatch):
    person = sitter(head, landmarks, SIZE)
    rest = np.median(landmarks[person.near], 0)
    whole = read_acting(person, head, landmarks, rest)
    assert [len(part) for part in vars(whole).values()] == [COUNT] * 3
    monkeypatch.setattr(actor, "_CHUNK", 10)
    pieced = read_acting(person, head, landmarks, rest)
    np.testing.assert_allclose(pieced.expression_T52, whole.expression_T52, atol=0.03)
    np.testing.assert_allclose(pieced.translation_T3, whole.translation_T3, atol=0.005)
