"""From noise to a clean sample in few steps."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from emostage.diffusion.schedule import solver

Predict = Callable[[Tensor, int], Tensor]
"""The clean sample that a net sees in a noisy one at a timestep in [0, 1000)."""


def noise(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Standard normal noise, drawn on the CPU so that it is the same on every device."""
    return torch.randn(shape, generator=generator, dtype=torch.float32)


def sample(predict: Predict, noise_X: Tensor, *, steps: int) -> Tensor:
    """A clean sample of the shape of `noise_X` by `steps` deterministic steps from it.

    Raises ValueError when `steps` is less than 1.
    """
    if steps < 1:
        raise ValueError("a sample needs at least one step")
    scheduler = solver()
    scheduler.set_timesteps(steps)
    x_X = noise_X
    for step in scheduler.timesteps.tolist():
        x_X = scheduler.step(predict(x_X, step), step, x_X).prev_sample
    return x_X
