import itertools

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.portrait.mouth import Mouth, tooth_colour

IVORY = 120.0


@pytest.fixture(scope="module")
def mouth(astronaut):
    return Mouth(astronaut.plate, astronaut.sheet)


def drawn(face, mouth, *expressions_52, **pose):
    """Frames (B, 3, H, W) over plain red, which nothing in a mouth resembles."""
    canvas = face.canvas(len(expressions_52), 0.0)
    mouth.draw(canvas, face.pose(*expressions_52, **pose))
    return canvas.rgb_B3HW


def bright(frames):
    return (frames.amin(1) > IVORY * 0.75).flatten(1).sum(1)


@pytest.mark.parametrize(
    "lips", [{}, {"mouthPress": 1.0}, {"jawOpen": 0.2, "mouthClose": 1.0}, {"mouthRollLower": 0.6, "mouthRollUpper": 0.6}]
)
def test_no_tooth_shines_through_sealed_lips(astronaut, mouth, lips):
    frames = drawn(astronaut, mouth, expression(**lips))
    assert float(frames.max()) < IVORY


def test_closed_lips_of_a_closed_photo_draw_nothing_at_all(hopper):
    frames = drawn(hopper, Mouth(hopper.plate, hopper.sheet), expression())
    assert float(frames.abs().max()) == 0


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_teeth_come_into_view_as_the_jaw_opens(name, request):
    face = request.getfixturevalue(name)
    layer = Mouth(face.plate, face.sheet)
    counts = bright(drawn(face, layer, *(expression(jawOpen=w) for w in np.linspace(0, 0.4, 17)))).tolist()
    assert counts[0] == 0
    coming = counts[:8]
    assert all(b >= 0.9 * a for a, b in itertools.pairwise(coming))
    assert min(counts[7:]) > 0.4 * max(counts) > 20


def test_ee_shows_teeth_and_oo_hides_them(astronaut, mouth):
    ee = expression(jawOpen=0.09, mouthStretch=0.35, mouthSmile=0.3, mouthLowerDown=0.35, mouthUpperUp=0.2)
    oo = expression(mouthPucker=0.9, mouthFunnel=0.55, jawOpen=0.08)
    shown, hidden = bright(drawn(astronaut, mouth, ee, oo)).tolist()
    assert shown > 100
    assert hidden < 0.02 * shown


def test_upper_teeth_stay_with_the_skull_when_the_jaw_drops(astronaut, mouth):
    frames = drawn(astronaut, mouth, *(expression(jawOpen=w, mouthUpperUp=0.4) for w in (0.2, 0.4)))
    rows = [torch.nonzero((frame.amin(0) > IVORY).any(1))[:, 0] for frame in frames]
    lowest = [int(row[(row.diff(append=row[-1:] + 9) > 1).nonzero()[0, 0]]) for row in rows]
    assert abs(lowest[0] - lowest[1]) <= 1


def test_the_tongue_rises(astronaut, mouth):
    wide = expression(jawOpen=0.3)
    low, high = drawn(astronaut, mouth, wide, wide, tongue_B=[0.0, 1.0])

    def flesh(frame):
        return ((frame[0] > 100) & (frame[1] < 0.65 * frame[0])).nonzero()

    assert len(flesh(high)) > 1.2 * len(flesh(low)) > 0
    assert flesh(high)[:, 0].float().mean() < flesh(low)[:, 0].float().mean() - 1


def test_for_f_the_teeth_come_to_rest_on_the_lower_lip(astronaut, mouth):
    f = expression(jawOpen=0.05, mouthRollLower=0.5, mouthUpperUp=0.4, mouthShrugLower=0.2)
    posed = astronaut.pose(f)
    frame = drawn(astronaut, mouth, f)[0]
    lip_y = float(posed.points_BV2[0, 14, 1])
    x = int(posed.points_BV2[0, 14, 0])
    lowest = int(torch.nonzero(frame[:, :, x].amin(0) > 60).max())
    assert abs(lowest + 0.5 - lip_y) < 2.5 * astronaut.sheet.unit_px


def test_the_photos_own_smile_is_left_as_it_is(astronaut, mouth):
    canvas = astronaut.photo_canvas()
    before = canvas.rgb_B3HW.clone()
    mouth.draw(canvas, astronaut.pose(astronaut.sheet.source_52))
    assert float((canvas.rgb_B3HW - before).abs().max()) < 2


def test_a_tiny_change_of_weights_is_a_tiny_change_of_pixels(astronaut, mouth):
    path = [expression(jawOpen=0.35 * t, mouthStretch=0.3 * t, mouthRollLower=0.5 * (1 - t)) for t in np.linspace(0, 1, 25)]
    for weights in path:
        nudged = weights + expression(jawOpen=2e-4, mouthSmile=2e-4, mouthRollLower=2e-4)
        frames = drawn(astronaut, mouth, weights, nudged)
        assert float((frames[0] - frames[1]).abs().max()) < 3


def test_a_batch_is_drawn_like_its_frames(astronaut, mouth):
    shapes = [expression(jawOpen=0.3), expression(mouthSmile=0.7, jawOpen=0.1), expression()]
    together = drawn(astronaut, mouth, *shapes)
    for i, shape in enumerate(shapes):
        torch.testing.assert_close(together[i : i + 1], drawn(astronaut, mouth, shape), atol=0.05, rtol=0)


@pytest.mark.parametrize("skin", [(236, 200, 182), (215, 135, 101), (120, 80, 60), (70, 45, 35)])
def test_unseen_teeth_are_ivory_in_any_light(skin):
    red, green, blue = tooth_colour(np.array(skin, float), 0.8 * np.array(skin, float))
    assert red >= green >= blue
    assert blue > 0.55 * red
    assert max(red, green, blue) <= 250
    assert green > skin[1]


def test_an_open_mouth_is_lit_flesh_below_and_dark_behind(astronaut, mouth):
    wide = expression(jawOpen=0.4, mouthLowerDown=0.2)
    frame = drawn(astronaut, mouth, wide)[0]
    posed = astronaut.pose(wide)
    x = int(posed.points_BV2[0, 14, 0])
    top, bottom = (int(posed.points_BV2[0, point, 1]) for point in (13, 14))
    red = frame[0, :, x]
    assert float(red[bottom - (bottom - top) // 4 : bottom - 2].mean()) > 1.4 * float(red[(top + bottom) // 2])


def test_what_is_laid_is_what_is_drawn_between_open_lips(astronaut, mouth):
    """Everywhere in the mask that is full, and nothing outside its box."""
    wide = expression(jawOpen=0.4, mouthLowerDown=0.2)
    frame = drawn(astronaut, mouth, wide)
    (left, top, width, height), colour, mask = mouth.laid(astronaut.pose(wide), mouth.inside)
    window = (..., slice(top, top + height), slice(left, left + width))
    full = (mask > 0.999).expand_as(colour)
    assert full.sum() > 300
    torch.testing.assert_close(frame[window][full], colour[full], atol=0.5, rtol=0)
    frame[window] = 0
    assert not frame.any()


def test_lips_that_are_shut_lay_nothing(astronaut, mouth):
    assert float(mouth.laid(astronaut.pose(expression()), mouth.inside)[2].max()) < 0.2
