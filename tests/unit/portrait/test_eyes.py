import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.portrait.eyeball import eyeballs
from emostage.portrait.eyes import Eyes
from emostage.portrait.iris import find_irises
from emostage.portrait.sheet import LIDS_EP2

RIGHT, LEFT = 0, 1


@pytest.fixture(scope="module")
def eyes(astronaut):
    return Eyes(astronaut.plate, astronaut.sheet)


def drawn(face, eyes, *expressions_52, **pose):
    canvas = face.canvas(len(expressions_52), 255.0)
    eyes.draw(canvas, face.pose(*expressions_52, **pose))
    return canvas.rgb_B3HW


def dark_centre(face, frame, eye):
    """Centre (x, y) of what is dark inside the lids."""
    points = face.plate.landmarks_L2[np.array(LIDS_EP2[eye]).ravel()]
    (left, top), (right, bottom) = points.min(0).astype(int), points.max(0).astype(int) + 1
    dark = (110 - frame[:, top:bottom, left:right].mean(0)).clamp_min(0)
    y, x = torch.meshgrid(torch.arange(top, bottom) + 0.5, torch.arange(left, right) + 0.5, indexing="ij")
    return float((dark * x).sum() / dark.sum()), float((dark * y).sum() / dark.sum())


@pytest.mark.parametrize(
    ("action", "eye", "dx", "dy"),
    [
        ("eyeLookOutLeft", LEFT, 1, 0), ("eyeLookInLeft", LEFT, -1, 0),
        ("eyeLookOutRight", RIGHT, -1, 0), ("eyeLookInRight", RIGHT, 1, 0),
        ("eyeLookUpLeft", LEFT, 0, -1), ("eyeLookDownLeft", LEFT, 0, 1),
        ("eyeLookUpRight", RIGHT, 0, -1), ("eyeLookDownRight", RIGHT, 0, 1),
    ],
)  # fmt: skip
def test_gaze_moves_the_iris_the_way_the_person_looks(astronaut, eyes, action, eye, dx, dy):
    ahead, aside = drawn(astronaut, eyes, expression(), expression(**{action: 0.5}))
    (x0, y0), (x1, y1) = dark_centre(astronaut, ahead, eye), dark_centre(astronaut, aside, eye)
    moved = (x1 - x0) * dx if dx else (y1 - y0) * dy
    assert moved > (1.5 if dx else 0.3)


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_a_blink_covers_the_iris(name, request):
    face = request.getfixturevalue(name)
    layer = Eyes(face.plate, face.sheet)
    open_, shut = drawn(face, layer, expression(), expression(eyeBlink=1.0))
    for eye in (RIGHT, LEFT):
        x, y = find_irises(face.plate)[eye][0].astype(int)
        assert float(open_[:, y, x].mean()) < 130
        assert float(shut[:, y, x].mean()) > 200


def test_the_photo_comes_back_at_its_own_pose(astronaut, eyes):
    canvas = astronaut.photo_canvas()
    before = canvas.rgb_B3HW.clone()
    eyes.draw(canvas, astronaut.pose(astronaut.sheet.source_52))
    assert float((canvas.rgb_B3HW - before).abs().mean()) < 0.1
    x, y = find_irises(astronaut.plate)[LEFT][0].astype(int)
    patch = (slice(None), slice(None), slice(y - 2, y + 3), slice(x - 2, x + 3))
    assert float((canvas.rgb_B3HW - before)[patch].abs().mean()) < 14


def test_the_eyes_turn_with_the_head(astronaut, eyes):
    ahead, turned = drawn(astronaut, eyes, expression(), expression(), angles_B3=[[0, 0, 0], [0, 0.1, 0]])
    shown = [float(torch.nonzero((frame < 250).all(0))[:, 1].float().mean()) for frame in (ahead, turned)]
    assert shown[1] > shown[0] + 2


def test_a_tiny_change_of_weights_is_a_tiny_change_of_pixels(astronaut, eyes):
    for t in np.linspace(0, 1, 15):
        weights = expression(eyeBlink=t, eyeLookInLeft=0.4 * t, eyeLookOutRight=0.4 * t)
        frames = drawn(astronaut, eyes, weights, weights + expression(eyeBlink=2e-4, eyeLookInLeft=2e-4, eyeLookUp=2e-4))
        assert float((frames[0] - frames[1]).abs().max()) < 3


def test_an_iris_is_round_and_where_the_landmarks_say(astronaut):
    for eye in (RIGHT, LEFT):
        ball = eyeballs(astronaut.plate)[eye]
        assert np.linalg.norm(ball.centre_2 - astronaut.plate.landmarks_L2[(468, 473)[eye]]) < 0.4 * ball.radius_px
        x, y = ball.centre_2 - [ball.left, ball.top]
        assert ball.iris_HW4[int(y), int(x), 3] > 0.99
        assert ball.iris_HW4[..., :3].mean(-1)[int(y), int(x)] < ball.white_3.mean() - 40
