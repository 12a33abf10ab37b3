"""The part "manner": how a person moves and opens the mouth beside what the engines usually do."""

from __future__ import annotations

from collections.abc import Sequence

from emostage.core.identity import Adapter
from emostage.diffusion.checkpoints import shipped
from emostage.face.fit import euler_rad
from emostage.motion.diffuse import shipped_vaid
from emostage.training.person.manner import fit_manner, tried, usual_fitting
from emostage.training.person.performing import Piece
from emostage.training.person.playing import PlayingPlan, tune_playing
from emostage.training.person.reading import Reading
from emostage.tuning.bench import Bench
from emostage.tuning.parts import Learnt, Left, Outcome, forget_part, part_file

NAME = "manner"


def tune_manner(bench: Bench, minutes: float) -> Outcome:
    """Learn the manner, and keep of it what brings performances of held-out sounds nearer to the person."""
    studied = bench.studied
    train, held = _pieces(studied.train), _pieces(studied.held)
    if not any(piece.audio is not None for piece in train):
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why="nobody is heard in the footage")
    if not any(piece.audio is not None for piece in held):
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why="no sound is held out on which it could be tried")
    bench.listen.begins("learning the manner")
    fitting = usual_fitting()
    found = tried(fit_manner(train, fitting), held, fitting)
    terms = bench.order.terms.__class__(seed=bench.order.terms.seed, minutes=minutes)
    plan = PlayingPlan(work=bench.work / NAME, base=shipped("dicte"), terms=terms)
    manner, playing = tune_playing(found.manner, train, held, shipped_vaid(), plan)
    figures = {**found.figures, "net": playing}
    if not manner.changes:
        forget_part(bench.folder, NAME)
        return Left(name=NAME, why="nothing of it helps on the held-out footage", figures=figures)
    adapter = Adapter(part_file(bench.folder, NAME))
    manner.write(adapter.file)
    return Learnt(name=NAME, file=adapter.file, figures=figures)


def _pieces(readings: Sequence[Reading]) -> list[Piece]:
    """Takes as pieces of film, away from how head and eyes are held on the whole."""
    found = []
    for reading in readings:
        hold = reading.hold_on_the_whole()
        roll_rad = float(euler_rad(hold.rotation_33)[2])
        found.append(Piece(motion=reading.motion(hold), audio=reading.take.audio(), roll_rad=roll_rad))
    return found
