"""Sampling against the exact answer for Gaussian data."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from emostage.diffusion.sample import noise, sample
from emostage.diffusion.schedule import STEPS, noise_schedule

MEAN, SPREAD = 0.7, 0.3


def exact(x: Tensor, step: int) -> Tensor:
    """The expected clean value of Gaussian data in noise."""
    a = float(noise_schedule().alphas_cumprod[step])
    gain = a**0.5 * SPREAD**2 / (a * SPREAD**2 + 1 - a)
    return MEAN + gain * (x - a**0.5 * MEAN)


def test_the_exact_denoiser_gives_the_exact_distribution() -> None:
    drawn = sample(exact, noise((20000,), torch.Generator().manual_seed(0)), steps=100)
    assert float(drawn.mean()) == pytest.approx(MEAN, abs=0.01)
    assert float(drawn.std()) == pytest.approx(SPREAD, rel=0.05)


def test_a_few_steps_come_near() -> None:
    start = noise((20000,), torch.Generator().manual_seed(0))
    few, many = sample(exact, start, steps=8), sample(exact, start, steps=200)
    assert torch.corrcoef(torch.stack([few, many]))[0, 1] > 0.999
    assert float(few.std()) == pytest.approx(SPREAD, rel=0.3)


def test_noise_is_the_generators_alone() -> None:
    a, b = (noise((5, 3), torch.Generator().manual_seed(s)) for s in (3, 3))
    assert torch.equal(a, b)


def test_at_least_one_step() -> None:
    with pytest.raises(ValueError, match="step"):
        sample(exact, torch.zeros(1), steps=0)


def test_the_last_timestep_is_noise_alone() -> None:
    assert float(noise_schedule().alphas_cumprod[STEPS - 1]) < 1e-6
