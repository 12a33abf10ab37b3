import numpy as np
import pytest
from PIL import Image

from emostage.core.errors import AssetError
from emostage.portrait.background import backdrop, cover, person_only, without_person


@pytest.fixture
def scene():
    """Grainy blue wall with a red disc as the person."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:160, 0:160]
    matte = np.clip(40.5 - np.hypot(x - 80, y - 80), 0, 1).astype(np.float32)
    wall = np.array([60, 90, 160]) + rng.normal(0, 6, (160, 160, 1)) + x[..., None] * 0.2
    photo = wall * (1 - matte[..., None]) + np.array([200, 40, 30]) * matte[..., None]
    return photo.clip(0, 255).astype(np.uint8), matte


def test_the_person_is_gone_and_the_background_untouched(scene):
    photo, matte = scene
    clean = without_person(photo, matte, 0.7)
    y, x = np.mgrid[0:160, 0:160]
    far = np.hypot(x - 80, y - 80) > 50
    assert (clean[far] == photo[far]).all()
    inside = clean[matte == 1].astype(float)
    expected = np.array([60, 90, 160]) + 16
    assert np.abs(inside.mean(0) - expected).max() < 8
    assert inside[:, 0].max() < 130, "nothing red is left"


def test_the_fill_has_the_grain_of_the_wall_near_the_outline(scene):
    photo, matte = scene
    clean = without_person(photo, matte, 0.7).astype(float)
    band = (matte == 1) & ~(np.hypot(*np.mgrid[-80:80, -80:80]) < 30)
    rows = np.diff(clean[..., 1], axis=1)
    assert rows[band[:, 1:]].std() > 2.0


def test_a_halo_beside_the_matte_goes_with_the_person_before_a_lively_background():
    rng = np.random.default_rng(3)
    y, x = np.mgrid[0:160, 0:160]
    away = np.hypot(x - 80, y - 80)
    photo = np.clip(128 + rng.normal(0, 40, (160, 160, 1)) + np.zeros(3), 0, 255).astype(np.uint8)
    photo[away < 41.5] = [200, 0, 0]
    clean = without_person(photo, (away < 40).astype(np.float32), 1.0)
    assert (clean[away < 41.5].max(-1) - clean[away < 41.5].min(-1)).mean() < 20
    assert (clean[away > 48] == photo[away > 48]).all()


def test_a_person_that_fills_the_picture_does_no_harm():
    photo = np.full((40, 40, 3), 90, np.uint8)
    assert without_person(photo, np.ones((40, 40), np.float32), 1.0).shape == photo.shape


def test_the_old_background_does_not_shine_through_the_outline(scene):
    photo, matte = scene
    colours = person_only(photo, matte, without_person(photo, matte, 0.7), 0.7).astype(int)
    edge = (matte > 0.05) & (matte < 0.95)
    assert np.abs(colours[edge] - [200, 40, 30]).max() < 40
    core = np.hypot(*np.mgrid[-80:80, -80:80]) < 30
    assert (colours[core] == photo[core]).all()


def test_a_colour_is_that_colour():
    film = backdrop("#102030", (6, 4), np.zeros((4, 6, 3), np.uint8))
    assert film.shape == (4, 6, 3)
    assert (film == [16, 32, 48]).all()


def test_a_picture_covers_the_film(tmp_path):
    path = tmp_path / "a wall.png"
    Image.fromarray(np.full((30, 90, 3), [1, 200, 3], np.uint8)).save(path)
    assert (backdrop(path, (64, 64), np.zeros((64, 64, 3), np.uint8)) == [1, 200, 3]).all()
    assert backdrop(str(path), (20, 50), np.zeros((50, 20, 3), np.uint8)).shape == (50, 20, 3)


def test_blur_keeps_the_colours_of_the_place():
    rng = np.random.default_rng(2)
    clean = rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)
    soft = backdrop("blur", (80, 60), clean)
    assert soft.std() < 0.5 * clean.std()
    assert abs(soft.mean() - clean.mean()) < 4


@pytest.mark.parametrize(("background", "code"), [("#12345", "E014"), ("nowhere.png", "E071")])
def test_what_cannot_be_a_background_is_said(background, code):
    with pytest.raises(AssetError) as caught:
        backdrop(background, (8, 8), np.zeros((8, 8, 3), np.uint8))
    assert caught.value.diagnostics[0].code == code


@pytest.mark.parametrize("size", [(10, 10), (33, 7), (7, 33)])
def test_cover_has_the_size_asked_for_and_no_empty_edge(size):
    covered = cover(np.full((12, 17, 3), 77, np.uint8), size)
    assert covered.shape == (size[1], size[0], 3)
    assert (covered == 77).all()
