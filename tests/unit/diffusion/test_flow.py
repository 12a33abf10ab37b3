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


def test_levels_fall_from_one_and_a_shift_keeps_them_high() -> None:
    plain, shifted = levels(4), levels(4, shift=3.0)
    assert plain == [1.0, 0.75, 0.5, 0.25]
    assert shifted[0] == 1.0
    assert all(b > a for a, b in zip(plain[1:], shifted[1:], strict=True))


def test_corrections_are_what_is_stepped_towards() -> None:
    assert torch.allclose(sample(lambda x, s: TRUE, torch.ones(1, 3), steps=3, correct=lambda c, s: c + 1), TRUE + 1, atol=1e-5)


def test_no_steps_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        levels(0)


def test_training_looks_at_noise_alone_often_enough() -> None:
    drawn = drawn_levels(4000, torch.Generator().manual_seed(0))
    assert 0.2 < float((drawn == 1.0).float().mean()) < 0.3
    assert float(drawn.min()) > 0.0199
