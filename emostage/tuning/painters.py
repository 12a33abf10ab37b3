"""The parts of the painters: a LoRA of each net, learnt from films of a person, or from photos that the photo renderer performs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emostage.core.errors import AssetError
from emostage.core.identity import PARTS, Adapter
from emostage.core.tracks import Portrait
from emostage.diffusion.adapters import Lora
from emostage.diffusion.checkpoints import shipped
from emostage.face.portrait import portrait_of
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.portrait.personal import Person
from emostage.training.adapters import Tuned, Tuning, tune
from emostage.training.person.distil import Acting, acting_in
from emostage.training.person.painting import Pictures, for_one, lessons
from emostage.training.person.pictures import footage_of
from emostage.training.recipes import RECIPES, recipe
from emostage.training.sheets import samples_of
from emostage.training.telling import Heard
from emostage.tuning.bench import Bench
from emostage.tuning.clock import LOOKS
from emostage.tuning.exam import painter_of
from emostage.tuning.parts import Learnt, Left, Outcome, forget_part, part_file
from emostage.tuning.performance import Performance
from emostage.tuning.studied import Studied

NAMES = tuple(RECIPES)
"""Parts that are painters."""
_CHECK_EVERY = 25
_RATE, _PERFORMED_RATE = 1e-3, 4e-3
"""What is painted of films differs from frame to frame, so that less is learnt of each."""


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
    train, held = (Pictures(footage=acting.footage(part, listen.goes_on), performed=True) for part in ("train", "held"))
    return Material(train=train, held=held, about={**studied.about, "performed by": "photo renderer"}, distilled=True)


def _portraits(studied: Studied) -> tuple[Portrait, ...]:
    """The portrait of which films are made, then those of all other photos that are one."""
    found = [studied.portrait]
    for take in studied.takes.train if not studied.films else ():
        if take is studied.portrait_take:
            continue
        try:
            found.append(portrait_of(take.picture(0), name=take.source, head=studied.head)[0])
        except AssetError:
            continue
    return tuple(found)


def tune_painter(bench: Bench, name: str, material: Material, person: Person | None, left: int) -> Outcome:
    """Learn the LoRA of a painter, the first of so many that are `left`, kept where it does better on what is held out.

    Raises as `training.adapters.tune`.
    """
    order, listen = bench.order, bench.listen
    with FaceMeshTracker(max_faces=2) as tracker:
        gains = _gains(bench, name, material, person, tracker)
        listen.begins(f"training {name}")
        wanted = for_one(recipe(name, "small"), performed=material.distilled)
        given, checks = lessons(material.train, material.held, wanted, order.terms.seed, material.about)
        tuning = Tuning(
            out=part_file(bench.folder, name),
            work=bench.work / name,
            steps=order.steps,
            check_every=_CHECK_EVERY,
            rate=_PERFORMED_RATE if material.distilled else _RATE,
            lora=Lora(rank=order.rank, alpha=float(order.rank)),
            terms=replace(order.terms, minutes=bench.clock.for_next(left, 1 if material.distilled else LOOKS)),
        )
        samples, heard = samples_of(wanted.objective, checks[0]), Heard(listen.goes_on, listen.finds)
        tuned = tune(wanted, shipped(PARTS[name]), given, tuning, samples=samples, beside=[heard])
        if not tuned.better:
            forget_part(bench.folder, name)
            return Left(name=name, why="it does no better on the held-out footage than the shipped net", figures=tuned.told())
        listen.begins(f"looking at {name}")
        return _judged(bench.folder, name, tuned, gains)


Gains = Callable[[Adapter], tuple[dict[str, Any], bool]]
"""What an adapter makes of a painter: figures before and after for a card, and whether it helps."""


def _gains(bench: Bench, name: str, material: Material, person: Person | None, tracker: Tracker) -> Gains:
    """Look at a painter as it is, so that adapters can be held against that."""
    bench.listen.begins(f"looking at {name}")
    found = bench.exam
    if material.distilled:
        performance = Performance(material.held.footage, tracker)
        with bench.clock.looking():
            before = performance.figures(painter_of(name, None))

        def beside(adapter: Adapter) -> tuple[dict[str, Any], bool]:
            after = performance.figures(painter_of(name, adapter))
            helps = after["ssim"] > before["ssim"] and after["identity"] >= before["identity"]
            return {"performance": {"before": before, "after": after}}, helps

        return beside
    assert found is not None
    with bench.clock.looking():
        found.before(name)

    def on_film(adapter: Adapter) -> tuple[dict[str, Any], bool]:
        gain = found.gain(name, person, adapter)
        return {name: gain.as_dict()}, gain.helps

    return on_film


def _judged(folder: Path, name: str, tuned: Tuned, gains: Gains) -> Outcome:
    """What is kept of what was learnt."""
    adapter = Adapter(part_file(folder, name))
    gained, helps = gains(adapter)
    figures = {**tuned.told(), **gained}
    if not helps:
        forget_part(folder, name)
        return Left(name=name, why="it does not help on the held-out footage", figures=figures)
    return Learnt(name=name, file=adapter.file, config={"rank": tuned.lora.rank, "alpha": tuned.lora.alpha}, figures=figures)
