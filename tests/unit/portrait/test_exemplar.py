import numpy as np
import pytest

from emostage.portrait.exemplar import filled


@pytest.fixture(scope="module")
def brocade():
    """A picture of diagonal stripes with grain, and a round hole in it."""
    y, x = np.mgrid[0:150, 0:200]
    stripes = 60.0 * (np.sin((x + y) * 2 * np.pi / 24) > 0)
    grain = np.random.default_rng(3).normal(0, 8, (150, 200))
    picture = np.stack([90 + stripes + grain, 70 + grain, 150 - stripes + grain], -1).astype(np.float32)
    return picture, np.hypot(x - 100, y - 75) > 35


def test_what_is_known_is_kept(brocade):
    picture, known = brocade
    assert (filled(picture, known)[known] == picture[known]).all()


def test_the_hole_gets_texture_instead_of_a_blur(brocade):
    picture, known = brocade
    hole = np.hypot(*np.mgrid[-75:75, -100:100]) < 25
    full = filled(np.where(known[..., None], picture, 0).astype(np.float32), known)
    assert 0.6 < full[hole].std(0).mean() / picture[hole].std(0).mean() < 1.3
    steps = np.abs(np.diff(full[..., 1], axis=1))[hole[:, 1:]].mean()
    assert steps > 0.4 * np.abs(np.diff(picture[..., 1], axis=1))[hole[:, 1:]].mean()


def test_nothing_of_what_was_in_the_hole_is_left(brocade):
    picture, known = brocade
    strange = np.where(known[..., None], picture, [0, 255, 0]).astype(np.float32)
    assert np.allclose(filled(strange, known), filled(picture * known[..., None], known))


def test_a_slope_of_light_runs_on_through_the_hole():
    x = np.broadcast_to(np.linspace(40, 200, 160)[None, :, None], (120, 160, 3)).astype(np.float32)
    known = np.ones((120, 160), bool)
    known[40:80, 60:100] = False
    full = filled(np.where(known[..., None], x, 0).astype(np.float32), known)
    assert np.abs(full - x)[~known].max() < 30
    assert np.abs(np.diff(full, axis=1))[:, 58:62].max() < 12, "no edge where the hole begins"


def test_too_little_to_copy_is_filled_smoothly():
    picture = np.full((40, 50, 3), 80, np.float32)
    known = np.zeros((40, 50), bool)
    known[:2] = True
    assert np.allclose(filled(picture * known[..., None], known), 80, atol=1)
