from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.tracks import Crop
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, euler_rad, fit, project, rotation
from emostage.face.perform import performed

FOCAL = FOCAL_PER_SIZE * 512
AWAY = np.array([0.0, 0.02, FOCAL_PER_SIZE / SPREAD * 0.046])


def posed(head, weights, rotation_33, translation_3, gaze=(0.0, 0.0)):
    """Crop pixels of a head's landmarks and of its irises under a gaze (yaw, pitch down)."""
    points = head.at_landmarks(head.vertices_V3) + np.tensordot(weights, head.at_landmarks(head.actions_52V3), 1)
    yaw, down = gaze
    ahead = np.array([np.sin(yaw) * np.cos(down), np.sin(down), -np.cos(yaw) * np.cos(down)]) * head.eye_radius_m
    irises = np.repeat(head.eye_centres_23 + ahead, 5, 0)
    both = np.concatenate([points, irises]).astype(np.float64)
    return project(both, rotation_33, translation_3, FOCAL) + 256


@pytest.fixture(scope="module")
def person(head, hopper):
    """A portrait that is the head itself, looking ahead with its mouth a little open."""
    landmarks = posed(head, expression(jawOpen=0.2), np.eye(3), AWAY)
    return replace(
        hopper[0], landmarks_L2=landmarks, fit=fit(head, landmarks, 512), crop=Crop(left=0.0, top=0.0, scale=1.0, size_px=512)
    )


def test_pose_and_expression_are_found_again(head, person):
    weights = np.stack([expression(jawOpen=0.2 + 0.1 * t, mouthSmile=0.15 * t) for t in range(5)])
    turns = [rotation(np.array([0.02 * t, -0.05 * t, 0.03 * t])) for t in range(5)]
    moves = AWAY + np.arange(5)[:, None] * [0.004, -0.003, 0.01]
    seen = np.stack([posed(head, w, r, t) for w, r, t in zip(weights, turns, moves, strict=True)])
    result = performed(person, head, seen)
    for name in ("jawOpen", "mouthSmileLeft", "mouthSmileRight"):
        np.testing.assert_allclose(result.expression_T52[:, ARKIT_INDEX[name]], weights[:, ARKIT_INDEX[name]], atol=0.12)
    found = [np.degrees(euler_rad(r)) for r in result.rotation_T33]
    np.testing.assert_allclose(found, [np.degrees(euler_rad(r)) for r in turns], atol=1.0)
    np.testing.assert_allclose(result.translation_T3[:, :2], moves[:, :2], atol=0.003)
    depth = result.translation_T3[:, 2]
    np.testing.assert_allclose(depth / depth[0], moves[:, 2] / AWAY[2], atol=0.01)


def test_gaze_is_read_relative_to_the_head(head, person):
    turn = rotation(np.array([0.0, -0.2, 0.0]))
    ahead, left, down, turned = (
        posed(head, expression(jawOpen=0.2), r, AWAY, gaze)
        for r, gaze in ((np.eye(3), (0, 0)), (np.eye(3), (0.26, 0)), (np.eye(3), (0, 0.22)), (turn, (0, 0)))
    )
    weights = performed(person, head, np.stack([ahead, left, down, turned])).expression_T52
    looks = weights[:, [ARKIT_INDEX[n] for n in ("eyeLookOutLeft", "eyeLookInRight", "eyeLookDownLeft", "eyeLookDownRight")]]
    np.testing.assert_allclose(looks[[0, 3]], 0, atol=0.08)
    np.testing.assert_allclose(looks[1, :2], 0.26 / np.radians(30), atol=0.1)
    np.testing.assert_allclose(looks[2, 2:], 0.22 / np.radians(25), atol=0.1)


def test_one_frame_blinks_and_closures_are_kept(head, person):
    frames = [expression(jawOpen=0.2)] * 6
    frames[2] = expression(jawOpen=0.2, eyeBlink=0.75)  # beyond, the lids of the bare head pass each other
    frames[4] = expression()
    result = performed(person, head, np.stack([posed(head, w, np.eye(3), AWAY) for w in frames])).expression_T52
    blink, jaw = result[:, ARKIT_INDEX["eyeBlinkLeft"]], result[:, ARKIT_INDEX["jawOpen"]]
    assert blink[2] > 0.9
    assert blink[[0, 1, 3, 5]].max() < 0.05
    assert jaw[4] < 0.05
    assert jaw[[0, 3, 5]].min() > 0.15
