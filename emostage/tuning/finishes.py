"""The part "finish": a LoRA of the net that finishes what the photo renderer drew, learnt from films of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from emostage.core.identity import PARTS, Adapter, base_digest
from emostage.core.plugins import FINISHERS, load
from emostage.diffusion.adapters import Lora
from emostage.diffusion.checkpoints import shipped
from emostage.evaluate.person.shows import FINE, finished, photographed, reenacted
from emostage.face.track import FaceMeshTracker
from emostage.nets.painting.finisher import Finisher
from emostage.portrait.personal import Person
from emostage.training.adapters import Tuned, Tuning, tune
from emostage.training.painters import Lessons
from emostage.training.person.painting import for_one
from emostage.training.recipes import finish
from emostage.training.sheets import samples_of
from emostage.training.telling import Heard
from emostage.tuning.bench import Bench
from emostage.tuning.drawn import Drawn, Finishings, Pairing, held_batches, pieces
from emostage.tuning.exam import STAGE, Exam, Gain
from emostage.tuning.parts import Learnt, Left, Outcome, forget_part, part_file

NAME = "finish"
FRAMES, HELD_FRAMES = 240, 48
"""Frames of which pairs are made at most."""
_CHECK_EVERY = 25
_NONE = "emostage comes without a finish that could be tuned"


def can_finish() -> bool:
    """Whether there is a finish that can be tuned."""
    return base_digest(PARTS[NAME]) is not None


def tune_finish(bench: Bench, person: Person | None) -> Outcome:
    """Learn the LoRA of the finish, kept where films of the highest quality are better with it on held-out footage.

    Raises as `training.adapters.tune`, and AssetError E131 for a finish that cannot be read.
    """
    why = _why_not(bench)
    if why is not None or bench.exam is None:
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why=why or "there is no film of which some could be held out")
    train, held = _pairs(bench, person)
    if not (_any(train) and _any(held)):
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why="the face is not seen in what was drawn of the footage")
    before = _looked(bench, bench.exam, person)
    bench.listen.begins(f"training {NAME}")
    tuned = _tuned(bench, train, held, person)
    if not tuned.better:
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why="it does no better on the held-out footage than the installed finish", figures=tuned.told())
    return _judged(bench, bench.exam, person, tuned, before)


def _why_not(bench: Bench) -> str | None:
    """Why the finish is not tuned; None where it can be."""
    if not can_finish():
        return _NONE
    if not bench.studied.films or not bench.studied.held:
        return "there is no film of which some could be held out"
    return None


def _pairs(bench: Bench, person: Person | None) -> tuple[list[Drawn], list[Drawn]]:
    """What was drawn and was real, to train on and held out."""
    studied, listen = bench.studied, bench.listen
    assert studied.sat is not None
    listen.begins("drawing what was filmed")
    with FaceMeshTracker(max_faces=2) as tracker:
        pairing = Pairing(studied.sat, person, tracker)
        parts = [list(pieces(some, most)) for some, most in ((studied.train, FRAMES), (studied.held, HELD_FRAMES))]
        count, found = sum(len(part) for part in parts), list[list[Drawn]]()
        for part in parts:
            found.append([])
            for piece in part:
                found[-1].append(pairing.drawn(piece))
                listen.goes_on(sum(map(len, found)), count)
    return found[0], found[1]


def _any(some: Sequence[Drawn]) -> bool:
    return any(one.seen_T.any() for one in some)


def _tuned(bench: Bench, train: Sequence[Drawn], held: Sequence[Drawn], person: Person | None) -> Tuned:
    order, listen = bench.order, bench.listen
    wanted = for_one(finish("small"))
    checks = held_batches(held, wanted.shape, wanted.held)
    given = Lessons(
        examples=Finishings(train, wanted.shape, seed=order.terms.seed),
        held=checks,
        about={**bench.studied.about, "face": person is not None, "pieces": len(train)},
    )
    tuning = Tuning(
        out=part_file(bench.folder, NAME),
        work=bench.work / NAME,
        steps=order.steps,
        check_every=_CHECK_EVERY,
        lora=Lora(rank=order.rank, alpha=float(order.rank)),
        terms=replace(order.terms, minutes=bench.clock.for_next(1)),
    )
    samples, heard = samples_of(wanted.objective, checks[0]), Heard(listen.goes_on, listen.finds)
    return tune(wanted, shipped(PARTS[NAME]), given, tuning, samples=samples, beside=[heard])


def finisher_of(adapter: Adapter | None) -> Finisher:
    """The finisher, adapted or not. Raises AssetError E131, E133, E136."""
    made: Finisher = load(FINISHERS, NAME)(device="cpu", adapter=adapter)
    return made


def _looked(bench: Bench, exam: Exam, person: Person | None) -> dict[str, Any]:
    """Films of the highest quality without a finish, and with the one that is installed."""
    bench.listen.begins("looking at the finish")
    sat = bench.studied.sat
    assert sat is not None
    with bench.clock.looking():
        plain = exam.of(reenacted(sat, photographed(sat, person, quality=FINE)))
    return {STAGE: plain, NAME: exam.of(reenacted(sat, finished(sat, finisher_of(None), person)))}


def _judged(bench: Bench, exam: Exam, person: Person | None, tuned: Tuned, before: dict[str, Any]) -> Outcome:
    bench.listen.begins("looking at the finish")
    sat, adapter = bench.studied.sat, Adapter(part_file(bench.folder, NAME))
    assert sat is not None
    after = exam.of(reenacted(sat, finished(sat, finisher_of(adapter), person)))
    gains = {name: Gain(before=each, after=after) for name, each in before.items()}
    figures = {**tuned.told(), **{name: gain.as_dict() for name, gain in gains.items()}}
    if not all(gain.helps for gain in gains.values()):
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why="it does not help on the held-out footage", figures=figures)
    return Learnt(name=NAME, file=adapter.file, config={"rank": tuned.lora.rank, "alpha": tuned.lora.alpha}, figures=figures)
