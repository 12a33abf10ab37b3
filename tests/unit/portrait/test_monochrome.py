from dataclasses import replace

import numpy as np
import pytest

from emostage.portrait.monochrome import one_tone, tone_curve

SEPIA_3 = np.array([1.0, 0.86, 0.66])


def toned(plate, tint_3):
    grey_HW1 = plate.photo_HW3.mean(2, keepdims=True)
    return replace(plate, photo_HW3=np.round(grey_HW1 * tint_3).astype(np.uint8))


def test_a_picture_in_colour_is_left_alone(plate):
    assert one_tone(plate) == ()


@pytest.mark.parametrize("tint_3", [np.ones(3), SEPIA_3])
def test_what_is_drawn_takes_the_tone_of_the_picture(plate, astronaut, tint_3):
    (layer,) = one_tone(toned(plate, tint_3))
    canvas = astronaut.canvas()
    canvas.rgb_B3HW[:, 0], canvas.rgb_B3HW[:, 1:] = 150.0, 40.0
    layer.draw(canvas)
    red, green, blue = canvas.rgb_B3HW[0, :, 5, 5].tolist()
    luma = 0.299 * 150 + 0.701 * 40
    assert red == pytest.approx(luma * tint_3[0] / (tint_3 @ [0.299, 0.587, 0.114]), abs=5)
    assert green / red == pytest.approx(tint_3[1], abs=0.07)
    assert blue / red == pytest.approx(tint_3[2], abs=0.07)


@pytest.mark.parametrize("tint_3", [np.ones(3), SEPIA_3])
def test_the_picture_itself_hardly_changes(plate, astronaut, tint_3):
    photo = toned(plate, tint_3)
    (layer,) = one_tone(photo)
    canvas = replace(astronaut, plate=photo).photo_canvas()
    before = canvas.rgb_B3HW.clone()
    layer.draw(canvas)
    apart = (canvas.rgb_B3HW - before).abs()
    assert apart.max() < 4
    assert apart.mean() < 0.05


def test_colours_darker_than_what_is_behind_keep_their_lightness(plate, astronaut):
    (layer,) = one_tone(toned(plate, np.ones(3)))
    canvas = astronaut.canvas()
    canvas.rgb_B3HW[:] = -40.0
    layer.draw(canvas)
    assert canvas.rgb_B3HW[0, :, 5, 5].tolist() == pytest.approx([-40.0] * 3, abs=1)


def test_the_curve_passes_through_the_mean_colour_of_each_lightness(plate):
    curve_256x3 = tone_curve(toned(plate, SEPIA_3).photo_HW3)
    assert curve_256x3.shape == (256, 3)
    assert (np.diff(curve_256x3, axis=0)[20:200].mean(0) > 0.5).all()
    assert curve_256x3[120, 0] > curve_256x3[120, 1] > curve_256x3[120, 2]
