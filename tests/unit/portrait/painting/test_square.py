import numpy as np
import pytest
import torch

from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.turning import Turning, TurningHead
from emostage.portrait.framing import frame
from emostage.portrait.painting.square import FACE_SHARE, MIDDLE_2, square_of

FILMS = [((256, 256), "close"), ((256, 256), "whole"), ((320, 180), "bust"), ((180, 320), "close"), ((90, 64), "whole")]


@pytest.mark.parametrize(("size", "shot"), FILMS)
def test_the_face_lies_where_painters_have_learnt_to_find_it(portrait, head, size, shot):
    square = square_of(portrait, head, size, shot=shot)
    seated, fit = square.seated, portrait.fit
    head_L3 = head.at_landmarks(fit.vertices_V3)
    camera_3 = fit.rotation_33 @ head_L3[[FOREHEAD, CHIN]].mean(0) + fit.translation_3
    at_2 = camera_3[:2] / camera_3[2] * seated.focal + seated.centre_2
    pixel = 1 / square.side_px
    np.testing.assert_allclose(at_2, MIDDLE_2, atol=0.51 * pixel)
    height = seated.focal * np.linalg.norm(head_L3[FOREHEAD] - head_L3[CHIN]) / camera_3[2]
    assert height == pytest.approx(FACE_SHARE, rel=0.51 * pixel)


@pytest.mark.parametrize(("size", "shot"), FILMS)
def test_landmarks_lie_where_the_film_shows_them(portrait, head, size, shot):
    square, framing = square_of(portrait, head, size, shot=shot), frame(portrait, size, shot)
    shown_L2 = portrait.crop.to_picture(portrait.landmarks_L2[:468]) * framing.scale_2 + framing.offset_2
    np.testing.assert_allclose(square.landmarks_L2 * square.side_px + (square.left, square.top), shown_L2, atol=1e-6)
    turning = Turning(TurningHead(head), square.seated)
    fitted_L2 = turning.landmarks(torch.tensor(portrait.fit.expression_52[None], dtype=torch.float32), torch.eye(3)[None])[0]
    assert np.sqrt(((fitted_L2.numpy() - square.landmarks_L2) ** 2).sum(1).mean()) < 0.02


@pytest.mark.parametrize(("size", "shot"), FILMS)
def test_the_picture_of_the_square_is_the_films(portrait, head, size, shot):
    square = square_of(portrait, head, size, shot=shot)
    left, top, right, bottom = square.shown_4
    picture = square.picture()
    assert picture.shape == (square.side_px, square.side_px, 3)
    assert (picture[top:bottom, left:right] == square.still_HW3[square.part]).all()


def test_beyond_the_picture_its_border_goes_on(portrait, head):
    square = square_of(portrait, head, (256, 100), shot="close")
    _, top, _, bottom = square.shown_4
    assert not all(square.open_4)
    assert (bottom - top) < square.side_px
    picture = square.picture()
    if top:
        assert (picture[:top] == picture[top]).all()
    assert (picture[bottom:] == picture[bottom - 1]).all()


def test_masks_are_whole_inside_and_gone_at_open_sides_only(portrait, head):
    square = square_of(portrait, head, (256, 256), shot="close")
    assert all(square.open_4)
    mask = square.fading(64, (0.1, 0.1, 0.1, 0.05))
    assert (mask[8:-8, 8:-8] == 1).all()
    assert mask[[0, -1]].max() < 0.1
    assert mask[:, [0, -1]].max() < 0.1
    wide = square_of(portrait, head, (256, 100), shot="close")
    mask = wide.fading(64, (0.1, 0.1, 0.1, 0.05))
    closed = [mask[32, 0], mask[0, 32], mask[32, -1], mask[-1, 32]]
    assert [value == 1 for value in closed] == [not is_open for is_open in wide.open_4]
