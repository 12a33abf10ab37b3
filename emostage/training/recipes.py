"""The recipes of the three painters and of the diffusion finish, sized for two CPU cores and for one large GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from emostage.nets.emodiffhead.learning import EmoDiffHeadObjective
from emostage.nets.emodiffhead.net import BEFORE, EmoDiffHead, PainterConfig
from emostage.nets.emotalker.net import DenoiserConfig, EmoTalker
from emostage.nets.emotalker.painting import EmoTalkerObjective
from emostage.nets.emotivetalk.ethd import Ethd, EthdConfig
from emostage.nets.emotivetalk.paint import WINDOW
from emostage.nets.emotivetalk.painting import EthdObjective
from emostage.nets.finish.learning import FinishObjective
from emostage.nets.finish.net import Finish, FinishConfig
from emostage.training.finish.examples import Finishings
from emostage.training.finish.examples import held_batches as held_finishings
from emostage.training.finish.store import read_card, read_pairs
from emostage.training.footage.examples import Shape
from emostage.training.painters import Lessons, Recipe, sized

Size = Literal["small", "large"]
SIZES: tuple[Size, ...] = ("small", "large")
"""For two cores, and for one large GPU."""

_LARGE = {"widths": (128, 256, 384), "blocks": 3, "embed": 512, "token": 192}
_MORE = 4
"""How many times more takes a batch has on a GPU."""


def emodiffhead() -> Recipe:
    """The UNet of EMOdiffhead."""
    return Recipe(
        what="EMOdiffhead (arXiv 2409.07255): paints faces from an expression vector, sound, one photo and the frames before",
        config=PainterConfig(),
        build=EmoDiffHead,
        objective=EmoDiffHeadObjective(),
        shape=Shape(before=BEFORE),
    )


def emotivetalk() -> Recipe:
    """ETHD with EDI."""
    return Recipe(
        what="ETHD of EmotiveTalk (arXiv 2411.16726): paints faces from lip and expression codes, the photo's own taken out",
        config=EthdConfig(),
        build=Ethd,
        objective=EthdObjective(),
        shape=Shape(clips=4, frames=WINDOW),
    )


def emotalker() -> Recipe:
    """The latent denoiser of EmoTalker."""
    return Recipe(
        what="EmoTalker (arXiv 2401.08049): paints faces from sound, landmarks and the strengths of emotions",
        config=DenoiserConfig(),
        build=EmoTalker,
        objective=EmoTalkerObjective(),
    )


RECIPES: Mapping[str, Callable[[], Recipe]] = MappingProxyType({
    "emodiffhead": emodiffhead, "emotivetalk": emotivetalk, "emotalker": emotalker,
})  # fmt: skip
"""Painters by the name of their engine."""


def recipe(name: str, size: Size) -> Recipe:
    """The recipe of a painter. Raises KeyError for a name that is not in `RECIPES`."""
    small = RECIPES[name]()
    return small if size == "small" else replace(sized(small, **_LARGE), shape=_more(small.shape), rate=2e-4)


def finish(size: Size) -> Recipe:
    """The diffusion finish. For a large GPU only the batches are larger: the net must stay small enough for films."""
    small = Recipe(
        what="diffusion finish: repairs in frames of the photo renderer what the photo could not know",
        config=FinishConfig(),
        build=Finish,
        objective=FinishObjective(),
    )
    return small if size == "small" else replace(small, shape=_more(small.shape), rate=4e-4)


def finish_lessons(folder: Path, recipe: Recipe, seed: int) -> Lessons:
    """Lessons of pairs. Raises AssetError E130."""
    train, held = read_pairs(folder), read_pairs(folder, "held")
    return Lessons(
        examples=Finishings(train, recipe.shape, seed=seed),
        held=held_finishings(held, recipe.shape, recipe.held),
        about=read_card(folder),
    )


def _more(shape: Shape) -> Shape:
    """Larger batches."""
    return replace(shape, clips=_MORE * shape.clips, stills=_MORE * shape.stills)
