from __future__ import annotations

import numpy as np

from emostage.core.tracks import Portrait
from emostage.face.segment import matte
from emostage.face.topology import OVAL


def test_the_person_is_in_and_the_background_out(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    alpha = portrait.matte_SS
    assert alpha.shape == (512, 512)
    assert alpha.dtype == np.float32
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    x, y = portrait.landmarks_L2[:468].round().astype(int).T
    assert alpha[y, x].min() > 0.5
    assert (alpha[y, x] == 1).mean() > 0.95
    assert alpha[480:, 200:300].min() == 1  # the coat
    assert alpha[40:240, 440:].max() < 0.05  # the blue background
    assert alpha[60:250, :80].max() < 0.05  # the flag


def test_the_face_always_belongs_to_the_person() -> None:
    angle = np.linspace(0, 2 * np.pi, 468, endpoint=False)
    points = 256 + 80 * np.c_[np.sin(angle), -np.cos(angle)]
    points[list(OVAL)] = 256 + 90 * np.c_[np.sin(angle[: len(OVAL)]), -np.cos(angle[: len(OVAL)])]
    alpha = matte(np.full((512, 512, 3), 127, np.uint8), points)
    assert alpha[256, 256] == 1


def test_is_the_same_every_time(hopper: tuple[Portrait, object]) -> None:
    portrait = hopper[0]
    np.testing.assert_array_equal(matte(portrait.face_SS3, portrait.landmarks_L2), portrait.matte_SS)
