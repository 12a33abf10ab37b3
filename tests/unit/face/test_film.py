import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.face.film import follow, read_face
from emostage.face.topology import MIRROR_L

SIZE = 96


_HALF = np.random.default_rng(0).uniform(-1.5, 1.5, (478, 2))
SYMMETRIC = (_HALF + _HALF[MIRROR_L] * [-1, 1]) / 2


class Marked:
    """A tracker whose face lies around the bright square of a picture and is as large as three of it."""

    def faces(self, picture_HW3: np.ndarray) -> list[np.ndarray]:
        grey = picture_HW3.mean(-1)
        if grey.max() < 100:
            return []
        rows, columns = np.nonzero(grey > 0.6 * grey.max())
        return [np.array([columns.mean() + 0.5, rows.mean() + 0.5]) + SYMMETRIC * np.sqrt(len(rows))]


def frame(x: float | None, grey: int = 40) -> np.ndarray:
    picture = np.full((SIZE, SIZE, 3), grey, np.uint8)
    if x is not None:
        picture[44:52, int(x) - 4 : int(x) + 4] = 255
    return picture


def followed(frames: list[np.ndarray]) -> np.ndarray:
    return follow(Marked(), iter(frames), Marked().faces(frames[0])[0], name="clip.mp4")


def test_a_face_is_followed():
    middles = followed([frame(x) for x in range(40, 50)])[:, :, 0].mean(1)
    np.testing.assert_allclose(middles, np.arange(40, 50), atol=0.7)


def test_hidden_frames_are_filled_in():
    xs = [40, 42, 44, None, 48, 50, 52, 54]
    middles = followed([frame(x) for x in xs])[:, :, 0].mean(1)
    assert middles[3] == pytest.approx((middles[2] + middles[4]) / 2)


def test_a_face_that_jumps_is_a_cut():
    with pytest.raises(EmostageError, match=r"E117.*cuts to another picture at 0.16 s"):
        followed([frame(20)] * 4 + [frame(75)] * 4)


def test_another_picture_is_a_cut():
    with pytest.raises(EmostageError, match=r"E117.*cuts"):
        followed([frame(40)] * 4 + [frame(40, grey=90)] * 4)


def test_a_face_that_is_mostly_hidden_is_refused():
    with pytest.raises(EmostageError, match=r"E117.*hidden in 50%"):
        followed([frame(40)] * 4 + [frame(None)] * 4)


def test_no_face_is_unknown():
    assert np.isnan(read_face(Marked(), frame(None), np.zeros((478, 2)))).all()
