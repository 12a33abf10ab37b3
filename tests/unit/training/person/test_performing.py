"""Pieces of films, as manners are fitted to them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.face import actor
from emostage.face.actions import millimetre
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, project
from emostage.face.head import load_head, neck
from emostage.training.person.performing import piece_of, pieces_of
from emostage.training.person.store import Take


def nodding(roll: float, frames: int) -> np.ndarray:
    """Landmarks of somebody who nods with a tilted head, in 512 pixels."""
    head = load_head()
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    neck_3, focal = neck(head, millimetre(neutral_N3)), FOCAL_PER_SIZE * 512
    gaze = np.array([0.0, 0.0, -1.0]) * head.eye_radius_m
    both_N3 = np.concatenate([neutral_N3, np.repeat(head.eye_centres_23 + gaze, 5, 0)])
    seen = []
    for nod in np.sin(np.linspace(0, 2 * np.pi, frames)):
        turned_N3 = (both_N3 - neck_3) @ actor._turned(np.array([0.05 * nod, 0.0, roll])).T + neck_3
        seen.append(project(turned_N3, np.eye(3), np.array([0.0, 0.0, FOCAL_PER_SIZE / SPREAD * 0.046]), focal) + 256.0)
    return np.stack(seen)


@pytest.mark.parametrize("roll", [0.0, 0.12])
def test_how_the_head_is_held_is_told_and_not_taken_for_a_movement(roll) -> None:
    piece = piece_of(nodding(roll, 12), (512, 512), Fraction(25), None)
    assert piece.seconds == pytest.approx(12 / 25)
    assert piece.roll_rad == pytest.approx(roll, abs=0.03)
    assert np.abs(np.median(piece.motion.rotation_T3, 0)).max() < 0.02


def test_takes_that_last_and_sound_are_pieces() -> None:
    def take(frames: int, *, sound: bool = True) -> Take:
        return Take(
            name="a",
            source="a.mp4",
            first_s=0.0,
            pictures=[b""] * frames,
            size_px=(512, 512),
            landmarks_TL2=nodding(0.0, frames).astype(np.float32),
            seen_T=np.ones(frames, bool),
            samples_S=np.full(frames * 640, 1000, np.int16) if sound else None,
        )

    found = pieces_of([take(10), take(50), take(50, sound=False), take(1, sound=False)])
    assert [piece.seconds for piece in found] == [2.0]
    assert found[0].audio is not None
    assert found[0].audio.samples_S[0] == pytest.approx(1000 / 32768)
