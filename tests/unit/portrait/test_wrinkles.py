import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.portrait.strokes import Pen, face_strokes, stroke
from emostage.portrait.wrinkles import Wrinkles, gains


def window(face, wrinkles):
    left, top, width, height = wrinkles.box
    photo = face.photo_canvas().rgb_B3HW
    return photo[..., top : top + height, left : left + width].clone()


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_the_photos_own_expression_gets_no_line(name, request):
    face = request.getfixturevalue(name)
    wrinkles = Wrinkles(face.plate, face.sheet.source_52)
    own = torch.as_tensor(face.sheet.source_52.copy(), dtype=torch.float32)[None]
    assert float(wrinkles.change(own).abs().max()) < 1e-6
    picture = window(face, wrinkles)
    before = picture.clone()
    wrinkles.apply(picture, own)
    assert float((picture - before).abs().max()) < 0.05


def test_frowning_darkens_between_the_brows(hopper):
    wrinkles = Wrinkles(hopper.plate, hopper.sheet.source_52)
    picture = window(hopper, wrinkles)
    before = picture.clone()
    wrinkles.apply(picture, torch.as_tensor(expression(browDown=1.0))[None])
    darker = (before - picture).mean(1)[0]
    left, top, _, _ = wrinkles.box
    x, y = (hopper.plate.landmarks_L2[9] - [left, top]).astype(int)
    assert float(darker[y - 25 : y + 25, x - 30 : x + 30].max()) > 4
    assert float(darker[-20:].abs().max()) < 0.5


def test_lines_deepen_with_the_action_and_on_its_side_only(astronaut):
    wrinkles = Wrinkles(astronaut.plate, np.zeros(52))
    left = wrinkles.change(torch.as_tensor(np.array([expression(noseSneerLeft=w) for w in (0.2, 0.6, 1.0)])))
    assert bool((left[1:] >= left[:-1]).all())
    names = list(face_strokes(astronaut.plate.landmarks_L2, wrinkles.box, astronaut.plate.unit_px))
    assert float(left[-1, names.index("nasolabialLeft")]) > 0.05
    assert float(left[-1, names.index("nasolabialRight")]) == 0


def test_middle_lines_take_half_of_each_side():
    (row,) = gains(("furrow",))
    assert row[ARKIT_INDEX["browDownLeft"]] == row[ARKIT_INDEX["browDownRight"]] > 0


def test_a_stroke_is_dark_on_its_curve_and_nothing_far_away():
    points = [np.array([20.0, 30.0]), np.array([40.0, 32.0]), np.array([60.0, 30.0])]
    line = stroke(points, Pen(width=1.5, ridge=0.3), (0, 0, 80, 60), 1.0)
    assert line[31, 40] < -0.4
    assert abs(line[2, 40]) < 1e-3 and abs(line[31, 2]) < 0.02
    assert np.abs(np.diff(line, axis=0)).max() < 0.45
