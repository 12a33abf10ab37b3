"""An identity from footage: tracked, learnt part by part, examined on what was held out, and written with its card.

What is done is kept in the identity's folder, so that a call that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from emostage.core.errors import AssetError, UsageError
from emostage.core.identity import CARD, FILM, FORMAT, PREVIEW, WORK, Adapter, Part, bytes_digest, identity_of
from emostage.core.whole import write_whole, writing
from emostage.film.provenance import identity_tags
from emostage.portrait.personal import Person, read_person
from emostage.training.fit import require_trainable, trained_with
from emostage.tuning.bench import Bench
from emostage.tuning.clock import Clock
from emostage.tuning.exam import STAGE, Exam, exam
from emostage.tuning.faces import tune_face
from emostage.tuning.finishes import can_finish, tune_finish
from emostage.tuning.manners import tune_manner
from emostage.tuning.order import Listener, Order
from emostage.tuning.painters import NAMES, material_of, tune_painter
from emostage.tuning.parts import Learnt, Left, Outcome, placed
from emostage.tuning.showing import Row, real, write_film, write_portrait, write_sheet
from emostage.tuning.studied import Studied, picture_path, study

FACE, MANNER, FINISH = "face", "manner", "finish"
_WHAT = "identity of one person: what was learnt beside the models that come with emostage"
_LICENCE = "as far as the person who is seen agrees, and the owners of the footage allow"


@dataclass(frozen=True, kw_only=True)
class Made:
    """An identity that was written, with what came of its parts, and the portrait that goes with it."""

    folder: Path
    portrait: Path
    outcomes: tuple[Outcome, ...]
    card: dict[str, Any]

    @property
    def learnt(self) -> tuple[Learnt, ...]:
        """The parts that were kept."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Learnt))

    @property
    def left(self) -> tuple[Left, ...]:
        """The parts of which nothing was kept."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Left))


def make_identity(order: Order, listen: Listener) -> Made:
    """Carry an order out.

    Raises AssetError for footage that cannot be used, UsageError E018 for a folder with the work of another order, EmostageError
    E100 to E102 for the disk, DeviceError E110 for a device that is not there and E111 for want of memory.
    """
    require_trainable(order.terms)
    clock = Clock(minutes=order.minutes)
    with _unless_useless(order.folder):
        studied = study(order, listen)
    with exam(studied) as found:
        bench = Bench(order=order, studied=studied, exam=found, listen=listen, clock=clock)
        with writing(bench.folder):
            bench.folder.mkdir(parents=True, exist_ok=True)
        person, outcomes = _tuned(bench)
        heard = _heard(bench, person, outcomes)
        portrait = picture_path(order.folder)
        write_portrait(studied.portrait.picture_HW3, portrait)
        _show(bench, person, outcomes)
    outcomes = [placed(outcome, order.folder) for outcome in outcomes]
    card = _card(order, studied, outcomes, clock.spent_s)
    card["figures"] |= {"mouth from sound": heard} if heard else {}
    card["parts"] = {**_untouched(order), **card["parts"]}
    card = _known(card)
    text = json.dumps(card, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(order.folder / CARD, text.encode())
    return Made(folder=order.folder, portrait=portrait, outcomes=tuple(outcomes), card=card)


@contextmanager
def _unless_useless(folder: Path) -> Iterator[None]:
    """A block that begins an identity; of footage that turns out to be of no use nothing stays."""
    begun = (folder / WORK).exists()
    try:
        yield
    except AssetError:
        if not begun:
            shutil.rmtree(folder / WORK, ignore_errors=True)
            with suppress(OSError):
                folder.rmdir()
        raise


def _tuned(bench: Bench) -> tuple[Person | None, list[Outcome]]:
    """The parts that were asked for, one after the other; others are left as they are."""
    wanted, person, outcomes = bench.order.parts, _standing_person(bench), list[Outcome]()
    if FACE in wanted:
        person, outcome = tune_face(bench)
        outcomes.append(outcome)
    painters = [name for name in NAMES if name in wanted]
    later = len(painters) + (FINISH in wanted and can_finish())
    if MANNER in wanted:
        outcomes.append(tune_manner(bench, bench.clock.for_next(1 + later)))
    material = material_of(bench, person) if painters else None
    for number, name in enumerate(painters):
        assert material is not None
        outcomes.append(tune_painter(bench, name, material, person, later - number))
    if FINISH in wanted:
        outcomes.append(tune_finish(bench, person))
    return person, outcomes


def _standing_person(bench: Bench) -> Person | None:
    """The person as an earlier call learnt them, where the face is not asked for now: painters are used together with it."""
    standing = _standing(bench.order).get(FACE)
    return None if standing is None else read_person(standing.file, bench.studied.head)


def _heard(bench: Bench, person: Person | None, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """How well mouths follow the held-out sounds, by engine, before and after."""
    found = bench.exam
    standing = {name: Adapter(part.file) for name, part in _standing(bench.order).items()}
    learnt = standing | {outcome.name: Adapter(outcome.file) for outcome in outcomes if isinstance(outcome, Learnt)}
    if found is None or not learnt or not any(reading.take.audio() is not None for reading in found.readings):
        return {}
    bench.listen.begins("listening to the held-out sound")
    figures: dict[str, Any] = {}
    for engine in (STAGE, *(name for name in NAMES if name in learnt)):
        before, after = found.following(engine), found.following(engine, learnt.get(MANNER), person, learnt.get(engine))
        figures[engine] = {"before": _rounded(asdict(before)), "after": _rounded(asdict(after))}
    return figures


def _rounded(figures: dict[str, float]) -> dict[str, float | None]:
    return {name: round(value, 4) if isfinite(value) else None for name, value in figures.items()}


def _show(bench: Bench, person: Person | None, outcomes: Sequence[Outcome]) -> None:
    """The sheet and the film of what was held out; nothing where nothing that moves is."""
    found = bench.exam
    if found is None:
        return
    bench.listen.begins("making the preview")
    rows = [real(), *_rows(found, person, outcomes)]
    write_sheet(rows, found.readings[0], bench.order.folder / PREVIEW)
    consent, name = bench.order.consent, bench.order.name
    tags = identity_tags([f"{name}: {consent.text} ({consent.given})"])
    write_film(rows[:3], found.readings[0], bench.order.folder / FILM, f"{name}, before and after", tags)


def _rows(found: Exam, person: Person | None, outcomes: Sequence[Outcome]) -> list[Row]:
    rows = []
    if person is not None:
        rows += [Row(name="stage before", shows=found.shows(STAGE)), Row(name="stage after", shows=found.shows(STAGE, person))]
    for outcome in outcomes:
        if isinstance(outcome, Learnt) and outcome.name in NAMES:
            after = found.shows(outcome.name, person, Adapter(outcome.file))
            rows += [
                Row(name=f"{outcome.name} before", shows=found.shows(outcome.name)),
                Row(name=f"{outcome.name} after", shows=after),
            ]
    return rows


def _card(order: Order, studied: Studied, outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    from emostage import __version__

    learnt = [outcome for outcome in outcomes if isinstance(outcome, Learnt)]
    return {
        "format": FORMAT,
        "name": order.name,
        "what": _WHAT,
        "licence": _LICENCE,
        "consent": {"text": order.consent.text, "given": order.consent.given},
        "data": studied.about,
        "command": "".join(character if character.isprintable() else "?" for character in order.command),
        "wall_time_s": round(seconds, 1),
        "trained_with": trained_with(precision=str(order.terms.precision), emostage=__version__),
        "parts": {outcome.name: outcome.told() for outcome in learnt},
        "figures": {outcome.name: {"left": outcome.why, **outcome.figures} for outcome in outcomes if isinstance(outcome, Left)},
    }


def _untouched(order: Order) -> dict[str, Any]:
    """What the card of an earlier call says of parts that were not asked for now, and are still there."""
    standing = _standing(order)
    return {name: _told(order)["parts"][name] for name in standing}


def _standing(order: Order) -> dict[str, Part]:
    """The parts that an earlier call learnt, that were not asked for now, and are still there."""
    try:
        parts = identity_of(_told(order), order.folder).parts
    except ValueError:
        return {}
    return {name: part for name, part in parts.items() if name not in order.parts and _whole(part)}


def _told(order: Order) -> Any:
    """The card of an earlier call; nothing where there is none that can be read."""
    try:
        return json.loads((order.folder / CARD).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _whole(part: Part) -> bool:
    """Whether the file of a part is the one that its card tells of."""
    try:
        return bytes_digest(part.file) == part.sha256
    except OSError:
        return False


def _known(told: Any) -> Any:
    """Plain data as JSON can have it: numbers that are none (of what was never seen) are null, and of names of files only what is
    text is left."""
    if isinstance(told, Mapping):
        return {name: _known(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [_known(value) for value in told]
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode("utf-8")
    return None if isinstance(told, float) and not isfinite(told) else told


def require_free(folder: Path, *, resume: bool) -> None:
    """Raise UsageError E105 where an identity is there already and is not to be gone on with."""
    if (folder / CARD).exists() and not resume:
        raise UsageError.of(
            "E105", f"there is an identity in '{folder}' already", "go on with it by --resume, or choose another --out"
        )
