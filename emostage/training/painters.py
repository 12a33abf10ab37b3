"""Recipes of the painters: one net of each paper, trained on footage by one call; the diffusion finish goes the same way, on pairs.

They need footage (`training.footage`) or pairs (`training.finish`), the sources of emostage, and nothing but torch, lightning,
diffusers, numpy, safetensors and Pillow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emostage.core.errors import AssetError, UsageError
from emostage.diffusion.checkpoints import NET, save
from emostage.diffusion.module import Batch, Objective, Optimisation
from emostage.nets.painting.pretrained import WEIGHTS, Pretrained, pretrained
from emostage.training.dataset import PARTS
from emostage.training.fit import BEST, Outcome, Run, Terms, fit, leads, trained_with
from emostage.training.footage.examples import Paintings, Shape, held_batches
from emostage.training.footage.store import joined, read_card, read_footage

CANNOT = (
    "People who were drawn have no pores, no wet eyes, no hair that falls, no teeth but drawn ones, and feel as the rules of "
    "emostage have it. What is not fetched from a photo is painted as they look."
)
"""What training on synthetic faces cannot teach, as cards say it."""

_CODEC = "codec"
"""The part of a painter that is its codec."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A net of a configuration, what it learns, and how its batches are cut. `held` batches are looked at in every check.

    `codec` is a pretrained codec, where `config` asks for one (`coded`), and `codec_card` what the card says of the codec.
    """

    what: str
    config: Any
    build: Callable[[Any], nn.Module]
    objective: Objective
    shape: Shape = Shape()
    rate: float = 8e-4
    held: int = 8
    codec: Pretrained | None = None
    codec_card: Mapping[str, Any] = field(default_factory=lambda: {"what": "space to depth: nothing is lost"})


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How long and where a painter is trained; `begin` is the folder of a checkpoint whose weights of the same names and shapes the
    net begins with."""

    out: Path
    work: Path
    steps: int
    check_every: int = 250
    begin: Path | None = None
    terms: Terms = Terms(precision="bf16-mixed")


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What a net is trained on: endless `examples`, the batches that are `held` out, and what is known `about` the data."""

    examples: Iterable[Batch]
    held: Iterable[Batch]
    about: Mapping[str, Any]


Read = Callable[[Path, Recipe, int], Lessons]
"""A folder, what is to be learnt and a seed to lessons. Raises AssetError E130."""


def footage_lessons(folder: Path, recipe: Recipe, seed: int, beside: Path | None = None) -> Lessons:
    """Lessons of footage, with more of it `beside`. Raises AssetError E130, E106 when there is nothing in a part of it, and
    UsageError E018 for pictures of another size."""
    folders = (folder,) if beside is None else (folder, beside)
    cards = [read_card(each) for each in folders]
    if len({card.get("size_px") for card in cards}) > 1:
        sizes = " and ".join(f"{card.get('size_px')}" for card in cards)
        raise UsageError.of("E018", f"the pictures have {sizes} pixels", "give another --work, so that the films are tracked anew")
    train, held = (joined([read_footage(each, part) for each in folders]) for part in PARTS)
    if not (len(train) and len(held)):
        what = "to learn from" if not len(train) else "to hold out"
        raise AssetError.of("E106", f"there are no pictures {what}", f"'{folders[-1] / 'card.json'}' tells what was passed over")
    return Lessons(
        examples=Paintings(train, recipe.shape, seed=seed),
        held=held_batches(held, recipe.shape, recipe.held),
        about=cards[0] if beside is None else {**cards[0], "with": _about(cards[1])},
    )


def train_from(folder: Path, recipe: Recipe, plan: Plan, command: str, read: Read = footage_lessons) -> dict[str, Any]:
    """Train a net on a folder of footage, or of what `read` reads, and write its checkpoint to `plan.out`; what is in `plan.work`
    is gone on with.

    Returns what the card says of the training; nothing in processes that train along. Raises AssetError E130 for data that cannot
    be read, E131 for a checkpoint to begin with that cannot, UsageError E018 for a run begun with another codec, and
    EmostageError E132 for no result.
    """
    lessons = read(folder, recipe, plan.terms.seed)
    net, outcome = train_on(recipe, plan, lessons)
    if not leads():
        return {}
    card = {
        "what": recipe.what,
        "licence": "Apache-2.0",
        "data": _about(lessons.about),
        "codec": dict(recipe.codec_card),
        "command": command,
        "trained_with": trained_with(precision=str(plan.terms.precision)),
        "cannot": CANNOT,
        **outcome.told(),
    }
    save(plan.out, net, recipe.config, card)
    return {key: card[key] for key in ("best_step", "held_out_loss")}


def train_on(recipe: Recipe, plan: Plan, lessons: Lessons) -> tuple[nn.Module, Outcome]:
    """Train a net and leave in it what did best on what was held out."""
    torch.manual_seed(plan.terms.seed)
    net = recipe.build(recipe.config)
    if plan.begin is not None:
        _begin(net, plan.begin)
    _lend(recipe.codec, net)
    _same_codec(net, plan.work)
    optimisation = Optimisation(steps=plan.steps, rate=recipe.rate, warmup=min(100, plan.steps // 4), decay=0.01)
    run = Run(folder=plan.work, optimisation=optimisation, terms=plan.terms, check_every=plan.check_every, smoothing=0.995)
    outcome = fit(net, recipe.objective, lessons.examples, lessons.held, run)
    _lend(recipe.codec, net)
    return net, outcome


def _about(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the data's card says of it, without the list of what was skipped."""
    return {key: value for key, value in card.items() if key not in ("shards", "skipped")}


def _begin(net: nn.Module, folder: Path) -> None:
    """Take over the weights of a checkpoint that have the same name and shape, but not its codec."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        weights = load_file(folder / NET)
    except (OSError, SafetensorError) as error:
        raise AssetError.of("E131", f"the checkpoint '{folder.name}' cannot be read: {error}", "give the folder of one") from error
    own = net.state_dict()
    same = {name: value.float() for name, value in weights.items() if _fits(own, name, value)}
    net.load_state_dict({**own, **same})


def _fits(own: Mapping[str, Tensor], name: str, value: Tensor) -> bool:
    return name in own and own[name].shape == value.shape and not name.startswith(f"{_CODEC}.")


def _lend(codec: Pretrained | None, net: nn.Module) -> None:
    """Give a net the weights of its codec; smoothing over the steps leaves their last digits another."""
    if codec is not None:
        net.get_submodule(_CODEC).load_state_dict(codec.state_dict())


def _same_codec(net: nn.Module, work: Path) -> None:
    """Raises UsageError E018 when a run that is to go on was begun with another codec."""
    from safetensors.torch import load_file

    if not (work / BEST).exists():
        return
    begun, now = (
        {name: value.cpu().half() for name, value in weights.items() if name.startswith(f"{_CODEC}.")}
        for weights in (load_file(work / BEST), net.state_dict())
    )
    if begun.keys() != now.keys() or not all(torch.equal(value, now[name]) for name, value in begun.items()):
        raise UsageError.of("E018", f"the run in '{work}' was begun with another codec", "give that codec, or another --work")


def coded(recipe: Recipe, folder: Path) -> Recipe:
    """The recipe with the picture codec in a folder. Raises AssetError E134 for none, E135 for one that does not fit."""
    codec = pretrained(folder, recipe.config.factor)
    card = {
        "what": f"{codec.config['_class_name']} of diffusers, frozen",
        "folder": folder.resolve().name,
        "channels": codec.channels,
        "factor": codec.factor,
        "sha256": hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest(),
    }
    return replace(sized(recipe, codec=codec.config), codec=codec, codec_card=card)


def sized(recipe: Recipe, **sizes: Any) -> Recipe:
    """The recipe with other sizes of its net."""
    return replace(recipe, config=replace(recipe.config, **sizes))
