import numpy as np

from emostage.portrait.fill import pull_push


def test_known_pixels_stay_and_a_hole_takes_its_surroundings():
    picture = np.full((40, 40, 3), 100, np.float32)
    picture[10:20, 10:20] = 255
    known = np.ones((40, 40), np.float32)
    known[10:20, 10:20] = 0
    filled = pull_push(picture, known)
    np.testing.assert_allclose(filled, 100, atol=0.5)


def test_a_ramp_is_carried_on_smoothly():
    picture = np.repeat(np.linspace(0, 200, 64, dtype=np.float32)[None, :, None], 64, 0)
    known = np.ones((64, 64), np.float32)
    known[20:44, 24:40] = 0
    filled = pull_push(picture, known)[..., 0]
    np.testing.assert_array_equal(filled[known > 0], picture[..., 0][known > 0])
    assert np.abs(filled - picture[..., 0]).max() < 30
