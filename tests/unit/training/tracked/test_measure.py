"""Measures of a real face, as it is and made worse."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from emostage.face.picture import read_picture
from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.track import FaceMeshTracker
from emostage.training.tracked.measure import Seen, on_the_whole, seen


@pytest.fixture(scope="module")
def face() -> tuple[np.ndarray, np.ndarray]:
    picture_HW3 = read_picture("sample/astronaut")
    with FaceMeshTracker() as tracker:
        return picture_HW3, tracker.faces(picture_HW3)[0]


def test_a_good_picture(face) -> None:
    picture_HW3, landmarks_L2 = face
    found = seen(picture_HW3, landmarks_L2, 0.5)
    height = np.linalg.norm(landmarks_L2[FOREHEAD] - landmarks_L2[CHIN])
    assert found.face_px == pytest.approx(2 * height)
    assert found.sharp > 0.6
    assert 0.3 < found.lightness < 0.9
    assert found.burnt < 0.1
    assert abs(found.side_light) < 1.5


def test_blur_dark_glare_and_a_shadow_are_seen(face) -> None:
    picture_HW3, landmarks_L2 = face
    good = seen(picture_HW3, landmarks_L2, 1.0)
    assert seen(cv2.GaussianBlur(picture_HW3, (0, 0), 3.0), landmarks_L2, 1.0).sharp < 0.5 * good.sharp
    assert seen((picture_HW3 * 0.15).astype(np.uint8), landmarks_L2, 1.0).lightness < 0.13
    assert seen(np.clip(picture_HW3 * 2.2, 0, 255).astype(np.uint8), landmarks_L2, 1.0).burnt > 0.15
    shade_W = np.where(np.arange(picture_HW3.shape[1]) > landmarks_L2[168, 0], 0.35, 1.0)
    shaded = seen((picture_HW3 * shade_W[:, None]).astype(np.uint8), landmarks_L2, 1.0)
    assert shaded.side_light < good.side_light - 2


def test_faces_over_the_border_are_measured_as_far_as_they_go(face) -> None:
    picture_HW3, landmarks_L2 = face
    corner_2 = landmarks_L2[168]
    rest = np.ascontiguousarray(picture_HW3[int(corner_2[1]) :, int(corner_2[0]) :])
    assert np.isfinite(list(vars(seen(rest, landmarks_L2 - corner_2.astype(int), 1.0)).values())).all()
    assert np.isfinite(list(vars(seen(rest, landmarks_L2 - 2000, 1.0)).values())).all()


def test_on_the_whole_is_the_median() -> None:
    some = [Seen(face_px=n, sharp=1.0, lightness=0.5, burnt=0.0, side_light=-n) for n in (1.0, 2.0, 90.0)]
    assert on_the_whole(some) == Seen(face_px=2.0, sharp=1.0, lightness=0.5, burnt=0.0, side_light=-2.0)
