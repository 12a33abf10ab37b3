import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.portrait.dress import Dress
from emostage.portrait.iris import find_irises
from emostage.portrait.teeth import mouth_interior, photo_teeth


@pytest.fixture(scope="module")
def dress(astronaut):
    return Dress(astronaut.plate, astronaut.sheet, astronaut.plate.photo_HW3.astype(np.float32))


def test_nothing_bright_is_left_in_the_mouth_of_a_neutral_face(astronaut, dress):
    texture = dress.textures(astronaut.pose(expression()))[0, :3].numpy()
    teeth = photo_teeth(astronaut.plate).mask_HW > 0.9
    assert np.percentile(texture.min(0)[teeth], 95) < 170
    assert astronaut.plate.photo_HW3.min(-1)[teeth].mean() > 180


def test_the_photos_own_smile_keeps_its_mouth(astronaut, dress):
    texture = dress.textures(astronaut.pose(astronaut.sheet.source_52))[0, :3].permute(1, 2, 0).numpy()
    inside = mouth_interior(astronaut.plate) > 0.5
    np.testing.assert_allclose(texture[inside], astronaut.plate.photo_HW3[inside], atol=1)


def test_eyeballs_are_never_in_the_dress_and_lashes_only_while_open(astronaut, dress):
    open_, shut = dress.textures(astronaut.pose(expression(), expression(eyeBlink=1.0)))[:, :3].numpy()
    photo = astronaut.plate.photo_HW3
    for eye in (0, 1):
        x, y = find_irises(astronaut.plate)[eye][0].astype(int)
        assert open_[:, y, x].mean() > photo[y, x].mean() + 40
        assert shut[:, y, x].mean() > photo[y, x].mean() + 40
    assert np.abs(open_ - shut).max() > 20


def test_far_from_the_face_the_photo_is_untouched(astronaut, dress):
    texture = dress.textures(astronaut.pose(expression(mouthSmile=1.0, browInnerUp=1.0)))[0, :3].permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(texture[:20], astronaut.plate.photo_HW3[:20])
    np.testing.assert_array_equal(texture[-20:], astronaut.plate.photo_HW3[-20:])


def test_a_tiny_change_of_weights_is_a_tiny_change_of_pixels(astronaut, dress):
    for t in np.linspace(0, 1, 12):
        weights = (t * astronaut.sheet.source_52).astype(np.float32) + expression(eyeBlink=t, browDown=0.5 * t)
        frames = dress.textures(astronaut.pose(weights, weights + 2e-4))
        assert float((frames[0] - frames[1]).abs().max()) < 2


def test_frames_do_not_leak_into_each_other(astronaut, dress):
    shapes = [expression(), expression(eyeBlink=1.0, mouthSmile=0.8), astronaut.sheet.source_52]
    together = dress.textures(astronaut.pose(*shapes))
    for i, shape in enumerate(shapes):
        torch.testing.assert_close(together[i], dress.textures(astronaut.pose(shape))[0], atol=1e-2, rtol=0)


def test_textures_written_over_earlier_ones_are_like_new(astronaut, dress):
    used = dress.textures(astronaut.pose(expression(mouthSmile=1.0, eyeBlink=1.0), astronaut.sheet.source_52))
    pose = astronaut.pose(expression(browDown=1.0), expression(eyeBlink=1.0))
    assert dress.textures(pose, used).equal(dress.textures(pose))


def test_the_matte_goes_with_the_colours(astronaut, dress):
    texture = dress.textures(astronaut.pose(expression(jawOpen=1.0)))
    np.testing.assert_array_equal(texture[0, 3].numpy(), astronaut.plate.matte_HW)
