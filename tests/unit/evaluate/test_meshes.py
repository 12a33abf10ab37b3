"""Faces in space that are seen, hidden for a while, or hidden too long."""

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.evaluate.meshes import meshes

PICTURE = np.full((32, 32, 3), 128, np.uint8)


class Blinking:
    """A tracker that finds two faces, but none in some pictures."""

    def __init__(self, hidden: set[int]) -> None:
        self._hidden, self._shown = hidden, 0

    def faces(self, picture_HW3):
        return [mesh[:, :2] for mesh in self.meshes(picture_HW3)]

    def meshes(self, picture_HW3):
        frame, self._shown = self._shown, self._shown + 1
        return [] if frame in self._hidden else [np.full((478, 3), float(frame)), np.full((478, 3), -1.0)]


def test_the_largest_face_is_followed_and_hidden_frames_are_unknown():
    found = meshes([PICTURE] * 10, name="talk", fps=25.0, tracker=Blinking({3, 4}))
    assert found.shape == (10, 478, 3)
    assert np.isnan(found[3:5]).all()
    np.testing.assert_array_equal(found[[0, 2, 9], 0, 0], [0, 2, 9])


@pytest.mark.parametrize(
    ("pictures", "hidden", "message"),
    [
        ([PICTURE] * 10, {1, 2, 3, 4}, "hidden in 40% of 'talk'"),
        ([*[PICTURE] * 5, *[PICTURE + 100] * 5], set(), "cuts to another picture at 0.20 s"),
    ],
)
def test_films_of_no_single_face_are_refused(pictures, hidden, message):
    with pytest.raises(EmostageError, match=f"E117.*{message}"):
        meshes(pictures, name="talk", fps=25.0, tracker=Blinking(hidden))
