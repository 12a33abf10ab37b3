"""What counts as like the truth."""

from __future__ import annotations

import torch
from torch.nn.functional import avg_pool2d, interpolate

from emostage.nets.painting.learning import likeness, mixed_noise, part_weights

MOUTH, BACKGROUND = 2, 0


def test_truth_is_the_best_and_blur_costs_edges() -> None:
    true = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    weight = torch.ones(2, 1, 32, 32)
    blurred = interpolate(avg_pool2d(true, 2), scale_factor=2)
    exact, soft = likeness(true, true, weight), likeness(blurred, true, weight)
    assert float(exact.loss) < 0.02
    assert float(soft.edges) > float(soft.colour)


def test_mouths_count_more_than_backgrounds_and_the_unknown_is_even() -> None:
    parts = torch.full((1, 32, 32), BACKGROUND, dtype=torch.uint8)
    parts[:, 20:24, 12:20] = MOUTH
    weight = part_weights(parts, 128)
    assert float(weight[0, 0, 88, 64]) > 5 * float(weight[0, 0, 10, 10])
    assert torch.equal(part_weights(torch.full((1, 32, 32), 255, dtype=torch.uint8), 64), torch.ones(1, 1, 64, 64))


def test_some_takes_share_their_noise() -> None:
    noise = mixed_noise((2, 4, 3, 8, 8), torch.tensor([True, False]), torch.Generator().manual_seed(0))
    assert torch.equal(noise[0, 0], noise[0, 3])
    assert not torch.equal(noise[1, 0], noise[1, 3])
    assert abs(float(noise.std()) - 1.0) < 0.1
