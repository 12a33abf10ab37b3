"""The person of a film, found in landmarks of a person that is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.face.actions import photo_actions
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, project
from emostage.face.sitter import READ_Q, SEEN, SEEN_52, prior_of_actions, sitter
from emostage.face.solve import solved

SIZE = (640, 480)
FOCAL = FOCAL_PER_SIZE * 512
AWAY = np.array([0.0, 0.0, FOCAL_PER_SIZE / SPREAD * 0.046])
REST, SAD, SMILING = {}, {"browInnerUp": 0.9, "mouthFrown": 0.8, "browDown": 0.5}, {"mouthSmile": 0.8, "cheekSquint": 0.5}


@pytest.fixture(scope="module")
def filmed(head) -> Callable[..., np.ndarray]:
    """Landmarks (T, 478, 2) in a film, as the face mesh shows them, of the head with broader cheeks."""
    shape_K = np.zeros(len(head.shape_names))
    shape_K[[0, 1, 8]] = [0.5, 0.5, -0.4]
    neutral_N3 = head.at_landmarks(head.vertices_V3 + np.tensordot(shape_K, head.shapes_KV3, 1)).astype(np.float64)
    seen_52N3 = photo_actions(head, neutral_N3) * SEEN_52[:, None, None]

    def make(*shown: dict[str, float]) -> np.ndarray:
        frames = []
        for weights in shown:
            points_N3 = neutral_N3 + np.tensordot(expression(**weights).astype(np.float64), seen_52N3, 1)
            irises_N3 = np.repeat(head.eye_centres_23 - np.array([0, 0, head.eye_radius_m]), 5, 0)
            pixels_L2 = project(np.concatenate([points_N3, irises_N3]), np.eye(3), AWAY, FOCAL) * 0.6
            frames.append(pixels_L2 + np.array(SIZE) / 2)
        return np.stack(frames)

    return make


@pytest.mark.parametrize("rest_at", [0, 3, 5])
def test_the_frame_at_rest_is_found(head, filmed, rest_at):
    shown = [SAD, SMILING] * 3
    shown[rest_at] = REST
    assert sitter(head, filmed(*shown), SIZE).neutral == rest_at


def test_expressions_are_read_from_the_face_at_rest(head, filmed):
    shown = [REST, *({name: weight * t / 3 for name, weight in SAD.items()} for t in range(4)), SMILING]
    landmarks_TL2 = filmed(*shown)
    person = sitter(head, landmarks_TL2, SIZE)
    weights_TQ, _, _ = solved(person.basis(), person.targets(landmarks_TL2))
    asked_TQ = np.stack([expression(**weights)[READ_Q] for weights in shown])
    assert np.abs(weights_TQ[0]).max() < 0.1
    assert np.corrcoef(weights_TQ.ravel(), asked_TQ.ravel())[0, 1] > 0.9
    assert 0.6 < weights_TQ.max() <= 1


def test_a_frame_that_is_named_is_at_rest_whatever_it_shows(head, filmed):
    landmarks_TL2 = filmed(REST, *[SMILING] * 5, REST)
    person = sitter(head, landmarks_TL2, SIZE, neutral=3)
    assert person.neutral == 3
    weights_TQ, _, _ = solved(person.basis(), person.targets(landmarks_TL2[[3]]))
    assert weights_TQ.max() < 0.05


def test_who_always_smiles_is_seen_to_smile(head, filmed):
    landmarks_TL2 = filmed(*[SMILING] * 3)
    person = sitter(head, landmarks_TL2, SIZE)
    weights_TQ, _, _ = solved(person.basis(), person.targets(landmarks_TL2))
    smile = weights_TQ[:, list(READ_Q).index(23)]
    assert smile.min() > 0.25


def test_priors_tie_the_sides_of_a_face_together():
    prior_QQ = prior_of_actions()
    np.testing.assert_allclose(prior_QQ, prior_QQ.T)
    assert np.linalg.eigvalsh(prior_QQ).min() > 0
    alike, apart = np.zeros((2, len(READ_Q)))
    left, right = (list(READ_Q).index(i) for i in (23, 24))
    alike[[left, right]], apart[[left, right]] = 0.5, [0.5, -0.5]
    assert apart @ prior_QQ @ apart > alike @ prior_QQ @ alike
    assert set(SEEN) >= {"jawOpen", "mouthSmile", "browInnerUp"}
