"""The noise of our motion nets: squared-cosine, predicted clean (Nichol & Dhariwal, arXiv 2102.09672, equation 17)."""

from __future__ import annotations

from typing import Any

STEPS = 1000
"""Timesteps of training."""


def noise_schedule() -> Any:
    """A diffusers scheduler (DDIM, Song et al., arXiv 2010.02502) for nets that predict the clean sample."""
    from diffusers.schedulers.scheduling_ddim import DDIMScheduler

    return DDIMScheduler(
        num_train_timesteps=STEPS,
        beta_schedule="squaredcos_cap_v2",
        prediction_type="sample",
        clip_sample=False,
        set_alpha_to_one=True,
        timestep_spacing="trailing",
    )
