"""Flow matching along straight lines, the clean sample predicted (Liu et al., Rectified Flow, arXiv 2209.03003; Lipman et al., Flow
Matching, arXiv 2210.02747): x_s = (1 - s) x_0 + s noise, s from 1 to 0.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Predict = Callable[[Tensor, float], Tensor]
"""The clean sample that a net sees in a noisy one at a level in (0, 1]."""

Correct = Callable[[Tensor, float], Tensor]
"""A change of the predicted clean sample before the next step is taken from it."""


def noised(clean: Tensor, noise: Tensor, level: Tensor) -> Tensor:
    """A sample on its way to noise; `level` broadcasts to it."""
    return clean + level * (noise - clean)


def levels(steps: int, first: float = 1.0) -> list[float]:
    """The levels at which a sample of so many steps is looked at, falling evenly from `first`.

    Raises ValueError when `steps` is less than 1.
    """
    if steps < 1:
        raise ValueError("a sample needs at least one step")
    return [first * (1.0 - k / steps) for k in range(steps)]


def sample(predict: Predict, noise: Tensor, *, steps: int, first: float = 1.0, correct: Correct | None = None) -> Tensor:
    """A clean sample out of one noisy to the level `first`, by Euler's method with diffusers' scheduler of flow matching."""
    from diffusers.schedulers.scheduling_flow_match_euler_discrete import FlowMatchEulerDiscreteScheduler

    scheduler = FlowMatchEulerDiscreteScheduler(shift=1.0)
    scheduler.set_timesteps(sigmas=levels(steps, first))
    x, clean = noise, noise
    for step, level in zip(scheduler.timesteps, levels(steps, first), strict=True):
        clean = predict(x, level)
        if correct is not None:
            clean = correct(clean, level)
        x = scheduler.step((x - clean) / level, step, x, return_dict=False)[0]
    return x


ALL_NOISE = 0.7
"""Share of training samples that are noise alone, where samples of few steps begin."""


def drawn_levels(count: int, generator: torch.Generator | None) -> Tensor:
    """Levels (count,) for training: even in (0, 1], but for `ALL_NOISE` of them, which are 1."""
    even = torch.rand(count, generator=generator)
    return torch.where(torch.rand(count, generator=generator) < ALL_NOISE, torch.ones(count), even.clamp_min(0.02))
