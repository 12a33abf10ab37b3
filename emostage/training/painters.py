"""Recipes of the painters: one net of each paper, trained on footage by one call.

They need footage (`training.footage`), the sources of emostage, and nothing but torch, lightning, diffusers, numpy, safetensors and
Pillow.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from emostage.diffusion.checkpoints import save
from emostage.diffusion.module import Objective, Optimisation
from emostage.training.fit import Outcome, Run, fit, leads
from emostage.training.footage.examples import Paintings, Shape, held_batches
from emostage.training.footage.store import Footage


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A net of a configuration, what it learns, and how its batches are cut. `held` batches are looked at in every check."""

    what: str
    config: Any
    build: Callable[[Any], nn.Module]
    objective: Objective
    shape: Shape = Shape()
    rate: float = 4e-4
    held: int = 8


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long and where a painter is trained; `accelerator`, `devices`, `strategy` and `precision` are Lightning's.

    `begin` names a safetensors file whose weights of the same names and shapes the net begins with.
    """

    out: Path
    work: Path
    steps: int
    seed: int = 0
    accelerator: str = "auto"
    devices: int | str = "auto"
    strategy: str = "auto"
    precision: Any = "bf16-mixed"
    minutes: float | None = None
    check_every: int = 250
    begin: Path | None = None

    def run(self, rate: float) -> Run:
        """The run that the trainer makes."""
        return Run(
            folder=self.work,
            optimisation=Optimisation(steps=self.steps, rate=rate, warmup=min(200, self.steps // 4), decay=0.01),
            seed=self.seed,
            check_every=min(self.check_every, self.steps),
            smoothing=0.995,
            accelerator=self.accelerator,
            devices=self.devices,
            strategy=self.strategy,
            precision=self.precision,
            minutes=self.minutes,
        )


def train_painter(recipe: Recipe, plan: Plan, train: Footage, held: Footage) -> tuple[nn.Module, Outcome]:
    """Train a painter and leave in it what did best on the held-out footage; what is in `plan.work` is gone on with."""
    torch.manual_seed(plan.seed)
    net = recipe.build(recipe.config)
    if plan.begin is not None:
        _begin(net, plan.begin)
    examples = Paintings(train, recipe.shape, seed=plan.seed)
    checks = held_batches(held, recipe.shape, recipe.held)
    return net, fit(net, recipe.objective, _loader(examples), _loader(checks), plan.run(recipe.rate))


def save_painter(net: nn.Module, recipe: Recipe, plan: Plan, outcome: Outcome, about: Mapping[str, Any]) -> None:
    """Write the checkpoint, where this process is the one that writes."""
    if leads():
        card = {
            "what": recipe.what,
            "licence": "Apache-2.0",
            **about,
            "trained_with": {"torch": torch.__version__, "machine": platform.machine()},
            "best_step": outcome.step,
            "held_out_loss": round(outcome.best, 5),
            "held_out_curve": outcome.curve,
        }
        save(plan.out, net, recipe.config, card)


def _begin(net: nn.Module, path: Path) -> None:
    from safetensors.torch import load_file

    own = net.state_dict()
    same = {name: value for name, value in load_file(path).items() if name in own and own[name].shape == value.shape}
    net.load_state_dict({**own, **same})


def _loader(batches: Any) -> DataLoader[Any]:
    """A loader of batches that are batches already."""
    return DataLoader(batches, batch_size=None)


def sized(recipe: Recipe, **sizes: Any) -> Recipe:
    """The recipe with other sizes of its net."""
    return replace(recipe, config=replace(recipe.config, **sizes))
