"""Recipes of the painters: one net of each paper, trained on footage by one call; the diffusion finish goes the same way, on pairs.

They need footage (`training.footage`) or pairs (`training.finish`), the sources of emostage, and nothing but torch, lightning,
diffusers, numpy, safetensors and Pillow.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from emostage.core.errors import AssetError
from emostage.diffusion.checkpoints import NET, save
from emostage.diffusion.module import Batch, Objective, Optimisation
from emostage.training.fit import Outcome, Run, fit, leads
from emostage.training.footage.examples import Paintings, Shape, held_batches
from emostage.training.footage.store import read_card, read_footage

CANNOT = (
    "People who were drawn have no pores, no wet eyes, no hair that falls, no teeth but drawn ones, and feel as the rules of "
    "emostage have it. What is not fetched from a photo is painted as they look."
)
"""What training on synthetic faces cannot teach, as cards say it."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A net of a configuration, what it learns, and how its batches are cut. `held` batches are looked at in every check."""

    what: str
    config: Any
    build: Callable[[Any], nn.Module]
    objective: Objective
    shape: Shape = Shape()
    rate: float = 8e-4
    held: int = 8


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long and where a painter is trained; `accelerator`, `devices`, `strategy` and `precision` are Lightning's.

    `begin` is the folder of a checkpoint whose weights of the same names and shapes the net begins with.
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
            optimisation=Optimisation(steps=self.steps, rate=rate, warmup=min(100, self.steps // 4), decay=0.01),
            seed=self.seed,
            check_every=min(self.check_every, self.steps),
            smoothing=0.995,
            accelerator=self.accelerator,
            devices=self.devices,
            strategy=self.strategy,
            precision=self.precision,
            minutes=self.minutes,
        )


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What a net is trained on: endless `examples`, the batches that are `held` out, and what is known `about` the data."""

    examples: Iterable[Batch]
    held: Iterable[Batch]
    about: Mapping[str, Any]


Read = Callable[[Path, Recipe, int], Lessons]
"""A folder, what is to be learnt and a seed to lessons. Raises AssetError E130."""


def footage_lessons(folder: Path, recipe: Recipe, seed: int) -> Lessons:
    """Lessons of footage. Raises AssetError E130."""
    train, held = read_footage(folder), read_footage(folder, "held")
    return Lessons(
        examples=Paintings(train, recipe.shape, seed=seed),
        held=held_batches(held, recipe.shape, recipe.held),
        about=read_card(folder),
    )


def train_from(folder: Path, recipe: Recipe, plan: Plan, command: str, read: Read = footage_lessons) -> dict[str, Any]:
    """Train a net on a folder of footage, or of what `read` reads, and write its checkpoint to `plan.out`; what is in `plan.work`
    is gone on with.

    Returns what the card says of the training; nothing in processes that train along. Raises AssetError E130 for data that cannot
    be read, E131 for a checkpoint to begin with that cannot, and EmostageError E132 for no result.
    """
    lessons = read(folder, recipe, plan.seed)
    net, outcome = train_on(recipe, plan, lessons)
    if not leads():
        return {}
    card = {
        "what": recipe.what,
        "licence": "Apache-2.0",
        "data": _about(lessons.about),
        "command": command,
        "trained_with": {"torch": torch.__version__, "machine": platform.machine(), "precision": str(plan.precision)},
        "cannot": CANNOT,
        "best_step": outcome.step,
        "held_out_loss": round(outcome.best, 5),
        "held_out_curve": outcome.curve,
    }
    save(plan.out, net, recipe.config, card)
    return {key: card[key] for key in ("best_step", "held_out_loss")}


def train_on(recipe: Recipe, plan: Plan, lessons: Lessons) -> tuple[nn.Module, Outcome]:
    """Train a net and leave in it what did best on what was held out."""
    torch.manual_seed(plan.seed)
    net = recipe.build(recipe.config)
    if plan.begin is not None:
        _begin(net, plan.begin)
    return net, fit(net, recipe.objective, _loader(lessons.examples), _loader(lessons.held), plan.run(recipe.rate))


def _about(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the data's card says of it, without the list of what was skipped."""
    return {key: value for key, value in card.items() if key not in ("shards", "skipped")}


def _begin(net: nn.Module, folder: Path) -> None:
    """Take over the weights of a checkpoint that have the same name and shape."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(folder / NET)
    except (OSError, SafetensorError) as error:
        raise AssetError.of("E131", f"the checkpoint '{folder.name}' cannot be read: {error}", "give the folder of one") from error
    own = net.state_dict()
    same = {name: value.float() for name, value in weights.items() if name in own and own[name].shape == value.shape}
    net.load_state_dict({**own, **same})


def _loader(batches: Any) -> DataLoader[Any]:
    """A loader of batches that are batches already."""
    return DataLoader(batches, batch_size=None)


def sized(recipe: Recipe, **sizes: Any) -> Recipe:
    """The recipe with other sizes of its net."""
    return replace(recipe, config=replace(recipe.config, **sizes))
