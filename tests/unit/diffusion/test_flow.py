"""Flow matching: straight lines from noise to a sample."""

from __future__ import annotations

import pytest
import torch

from emostage.diffusion.flow import drawn_levels, levels, noised, sample

TRUE = torch.tensor([[0.3, -1.2, 2.0]])


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_a_net_that_knows_is_followed(steps: int) -> None:
    asked = []

    def predict(x: torch.Tensor, level: float) -> torch.Tensor:
        asked.append(level)
        assert torch.allclose(x, noised(TRUE, torch.ones(1, 3), torch.tensor(level)), atol=1e-5)
        return TRUE

    assert torch.allclose(sample(predict, torch.ones(1, 3), steps=steps), TRUE, atol=1e-5)
    assert len(asked) == steps


def test_levels_fall_evenly_from_the_first() -> None:
    assert levels(4) == [1.0, 0.75, 0.5, 0.25]
    assert levels(2, first=0.5) == [0.5, 0.25]


def test_a_sample_may_begin_half_clean() -> None:
    half = noised(TRUE, torch.ones(1, 3), torch.tensor(0.5))
    assert torch.allclose(sample(lambda x, s: TRUE, half, steps=2, first=0.5), TRUE, atol=1e-5)


def test_corrections_are_what_is_stepped_towards() -> None:
    assert torch.allclose(sample(lambda x, s: TRUE, torch.ones(1, 3), steps=3, correct=lambda c, s: c + 1), TRUE + 1, atol=1e-5)


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        levels(0)


def test_training_looks_at_noise_alone_often_enough() -> None:
    drawn = drawn_levels(4000, torch.Generator().manual_seed(0))
    assert 0.65 < float((drawn == 1.0).float().mean()) < 0.75
    assert float(drawn.min()) > 0.0199
