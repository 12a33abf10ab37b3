from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_INDEX, MIRROR_52, expression
from emostage.core.tracks import FaceFit, Portrait
from emostage.face.actions import photo_actions
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, euler_rad, fit, fit_video, project, rotation
from emostage.face.head import Head, load_head
from emostage.face.topology import MIRROR_L

AWAY_M = FOCAL_PER_SIZE / SPREAD * 0.046
"""A face of 46 mm spread at this distance is as large as the lens says."""


def pictured(head: Head, pose_deg: tuple[float, float, float] = (0, 0, 0), size: int = 512, **weights: float) -> np.ndarray:
    """Landmarks of the neutral person with an expression in a pose (pitch, yaw, roll), seen through the lens that is assumed."""
    pitch, yaw, roll = np.radians(pose_deg)
    turn = rotation(np.array([0, 0, roll])) @ rotation(np.array([0, -yaw, 0])) @ rotation(np.array([pitch, 0, 0]))
    posed = head.vertices_V3 + np.tensordot(expression(**weights), head.actions_52V3, 1)
    return project(head.at_landmarks(posed).astype(np.float64), turn, np.array([0.01, -0.02, AWAY_M]), 2.2 * size) + size / 2


@settings(max_examples=15, deadline=None)
@given(st.floats(-15, 15), st.floats(-30, 30), st.floats(-40, 40))
def test_finds_the_pose_again(pitch: float, yaw: float, roll: float) -> None:
    head = load_head()
    fitted = fit(head, pictured(head, (pitch, yaw, roll)), 512)
    found = np.degrees(euler_rad(fitted.rotation_33))
    np.testing.assert_allclose(found, [pitch, yaw, roll], atol=0.7)
    assert fitted.error_px < 0.3


def test_signs_of_the_pose_are_those_of_motion(head: Head) -> None:
    front = pictured(head)
    down, left, tilted = (pictured(head, pose) for pose in ((20, 0, 0), (0, 20, 0), (0, 0, 20)))
    assert (down - front)[1, 1] > 5  # nose goes down
    assert (left - front)[1, 0] > 5  # nose goes to the viewer's right
    assert (tilted - front)[10, 0] > 5  # crown goes to the viewer's right


@pytest.mark.parametrize("name", ["mouthSmileLeft", "mouthSmileRight", "jawOpen", "browInnerUp", "eyeBlinkLeft", "noseSneerRight"])
def test_tells_which_action_was_made(head: Head, name: str) -> None:
    fitted = fit(head, pictured(head, (3, -8, 5), **{name: 0.8}), 512)
    strongest = int(np.argmax(fitted.expression_52))
    assert strongest == ARKIT_INDEX[name]
    assert fitted.expression_52[strongest] > (0.2 if name.startswith("brow") else 0.35)  # brows are shared with identity


def test_weights_do_not_depend_on_the_size_of_the_crop(head: Head) -> None:
    small, large = (fit(head, pictured(head, (2, 5, -4), size, mouthSmile=0.5), size) for size in (512, 1024))
    np.testing.assert_allclose(small.expression_52, large.expression_52, atol=1e-6)
    np.testing.assert_allclose(small.shape_K, large.shape_K, atol=1e-6)
    assert large.focal_px == pytest.approx(2 * small.focal_px)
    assert large.error_px == pytest.approx(2 * small.error_px)


def test_a_mirrored_face_has_the_mirrored_expression(head: Head, hopper: tuple[Portrait, object]) -> None:
    points = hopper[0].landmarks_L2[:468]
    mirrored = (points * [-1, 1] + [512, 0])[MIRROR_L[:468]]
    straight, back = fit(head, points, 512), fit(head, mirrored, 512)
    np.testing.assert_allclose(back.expression_52[MIRROR_52], straight.expression_52, atol=0.08)
    assert euler_rad(back.rotation_33)[1] == pytest.approx(-euler_rad(straight.rotation_33)[1], abs=0.01)


def test_noise_on_one_side_is_shared_by_both(head: Head) -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    noisy = pictured(head) + generator.normal(0, 1.0, (468, 2))
    fitted = fit(head, noisy, 512)
    assert np.abs(fitted.expression_52 - fitted.expression_52[MIRROR_52]).max() < 0.2


def test_the_fit_projects_onto_the_landmarks(head: Head, hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    fitted: FaceFit = portrait.fit
    neutral = head.at_landmarks(fitted.vertices_V3).astype(np.float64)
    posed = neutral + np.tensordot(fitted.expression_52, photo_actions(head, neutral), 1)
    points = project(posed, fitted.rotation_33, fitted.translation_3, fitted.focal_px) + 256
    error = np.sqrt(((points - portrait.landmarks_L2[:468]) ** 2).sum(1).mean())
    assert error == pytest.approx(fitted.error_px, rel=0.01)
    assert error < 2.5
    assert fitted.expression_52.min() >= 0
    assert fitted.expression_52.max() <= 1


@pytest.mark.parametrize("points", [np.zeros((468, 2)), np.full((468, 2), np.nan), np.zeros((10, 2))])
def test_landmarks_that_are_none_are_refused(head: Head, points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="468 finite landmarks"):
        fit(head, points, 512)


def test_a_film_is_followed_frame_by_frame(head: Head) -> None:
    identity = fit(head, pictured(head), 512)
    opening = np.linspace(0, 0.6, 8)
    frames = np.stack([pictured(head, (0, 2 * t, 0), jawOpen=float(w)) for t, w in enumerate(opening)])
    expression_T52, rotation_T33, translation_T3 = fit_video(head, frames, identity, 512)
    assert expression_T52.shape == (8, 52)
    assert translation_T3.shape == (8, 3)
    np.testing.assert_allclose(expression_T52[:, ARKIT_INDEX["jawOpen"]], opening, atol=0.1)
    np.testing.assert_allclose([euler_rad(r)[1] for r in rotation_T33], np.radians(2 * np.arange(8)), atol=0.02)
