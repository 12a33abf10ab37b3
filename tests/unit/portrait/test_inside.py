"""What is known of the inside of a mouth."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.portrait.inside import SHAPE, MouthMap, changed, of_arrays, to_arrays
from emostage.portrait.mouth import Mouth

WIDE = expression(jawOpen=0.35, mouthUpperUp=0.4, mouthLowerDown=0.4)


def mouth_map(**changes: np.ndarray) -> MouthMap:
    nothing = {
        "upper_4HW": np.zeros((4, *SHAPE)),
        "lower_4HW": np.zeros((4, *SHAPE)),
        "cavity_3": np.zeros(3),
        "drop_2": np.zeros(2),
    }
    return MouthMap(**{name: np.asarray(value, np.float32) for name, value in {**nothing, **changes}.items()})


@pytest.fixture(scope="module")
def noise() -> MouthMap:
    rng = np.random.default_rng(0)
    shapes = {"upper_4HW": (4, *SHAPE), "lower_4HW": (4, *SHAPE), "cavity_3": (3,), "drop_2": (2,)}
    return mouth_map(**{name: rng.uniform(-0.4, 0.4, shape) for name, shape in shapes.items()})


@pytest.fixture(scope="module")
def mouth(hopper) -> Mouth:
    return Mouth(hopper.plate, hopper.sheet)


def laid(face, mouth: Mouth, known: MouthMap | None = None) -> tuple[torch.Tensor, torch.Tensor]:
    inside = mouth.inside if known is None else known.on(mouth.inside)
    _, colour, mask = mouth.laid(face.pose(WIDE), inside)
    return colour, mask


def test_a_map_of_nothing_changes_nothing(hopper, mouth, noise):
    plain = laid(hopper, mouth)
    for known in (mouth_map(), noise.at(0.0)):
        torch.testing.assert_close(laid(hopper, mouth, known), plain, atol=1e-3, rtol=0)
    assert not torch.equal(laid(hopper, mouth, noise)[0], plain[0])


def test_a_mouth_that_is_known_is_drawn_as_its_map_says(hopper, mouth, noise):
    known = Mouth(hopper.plate, hopper.sheet, known=noise)
    assert torch.equal(laid(hopper, known)[0], laid(hopper, mouth, noise)[0])


def test_strength_scales_the_map(noise):
    for name, value in vars(noise.at(0.5)).items():
        np.testing.assert_allclose(value, 0.5 * getattr(noise, name), atol=1e-7)


def test_logarithms_make_colours_lighter_and_have_a_limit(mouth):
    lighter, most = (mouth_map(cavity_3=np.full(3, value)).on(mouth.inside).cavity_3 for value in (np.log(1.5), 50.0))
    torch.testing.assert_close(lighter, 1.5 * mouth.inside.cavity_3)
    assert (most < 4 * mouth.inside.cavity_3).all() and torch.isfinite(most).all()


def test_colours_and_alphas_stay_in_range(mouth):
    everything = np.full((4, *SHAPE), 9.0)
    for way in (everything, -everything):
        row = mouth_map(upper_4HW=way).on(mouth.inside).upper.rgba_4HW
        assert float(row[:3].min()) >= 0 and float(row[:3].max()) <= 255
        assert float(row[3].min()) >= 0 and float(row[3].max()) <= 1


def test_rows_that_lie_lower_are_seen_lower(hopper, mouth):
    """Upper teeth are drawn down by their drop, in millimetres."""

    def lowest(known: MouthMap) -> float:
        colour, mask = laid(hopper, mouth, known)
        tooth = ((colour.amin(1) > 60) & (mask[:, 0] > 0.5))[0]
        column = tooth[: tooth.shape[0] * 2 // 3, tooth.shape[1] // 2]
        return float(torch.nonzero(column).max())

    gone = mouth_map(lower_4HW=np.concatenate([np.zeros((3, *SHAPE)), np.full((1, *SHAPE), -1.0)])).lower_4HW
    at = [lowest(mouth_map(lower_4HW=gone, drop_2=np.array([drop, 0.0]))) for drop in (0.0, 2.0)]
    assert at[1] > at[0]


def test_what_is_laid_can_be_differentiated_by_the_map(hopper, mouth):
    unknowns = [torch.zeros(shape, requires_grad=True) for shape in ((4, *SHAPE), (4, *SHAPE), (3,), (2,))]
    _, colour, mask = mouth.laid(hopper.pose(WIDE), changed(mouth.inside, *unknowns))
    (colour * mask.detach()).sum().backward()
    assert all(torch.isfinite(unknown.grad).all() and unknown.grad.any() for unknown in unknowns)


def test_a_map_comes_back_from_its_file(noise):
    again = of_arrays(to_arrays(noise))
    for name, value in vars(noise).items():
        np.testing.assert_allclose(getattr(again, name), value, atol=1e-3)


@pytest.mark.parametrize("name", ["upper_4HW", "lower_4HW", "cavity_3", "drop_2"])
@pytest.mark.parametrize("how", [lambda a: a[:1], lambda a: a * np.float16(np.nan), lambda a: a.astype(np.int16), lambda a: None])
def test_damaged_maps_are_told(noise, name, how):
    arrays = to_arrays(noise)
    changed_arrays = {**arrays, name: how(arrays[name])}
    with pytest.raises(ValueError, match=name):
        of_arrays({key: value for key, value in changed_arrays.items() if value is not None})
