import numpy as np
import pytest

from emostage.portrait.eyeball import eyeballs
from emostage.portrait.eyepatch import cut
from emostage.portrait.iris import IRISES, agreed, find_irises


def polar(texture_HWC, ball, radius, angles):
    """Texels on a circle of `radius` iris radii."""
    x = ball.centre_2[0] - ball.left + radius * ball.radius_px * np.cos(angles)
    y = ball.centre_2[1] - ball.top + radius * ball.radius_px * np.sin(angles)
    return texture_HWC[y.astype(int), x.astype(int)]


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_irises_lie_on_their_landmarks_and_agree_in_size(name, request):
    plate = request.getfixturevalue(name).plate
    (right_2, right_px), (left_2, left_px) = find_irises(plate)
    for centre_2, radius_px, first in ((right_2, right_px, IRISES[0]), (left_2, left_px, IRISES[1])):
        assert np.linalg.norm(centre_2 - plate.landmarks_L2[first]) < 0.4 * radius_px
    assert 0.9 < right_px / left_px < 1.1


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_an_iris_is_whole_round_and_clean_under_the_lids_too(name, request):
    for ball in eyeballs(request.getfixturevalue(name).plate):
        around = np.linspace(0, 2 * np.pi, 72, endpoint=False)
        assert polar(ball.iris_HW4[..., 3], ball, 0.7, around).min() > 0.99
        assert polar(ball.iris_HW4[..., 3], ball, 1.35, around).max() < 0.01
        ring = polar(ball.iris_HW4[..., :3], ball, 0.7, around).mean(-1)
        assert ring.max() < ball.white_3.mean() - 25
        assert np.ptp(ring) < 60


def test_pupils_of_both_eyes_are_equally_dark_relative_to_their_irises():
    places = np.linspace(0, 1, 12)[:, None]
    bright, dim = 60 + 60 * places * np.ones(3), (60 + 60 * places * np.ones(3)) * 0.5
    right, left = agreed((bright, dim))
    np.testing.assert_allclose(right, bright, rtol=1e-6)
    np.testing.assert_allclose(left, dim, rtol=1e-6)
    right, left = agreed((bright, np.flip(dim, 0).copy()))
    np.testing.assert_allclose(right / right.mean(), left / left.mean(), rtol=1e-6)


def test_an_unseen_iris_takes_after_the_other():
    seen = np.linspace(20, 80, 36).reshape(12, 3)
    right, left = agreed((None, seen))
    np.testing.assert_allclose(right, left)


def test_a_blurred_photo_is_seen_to_be_soft(astronaut, hopper):
    for face in (astronaut, hopper):
        blurred = np.asarray(face.plate.photo_HW3, np.float32)
        for axis in (0, 1):
            blurred = sum(np.roll(blurred, k, axis) for k in range(-3, 4)) / 7
        soft = type(face.plate)(**{**vars(face.plate), "photo_HW3": blurred.astype(np.uint8)})
        for eye in (0, 1):
            assert cut(soft, eye).softness_px > 1.2 * cut(face.plate, eye).softness_px
