"""The parts of the painters: a LoRA of each net, learnt from films of a person, or from photos that the photo renderer performs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from emostage.core.errors import AssetError
from emostage.core.identity import PARTS, Adapter
from emostage.core.tracks import Portrait
from emostage.diffusion.adapters import Lora
from emostage.diffusion.checkpoints import shipped
from emostage.evaluate.painted.artists import Painting
from emostage.evaluate.painted.cases import clips
from emostage.evaluate.painted.likeness import Truth
from emostage.evaluate.painted.recognition import Recogniser
from emostage.evaluate.painted.showing import show
from emostage.face.portrait import portrait_of
from emostage.face.track import FaceMeshTracker
from emostage.portrait.personal import Person
from emostage.training.adapters import Tuned, Tuning, tune
from emostage.training.footage.store import Footage
from emostage.training.person.distil import Acting, acting_in
from emostage.training.person.painting import Pictures, for_one, lessons
from emostage.training.person.pictures import footage_of
from emostage.training.recipes import RECIPES, recipe
from emostage.training.sheets import samples_of
from emostage.tuning.bench import Bench
from emostage.tuning.exam import painter_of
from emostage.tuning.parts import Learnt, Left, Outcome, forget_part, part_file
from emostage.tuning.studied import Studied

NAMES = tuple(RECIPES)
"""Parts that are painters."""
_CHECK_EVERY = 25
_CLIPS = 12
"""Clips of the photo renderer's performance that are compared."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """What painters learn from and are examined on; `distilled` says that the photo renderer performed it."""

    train: Pictures
    held: Pictures
    about: Mapping[str, Any]
    distilled: bool


def material_of(bench: Bench, person: Person | None) -> Material:
    """The footage of somebody for painters; where there is nothing filmed to hold out, the photo renderer's performance."""
    studied, listen = bench.studied, bench.listen
    if studied.films and studied.held:
        beyond = None if person is None else person.face.beyond_linear(studied.head)
        listen.begins("cutting out the face")
        train, held = (Pictures(footage=footage_of(some), beyond=beyond) for some in (studied.train, studied.held))
        about = {**studied.about, "face": person is not None}
        return Material(train=train, held=held, about=about, distilled=False)
    listen.begins("performing the photo")
    corpus = bench.work / "acting"
    acting_in(corpus)
    acting = Acting(portraits=_portraits(studied), name=bench.order.name, corpus=corpus, kept=bench.work / "performed")
    train, held = (Pictures(footage=acting.footage(part, listen.goes_on)) for part in ("train", "held"))
    return Material(train=train, held=held, about={**studied.about, "performed by": "photo renderer"}, distilled=True)


def _portraits(studied: Studied) -> tuple[Portrait, ...]:
    """The portraits of all photos that are one, or that of the film."""
    found = []
    for take in studied.takes.train if not studied.films else ():
        try:
            found.append(portrait_of(take.picture(0), name=take.source, head=studied.head)[0])
        except AssetError:
            continue
    return tuple(found) or (studied.portrait,)


def tune_painter(bench: Bench, name: str, material: Material, person: Person | None, minutes: float) -> Outcome:
    """Learn the LoRA of a painter, kept where it does better on what is held out.

    Raises as `training.adapters.tune`.
    """
    order = bench.order
    bench.listen.begins(f"training {name}")
    wanted = for_one(recipe(name, "small"))
    given, checks = lessons(material.train, material.held, wanted, order.terms.seed, material.about)
    path = part_file(bench.folder, name)
    tuning = Tuning(
        out=path,
        work=bench.work / name,
        steps=order.steps,
        check_every=_CHECK_EVERY,
        lora=Lora(rank=order.rank, alpha=float(order.rank)),
        terms=replace(order.terms, minutes=minutes),
    )
    tuned = tune(wanted, shipped(PARTS[name]), given, tuning, samples=samples_of(wanted.objective, checks[0]))
    if not tuned.better:
        forget_part(bench.folder, name)
        return Left(name=name, why="it does no better on the held-out footage than the shipped net", figures=tuned.told())
    return _examined(bench, name, tuned, material, person)


def _examined(bench: Bench, name: str, tuned: Tuned, material: Material, person: Person | None) -> Outcome:
    bench.listen.begins(f"looking at {name}")
    figures: dict[str, Any] = tuned.told()
    adapter = Adapter(part_file(bench.folder, name))
    if material.distilled:
        figures["performance"] = _beside_the_renderer(name, adapter, material.held.footage)
    elif bench.exam is not None:
        gain = bench.exam.gain(name, person, adapter)
        figures[name] = gain.as_dict()
        if not gain.helps:
            forget_part(bench.folder, name)
            return Left(name=name, why="it does not help on the held-out footage", figures=figures)
    config = {"rank": tuned.lora.rank, "alpha": tuned.lora.alpha}
    return Learnt(name=name, file=adapter.file, config=config, figures=figures)


def _beside_the_renderer(name: str, adapter: Adapter, held: Footage) -> dict[str, Any]:
    """How like the painter's frames are to the photo renderer's before and after."""
    with FaceMeshTracker(max_faces=2) as tracker:
        recogniser = Recogniser.of()
        truths = [Truth(case, tracker, recogniser) for case in clips(held, _CLIPS)]
        found = {when: show(Painting(painter_of(name, how)), truths) for when, how in (("before", None), ("after", adapter))}
    return {
        when: {
            "psnr_db": round(shown.likeness.psnr_db, 2),
            "ssim": round(shown.likeness.ssim, 4),
            "identity": round(shown.likeness.identity, 4),
            "mouth": round(shown.likeness.error["mouth"], 3),
        }
        for when, shown in found.items()
    }
