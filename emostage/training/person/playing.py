"""Di-CTE tuned on films of one person: a LoRA, which is kept only where it foretells what they do on held-out films better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64
from emostage.diffusion.adapters import Lora
from emostage.diffusion.checkpoints import shipped
from emostage.motion.personal import MOST_MOVES, PersonalManner
from emostage.nets.emotivetalk.dicte import Dicte, DicteConfig
from emostage.nets.emotivetalk.learning import DicteObjective
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.training.adapters import Tuned, Tuning, tune
from emostage.training.corpus import arrays_of
from emostage.training.dataset import STARTS, TAKES, Corpus
from emostage.training.examples import Cut, Windows, held_batches
from emostage.training.films.take import filmed_take
from emostage.training.fit import Terms
from emostage.training.motion import WINDOW, dicte_takes, scaled
from emostage.training.painters import Lessons, Recipe
from emostage.training.person.performing import Piece

LEAST_S = 20.0
"""With less footage than this it is not tried."""

LORA = Lora(rank=4, alpha=4.0, targets=("blocks.*", "enter", "leave"))
_BATCH, _HELD = 8, 4
_PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class PlayingPlan:
    """Where a run is kept and how long it may last."""

    work: Path
    steps: int = 300
    base: Path | None = None
    terms: Terms = Terms()


def corpus_of(pieces: Sequence[Piece], vaid: Vaid) -> Corpus:
    """A corpus of the pieces with a sound. Raises ValueError when there are none."""
    takes = [filmed_take(p.motion, p.audio, vaid, person=_PERSON, seed=n) for n, p in enumerate(pieces) if p.audio is not None]
    if not takes:
        raise ValueError("no piece has a sound")
    arrays: dict[str, NDArray[Any]] = arrays_of(takes, {_PERSON: 0})
    return Corpus(
        starts_K1=arrays.pop(STARTS),
        **{name: arrays.pop(name) for name in TAKES},
        frames=arrays,
        voices=(_PERSON,),
        card={"what": "films of one person"},
    )


def tune_playing(
    manner: PersonalManner, train: Sequence[Piece], held: Sequence[Piece], vaid: Vaid, plan: PlayingPlan
) -> tuple[PersonalManner, dict[str, Any]]:
    """The manner with what Di-CTE has learnt of the person, if that helps, and the figures of the run.

    The reference tells how much more than usual the person moves (`manner.moves_G`), so that it still counts beside what was
    learnt. Raises as `training.adapters.tune`.
    """
    seconds = sum(piece.seconds for piece in train if piece.audio is not None)
    if seconds < LEAST_S or not any(piece.audio is not None for piece in held):
        return manner, {"tuned": False, "why": f"{seconds:.0f} s of speech to learn from; {LEAST_S:.0f} s are the least"}
    own = _Own(manner.moves_G)
    takes, checks = (dicte_takes(corpus_of(pieces, vaid), vaid) for pieces in (train, held))
    lessons = Lessons(
        examples=Windows(takes, window=WINDOW, batch=_BATCH, seed=plan.terms.seed, change=own),
        held=held_batches(checks, window=WINDOW, batch=_BATCH, count=_HELD, change=own),
        about={"seconds": round(seconds, 2), "moves": np.round(manner.moves_G, 4).tolist()},
    )
    file = plan.work / "dicte.safetensors"
    tuning = Tuning(out=file, work=plan.work / "run", steps=plan.steps, check_every=25, patience=4, lora=LORA, terms=plan.terms)
    tuned = tune(_recipe(), plan.base or shipped("dicte"), lessons, tuning)
    return (replace(manner, net=_arrays(file)) if tuned.sha256 else manner), _told(tuned)


def _recipe() -> Recipe:
    return Recipe(what="Di-CTE", config=DicteConfig(), build=Dicte, objective=DicteObjective())


def _told(tuned: Tuned) -> dict[str, Any]:
    return {"tuned": tuned.better, **tuned.told()}


def _arrays(file: Path) -> dict[str, F32]:
    from safetensors.numpy import load_file

    return {name: values.astype(np.float32) for name, values in load_file(file).items()}


class _Own:
    """A window as `motion.scaled` gives it, whose reference also tells how much the person moves."""

    def __init__(self, moves_G: F64) -> None:
        self._moves_G = moves_G

    def __call__(self, cut: Cut, rng: np.random.Generator) -> Cut:
        out = scaled(cut, rng)
        reference_G = np.clip(out["reference"] + self._moves_G, -MOST_MOVES, MOST_MOVES)
        return {**out, "reference": reference_G.astype(np.float32)}
