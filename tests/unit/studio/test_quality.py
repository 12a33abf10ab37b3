from dataclasses import replace

import cv2
import numpy as np
import pytest

from emostage.face.picture import read_picture
from emostage.face.portrait import portrait_of
from emostage.studio.quality import measure


@pytest.fixture(scope="module")
def photo():
    return read_picture("sample/hopper")


@pytest.fixture(scope="module")
def portrait(photo):
    return portrait_of(photo)[0]


@pytest.fixture(scope="module")
def plain(portrait):
    return measure(portrait)


def with_picture(portrait, change):
    """The same portrait of a changed picture: what is found in it stays."""
    return replace(portrait, picture_HW3=change(portrait.picture_HW3), face_SS3=change(portrait.face_SS3))


def lit_from_the_left(picture_HW3):
    light_W = np.linspace(1.6, 0.05, picture_HW3.shape[1])[:, None]
    return (picture_HW3 * light_W).clip(0, 255).astype(np.uint8)


def test_a_calm_studio_photograph(plain):
    assert 190 < plain.face_px < 215
    assert plain.sharp_px == plain.face_px
    assert abs(plain.yaw_deg) < 5
    assert plain.mouth_gap < 0.02
    assert plain.lid_gap > 0.2
    assert abs(plain.side_light) < 0.5
    assert plain.glasses > 0.9
    assert plain.room_above > 0.05
    assert plain.room_beside > 0.4


def test_light_from_one_side_is_seen(portrait, plain):
    left = measure(with_picture(portrait, lit_from_the_left))
    assert left.side_light < plain.side_light - 1


def test_darkness_and_glare_are_seen(portrait, plain):
    dark = measure(with_picture(portrait, lambda p: (p * 0.15).astype(np.uint8)))
    glare = measure(with_picture(portrait, lambda p: (p * 2.5).clip(0, 255).astype(np.uint8)))
    assert dark.lightness < 0.3 * plain.lightness
    assert glare.burnt > 0.3 > plain.burnt


@pytest.mark.parametrize("blur_px", [1.5, 3.0])
def test_a_blurred_picture_is_as_sharp_as_a_smaller_one(portrait, plain, blur_px):
    blurred = measure(with_picture(portrait, lambda p: cv2.GaussianBlur(p, (0, 0), blur_px)))
    assert blurred.face_px == plain.face_px
    assert 0.3 < blurred.sharp_px * blur_px / plain.sharp_px < 1.4


def test_a_busy_background_is_told_from_a_plain_one(portrait, plain):
    noise = np.random.Generator(np.random.PCG64(3)).integers(0, 255, (60, 60, 3)).astype(np.uint8)

    def busy(picture_HW3):
        wall = cv2.resize(noise, picture_HW3.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        person = cv2.resize(np.array(portrait.matte_SS), (portrait.crop.size_px,) * 2)[..., None]
        return (picture_HW3 * person + wall * (1 - person)).astype(np.uint8)

    assert measure(replace(portrait, face_SS3=busy(portrait.face_SS3))).busy > 2 * plain.busy


def test_hair_cut_off_by_the_picture_leaves_no_room(photo, plain):
    tight = measure(portrait_of(np.ascontiguousarray(photo[70:]))[0])
    assert tight.room_above == 0
    narrow = measure(portrait_of(np.ascontiguousarray(photo[:, 150:390]))[0])
    assert narrow.room_beside < 0.15 < plain.room_beside
