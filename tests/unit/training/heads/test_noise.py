"""Value noise is in range, smooth, repeatable and different for different seeds."""

from __future__ import annotations

import pytest
import torch

from emostage.training.heads.noise import layered, value_noise


@pytest.mark.parametrize("axes", [2, 3])
def test_noise_is_in_range_smooth_and_repeatable(axes: int) -> None:
    points = 40 * torch.rand(2000, axes, generator=torch.Generator().manual_seed(1)) - 20
    first, again, other = value_noise(points, 3), value_noise(points, 3), value_noise(points, 4)
    assert torch.equal(first, again)
    assert (first - other).abs().mean() > 0.1
    assert first.min() >= 0 and first.max() <= 1 and 0.4 < first.mean() < 0.6
    assert (value_noise(points + 1e-3, 3) - first).abs().max() < 0.02


def test_octaves_add_detail_and_keep_the_range() -> None:
    line = torch.linspace(0, 30, 3001)
    points = torch.stack([line, 0 * line], -1)
    rough, smooth = (layered(points, 9, octaves) for octaves in (4, 1))
    assert rough.min() >= 0 and rough.max() <= 1
    assert rough.diff().diff().abs().mean() > 3 * smooth.diff().diff().abs().mean()
