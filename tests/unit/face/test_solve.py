"""Pose and weights of a face whose weights are known."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.face.actions import photo_actions
from emostage.face.fit import FOCAL_PER_SIZE, FOCAL_PX, SPREAD, WEIGHT_N, Basis, euler_rad, project, rotation
from emostage.face.sitter import READ_Q
from emostage.face.solve import solved

AWAY = np.array([0.01, 0.02, FOCAL_PER_SIZE / SPREAD * 0.046])


@pytest.fixture(scope="module")
def basis(head) -> Basis:
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    return Basis(
        neutral_N3=neutral_N3,
        field_QN3=photo_actions(head, neutral_N3)[READ_Q],
        prior_QQ=np.eye(len(READ_Q)),
        weight_N=WEIGHT_N,
    )


def seen(basis: Basis, weights_TQ, turns_T3) -> np.ndarray:
    return np.stack(
        [
            project(basis.neutral_N3 + np.tensordot(w, basis.field_QN3, 1), rotation(r), AWAY, FOCAL_PX)
            for w, r in zip(weights_TQ, turns_T3, strict=True)
        ]
    )


def test_known_weights_and_turns_are_found(basis):
    random = np.random.default_rng(0)
    weights_TQ = random.uniform(0, 1, (6, len(READ_Q))) * (random.uniform(0, 1, (6, len(READ_Q))) < 0.25)
    turns_T3 = np.cumsum(random.uniform(-0.05, 0.05, (6, 3)), 0)
    found_TQ, rotation_T33, translation_T3 = solved(basis, seen(basis, weights_TQ, turns_T3))
    assert ((found_TQ >= 0) & (found_TQ <= 1)).all()
    assert np.abs(found_TQ - weights_TQ).mean() < 0.02
    for found_33, turn_3 in zip(rotation_T33, turns_T3, strict=True):
        np.testing.assert_allclose(euler_rad(found_33), euler_rad(rotation(turn_3)), atol=np.radians(0.5))
    np.testing.assert_allclose(translation_T3, np.tile(AWAY, (6, 1)), atol=0.003)


def test_nothing_pulls_below_rest(basis):
    """A jaw that lies higher than at rest is not given opposite weights that cancel."""
    jaw = list(READ_Q).index(ARKIT_INDEX["jawOpen"])
    lifted_TQ = np.zeros((1, len(READ_Q)))
    lifted_TQ[:, jaw] = -0.1
    found_TQ, _, _ = solved(basis, seen(basis, lifted_TQ, np.zeros((1, 3))))
    assert found_TQ.min() == found_TQ[0, jaw] == 0
    assert found_TQ.max() <= 1


def test_free_weights_may_be_negative(basis):
    weights_TQ = np.zeros((1, len(READ_Q)))
    weights_TQ[:, :3] = [-0.6, 0.5, 1.4]
    found_TQ, _, _ = solved(basis, seen(basis, weights_TQ, np.zeros((1, 3))), free=3)
    np.testing.assert_allclose(found_TQ[0, :3], weights_TQ[0, :3], atol=0.1)
