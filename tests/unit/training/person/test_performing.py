"""Pieces of films, as manners are fitted to them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.face import actor
from emostage.face.actions import millimetre
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, project
from emostage.face.head import load_head, neck
from emostage.training.person.performing import piece_of


@pytest.mark.parametrize("roll", [0.0, 0.12])
def test_how_the_head_is_held_is_told_and_not_taken_for_a_movement(roll) -> None:
    head = load_head()
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    neck_3, focal = neck(head, millimetre(neutral_N3)), FOCAL_PER_SIZE * 512
    gaze = np.array([0.0, 0.0, -1.0]) * head.eye_radius_m
    both_N3 = np.concatenate([neutral_N3, np.repeat(head.eye_centres_23 + gaze, 5, 0)])
    frames = []
    for nod in np.sin(np.linspace(0, 2 * np.pi, 12)):
        turned_N3 = (both_N3 - neck_3) @ actor._turned(np.array([0.05 * nod, 0.0, roll])).T + neck_3
        frames.append(project(turned_N3, np.eye(3), np.array([0.0, 0.0, FOCAL_PER_SIZE / SPREAD * 0.046]), focal) + 256.0)
    piece = piece_of(np.stack(frames), (512, 512), Fraction(25), None)
    assert piece.seconds == pytest.approx(12 / 25)
    assert piece.roll_rad == pytest.approx(roll, abs=0.03)
    assert np.abs(np.median(piece.motion.rotation_T3, 0)).max() < 0.02
