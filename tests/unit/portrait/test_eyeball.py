import numpy as np
import pytest

from emostage.portrait.eyeball import eyeballs, sclera_colour
from emostage.portrait.sheet import LIDS_EP2
from emostage.portrait.skin import skin_colour


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_whites_are_pale_round_and_without_a_trace_of_the_iris(name, request):
    plate = request.getfixturevalue(name).plate
    for ball in eyeballs(plate):
        x, y = (ball.centre_2 - [ball.left, ball.top]).astype(int)
        white = ball.white_HW4[..., :3].mean(-1)
        front = white[y - 2 : y + 3, x - 2 : x + 3].mean()
        assert front > 0.5 * skin_colour(plate).mean()
        reach = int(1.8 * ball.radius_px)
        assert white[y, x - reach] < 0.95 * front or white[y, x + reach] < 0.95 * front
        assert white[y - reach, x] < 0.95 * front


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_the_white_of_an_eye_is_paler_than_skin(name, request):
    plate = request.getfixturevalue(name).plate

    def saturation(colour_3):
        return np.ptp(colour_3) / colour_3.max()

    assert saturation(sclera_colour(plate)) < saturation(skin_colour(plate))


def test_the_red_of_the_inner_corner_stays_the_photo_s_and_no_iris_lies_on_it(astronaut):
    for eye, ball in enumerate(eyeballs(astronaut.plate)):
        upper, lower = LIDS_EP2[eye][-2]
        x, y = (astronaut.plate.landmarks_L2[[upper, lower]].mean(0) - [ball.left, ball.top]).astype(int)
        around = (slice(y, y + 2), slice(x - 1, x + 2))
        inside = ball.inside_HW[around] > 0.5
        assert inside.any()
        assert np.abs(ball.white_HW4[around][inside][:, :3] - ball.photo_HW3[around][inside]).mean() < 8
        assert ball.white_HW4[y, x, 3] < 0.5
        x, y = (ball.centre_2 - [ball.left, ball.top]).astype(int)
        assert ball.white_HW4[y, x, 3] > 0.99
