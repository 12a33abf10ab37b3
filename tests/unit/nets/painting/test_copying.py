import pytest
import torch

from emostage.nets.painting.copying import enlarged, fetched, joined, sized


def picture(size, seed=0):
    coarse = torch.rand(1, 3, 6, 6, generator=torch.Generator().manual_seed(seed)) * 1.6 - 0.8
    grain = torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(seed + 1)) * 0.05
    return sized(coarse, size).clamp(-0.8, 0.8) + grain


def flow(count, amount):
    whole = torch.zeros(count, 2, 32, 32)
    whole[:, 0] = amount
    return whole


@pytest.mark.parametrize("size", [40, 64, 96])
def test_a_frame_that_is_fetched_everywhere_is_the_large_picture_fetched(size):
    large = picture(size)
    reference = sized(large, 64)
    for moved in (0.0, 0.05):
        painted = joined(reference.expand(2, -1, -1, -1), flow(2, moved), torch.ones(2, 1, 64, 64), torch.zeros(2, 3, 64, 64))
        expected = fetched(large.expand(2, -1, -1, -1), flow(2, moved), "bicubic")
        assert (enlarged(painted, large) - expected).abs().max() < 1e-5


@pytest.mark.parametrize("size", [40, 96])
def test_what_is_painted_anew_has_nothing_of_the_picture(size):
    large = picture(size)
    paint = sized(picture(32, seed=7), 64)
    painted = joined(sized(large, 64), flow(1, 0.05), torch.zeros(1, 1, 64, 64), paint)
    assert (enlarged(painted, large) - sized(paint, size)).abs().max() < 1e-5


def test_a_part_is_these_frames():
    paint = torch.arange(5.0).view(5, 1, 1, 1).expand(5, 3, 64, 64)
    painted = joined(picture(64).expand(5, -1, -1, -1), flow(5, 0.0), torch.zeros(5, 1, 64, 64), paint)
    assert painted.part(1, 3).clean_N3HH[:, 0, 0, 0].tolist() == [1.0, 2.0]
