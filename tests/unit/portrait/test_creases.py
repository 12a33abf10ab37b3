import numpy as np
import pytest

from emostage.portrait.creases import Fold, Ground, bulge, face_creases, fold

BOX = (0, 0, 80, 60)


def ground(landmarks=None, box=BOX, unit_px=1.0, lined=0.5, seed=1):
    draws = np.random.Generator(np.random.PCG64(seed))
    return Ground(box=box, unit_px=unit_px, landmarks_L2=landmarks, lined=lined, draws=draws)


@pytest.fixture
def line():
    return [np.array([15.0, 30.0]), np.array([40.0, 30.0]), np.array([65.0, 30.0])]


def test_a_fold_is_a_valley_on_its_curve_and_nothing_far_away(line):
    height = fold(line, Fold(width=1.5, depth=1.0), ground())
    assert height[30, 40] < -0.4
    assert height.max() <= 0
    assert abs(height[2, 40]) < 1e-3 and abs(height[31, 2]) < 0.02


def test_the_roll_lies_on_the_asked_side(line):
    above = fold(line, Fold(width=1.5, depth=1.0, bulge=1.0, far=8, side=1), ground())
    below = fold(line, Fold(width=1.5, depth=1.0, bulge=1.0, far=8, side=-1), ground())
    assert above[20, 40] > 0.3 > 0.05 > above[40, 40]
    assert below[40, 40] > 0.3 > 0.05 > below[20, 40]


def test_lined_skin_folds_more_sharply(line):
    smooth, lined = (fold(line, Fold(width=1.5, depth=1.0), ground(lined=a)) for a in (0.0, 1.0))
    assert np.abs(np.diff(lined, axis=0)).max() > 1.5 * np.abs(np.diff(smooth, axis=0)).max()


def test_shapes_keep_their_proportions_at_any_size(line):
    small = fold(line, Fold(width=2.0, depth=1.0), ground())
    large = fold([2 * p for p in line], Fold(width=2.0, depth=1.0), ground(box=(0, 0, 160, 120), unit_px=2.0))
    np.testing.assert_allclose(large.reshape(60, 2, 80, 2).mean((1, 3)) / 2, small, atol=0.1)


def test_folds_outside_the_window_leave_it_flat(line):
    assert not fold([p + 500 for p in line], Fold(width=2.0, depth=1.0), ground()).any()


def test_a_bulge_is_highest_in_its_middle():
    height = bulge(np.array([40.5, 30.5]), (8, 6), 2.0, ground())
    assert np.unravel_index(height.argmax(), height.shape) == (30, 40)
    assert height.max() == pytest.approx(2.0, rel=0.01)


def test_every_fold_of_a_face_exists_and_broken_lines_differ_between_people(plate):
    width, height = plate.size_px
    maps, others = (face_creases(ground(plate.landmarks_L2, (0, 0, width, height), plate.unit_px, seed=seed)) for seed in (1, 2))
    assert all(np.abs(m).max() > 0.2 * plate.unit_px and np.isfinite(m).all() for m in maps.values())
    assert {n.removesuffix("Left") for n in maps if n.endswith("Left")} == {
        n.removesuffix("Right") for n in maps if n.endswith("Right")
    }
    assert np.abs(maps["forehead"] - others["forehead"]).max() > 0.05 * plate.unit_px
