"""The recipes of the three painters, sized for two CPU cores and for one large GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from emostage.nets.emodiffhead.learning import EmoDiffHeadObjective
from emostage.nets.emodiffhead.net import BEFORE, EmoDiffHead, PainterConfig
from emostage.nets.emotalker.net import DenoiserConfig, EmoTalker
from emostage.nets.emotalker.painting import EmoTalkerObjective
from emostage.nets.emotivetalk.ethd import Ethd, EthdConfig
from emostage.nets.emotivetalk.paint import WINDOW
from emostage.nets.emotivetalk.painting import EthdObjective
from emostage.training.footage.examples import Shape
from emostage.training.painters import Recipe, sized

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
    if size == "small":
        return small
    shape = replace(small.shape, clips=_MORE * small.shape.clips, stills=_MORE * small.shape.stills)
    return replace(sized(small, **_LARGE), shape=shape, rate=2e-4)
