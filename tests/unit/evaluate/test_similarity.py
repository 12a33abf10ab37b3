import numpy as np
import pytest

from emostage.evaluate.similarity import face_mask, psnr, ssim

EVERYWHERE = np.ones((40, 60), bool)


@pytest.fixture
def picture():
    rows, columns = np.mgrid[0:40, 0:60]
    waves = 128 + 60 * np.sin(columns / 3) + 40 * np.cos(rows / 2)
    return np.repeat(waves[..., None], 3, 2).astype(np.uint8)


def flat(level: int) -> np.ndarray:
    return np.full((40, 60, 3), level, np.uint8)


def test_psnr_of_a_known_difference():
    assert psnr(flat(100), flat(110), EVERYWHERE) == pytest.approx(20 * np.log10(255 / 10))
    assert psnr(flat(100), flat(100), EVERYWHERE) == np.inf


def test_only_what_is_inside_counts(picture):
    inside = np.zeros((40, 60), bool)
    inside[:, :30] = True
    other = picture.copy()
    other[:, 45:] = 0
    assert psnr(picture, other, inside) == np.inf
    assert ssim(picture, other, inside) == pytest.approx(1)
    assert psnr(picture, other, ~inside) < 20


def test_ssim_of_flat_pictures_is_the_closed_form():
    c1 = (0.01 * 255) ** 2
    expected = (2 * 100 * 140 + c1) / (100**2 + 140**2 + c1)
    assert ssim(flat(100), flat(140), EVERYWHERE) == pytest.approx(expected)


def test_ssim_is_one_for_the_same_symmetric_and_falls_with_noise(picture):
    noise = np.random.default_rng(0).normal(0, 1, picture.shape)
    little, much = (np.clip(picture + amount * noise, 0, 255).astype(np.uint8) for amount in (5, 40))
    assert ssim(picture, picture, EVERYWHERE) == pytest.approx(1)
    assert ssim(picture, little, EVERYWHERE) == pytest.approx(ssim(little, picture, EVERYWHERE))
    assert 1 > ssim(picture, little, EVERYWHERE) > ssim(picture, much, EVERYWHERE)


def test_ssim_of_the_negative_is_negative(picture):
    assert ssim(picture, 255 - picture, EVERYWHERE) < 0


def test_the_mask_holds_the_face_and_grows():
    points = np.random.default_rng(1).uniform(20, 40, (478, 2))
    narrow, wide = face_mask(points, (60, 60), 0.0), face_mask(points, (60, 60), 0.3)
    columns, rows = np.floor(points[:468]).astype(int).T
    assert narrow[rows, columns].all()
    assert (wide | ~narrow).all()
    assert wide.sum() > narrow.sum()
    assert not wide[:10].any()
