"""Fetching from the photo, painting over it, and doing both again on a larger picture."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import interpolate

from emostage.nets.painting.copying import enlarged, fetched, overpainted


def picture(size: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_what_does_not_move_is_fetched_as_it_is() -> None:
    assert torch.allclose(fetched(picture(64), torch.zeros(1, 2, 32, 32)), picture(64), atol=1e-5)


def test_the_way_back_leads_to_where_it_lay() -> None:
    photo, flow = picture(64), torch.zeros(1, 2, 32, 32)
    flow[:, 0] = 5 / 64
    assert torch.allclose(fetched(photo, flow)[..., :-5], photo[..., 5:], atol=1e-4)
    assert torch.allclose(fetched(photo, flow)[..., -1], photo[..., -1], atol=1e-4)


def test_little_change_keeps_and_much_change_covers() -> None:
    change = torch.zeros(1, 3, 64, 64)
    change[..., :32] = 0.8
    painted = overpainted(picture(64), torch.zeros(1, 2, 32, 32), change)
    assert torch.allclose(painted.keep_N1HH[..., 40:], torch.ones(1))
    assert float(painted.keep_N1HH[..., :32].max()) < 1e-6
    assert torch.allclose(painted.clean_N3HH, picture(64) + change, atol=1e-5)


def test_a_larger_picture_keeps_its_own_detail_where_nothing_was_painted() -> None:
    large = picture(256)
    small = interpolate(large, (64, 64), mode="area")
    seen = enlarged(overpainted(small, torch.zeros(1, 2, 32, 32), torch.zeros(1, 3, 64, 64)), large)
    assert torch.allclose(seen, large, atol=1e-3)


def test_what_was_painted_has_no_detail_of_the_photo() -> None:
    large = picture(256)
    flat = -interpolate(large, (64, 64), mode="area") + 0.9
    seen = enlarged(overpainted(-flat + 0.9, torch.zeros(1, 2, 32, 32), flat), large)
    assert float((seen - 0.9).abs().mean()) < 0.02


@pytest.mark.parametrize("size", [32, 64])
def test_smaller_films_are_averaged(size: int) -> None:
    painted = overpainted(picture(64), torch.zeros(1, 2, 32, 32), torch.zeros(1, 3, 64, 64))
    assert torch.allclose(enlarged(painted, picture(size)), interpolate(picture(64), (size, size), mode="area"), atol=1e-5)
