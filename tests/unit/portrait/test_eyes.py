import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
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


@pytest.mark.parametrize(("plus", "minus", "axis"), [("eyeLookOut", "eyeLookIn", 0), ("eyeLookDown", "eyeLookUp", 1)])
@pytest.mark.parametrize(("eye", "side"), [(RIGHT, "Right"), (LEFT, "Left")])
def test_the_iris_moves_steadily_with_the_gaze(astronaut, eyes, eye, side, plus, minus, axis):
    steps = np.linspace(-0.7, 0.7, 15)
    looks = [expression(**{f"{plus if t > 0 else minus}{side}": abs(t)}) for t in steps]
    centres = np.array([dark_centre(astronaut, frame, eye)[axis] for frame in drawn(astronaut, eyes, *looks)])
    outwards = -1 if eye == RIGHT and axis == 0 else 1
    assert (np.diff(centres) * outwards > 0).all()


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
@pytest.mark.parametrize("gaze", [{}, {"eyeLookDown": 1.0}, {"eyeLookOutLeft": 1.0, "eyeLookInRight": 1.0}, {"eyeWide": 0.5}])
def test_a_blink_covers_the_iris_wherever_it_looks(name, gaze, request):
    face = request.getfixturevalue(name)
    layer = Eyes(face.plate, face.sheet)
    open_, shut = drawn(face, layer, expression(**gaze), expression(eyeBlink=1.0, **gaze))
    for eye in (RIGHT, LEFT):
        (x, y), radius_px = find_irises(face.plate)[eye]
        width = int(1.5 * radius_px)
        columns = slice(int(x) - width, int(x) + width)
        assert float(open_[:, int(y) : int(y + radius_px), columns].min()) < 130
        assert float(shut[:, int(y - radius_px) : int(y), columns].min()) > 160


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_eyes_at_rest_are_the_photo_s_own(name, request):
    face = request.getfixturevalue(name)
    canvas = face.photo_canvas()
    before = canvas.rgb_B3HW.clone()
    Eyes(face.plate, face.sheet).draw(canvas, face.pose(face.sheet.source_52))
    assert float((canvas.rgb_B3HW - before).abs().max()) < 1.0


@pytest.mark.parametrize("action", ["eyeBlink", "eyeLookDown", "eyeLookUp", "eyeLookInLeft", "eyeWide"])
@pytest.mark.parametrize("start", [0.0, 0.2, 0.6, 0.85])
def test_slow_motion_does_not_flicker(astronaut, eyes, action, start):
    canvas = astronaut.photo_canvas(12)
    posed = astronaut.pose(*[expression(**{action: t}) for t in start + np.linspace(0, 0.04, 12)])
    eyes.draw(canvas, posed)
    grey = canvas.rgb_B3HW.mean(1)
    assert float((grey[2:] - 2 * grey[1:-1] + grey[:-2]).abs().max()) < 3


def test_a_catch_light_goes_with_the_ball_but_not_as_far_as_the_iris(astronaut, eyes):
    def brightest(frame):
        x, y = find_irises(astronaut.plate)[LEFT][0].astype(int)
        part = frame.mean(0)[y - 6 : y + 5, x - 8 : x + 13]
        inner = torch.where(part < 250, part, torch.zeros_like(part))
        return int(inner.argmax()) % part.shape[1]

    ahead, aside = drawn(astronaut, eyes, expression(), expression(eyeLookOutLeft=0.25))
    iris = dark_centre(astronaut, aside, LEFT)[0] - dark_centre(astronaut, ahead, LEFT)[0]
    assert iris > 1
    assert brightest(aside) <= brightest(ahead) + iris


def test_the_eyes_turn_with_the_head(astronaut, eyes):
    ahead, turned = drawn(astronaut, eyes, expression(), expression(), angles_B3=[[0, 0, 0], [0, 0.1, 0]])
    shown = [float(torch.nonzero((frame < 250).all(0))[:, 1].float().mean()) for frame in (ahead, turned)]
    assert shown[1] > shown[0] + 2


def test_a_tiny_change_of_weights_is_a_tiny_change_of_pixels(astronaut, eyes):
    for t in np.linspace(0, 1, 15):
        weights = expression(eyeBlink=t, eyeLookInLeft=0.4 * t, eyeLookOutRight=0.4 * t)
        frames = drawn(astronaut, eyes, weights, weights + expression(eyeBlink=2e-4, eyeLookInLeft=2e-4, eyeLookUp=2e-4))
        assert float((frames[0] - frames[1]).abs().max()) < 3
