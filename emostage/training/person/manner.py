"""The manner of a person, measured on films of them, and kept as far as it helps on films that were held out.

Nothing is guessed: each number is a ratio of what the person was seen to do and what the engine does with the same sounds, believed
the more the more footage there is. P pairs of `idle.SIDED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import exp, log
from typing import Any, Protocol

import numpy as np

from emostage.core.tracks import F64, MotionTrack, Performance
from emostage.motion.diffuse import StagePerformer, shipped_vaid
from emostage.motion.personal import MOST_MOVES, MOST_RATE, MOST_SIDE, MOST_SLOW, MOST_TILT, PersonalManner
from emostage.motion.targets import CHANNELS
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.training.person.articulation import OPENING, ROUNDING, SPREADING, MouthFigures, fit_articulation, mouth_figures
from emostage.training.person.performing import Heard, Piece, heard
from emostage.training.person.traits import GROUPS, Traits, traits

SEEDS = (0, 1, 2)
"""Performances of a sound that are compared with the person's."""

_ENOUGH_S, _ENOUGH_SIDES_S, _ENOUGH_TILT_S = 4.0, 20.0, 10.0
"""With so many seconds half of what is measured is believed."""
_BLINKS_S, _ENOUGH_BLINKS = 30.0, 5
"""The usual rate of blinks counts as much as so many seconds of film, their usual length as much as so many blinks."""
_MOST_S = 300.0
"""So much of the footage is looked at."""


class Engine(Protocol):
    """A motion engine."""

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of one clip."""


MakeEngine = Callable[[PersonalManner | None], Engine]


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """What manners are fitted with: V-AID, and the engine in a manner."""

    vaid: Vaid
    engine: MakeEngine


def usual_fitting() -> Fitting:
    """With the nets that come with emostage. Raises AssetError E131 or E133."""
    return Fitting(vaid=shipped_vaid(), engine=lambda manner: StagePerformer(manner=manner))


def fit_manner(pieces: Sequence[Piece], fitting: Fitting) -> PersonalManner:
    """The manner of the person in some pieces of film, those without sound left out; of none, one that changes nothing."""
    spoken = _heard(pieces, fitting)
    if not spoken:
        return PersonalManner()
    person, usual = _seen(spoken), _performed(spoken, fitting.engine(None))
    seconds = person.seconds
    return replace(
        fit_articulation(spoken),
        moves_G=_bounded(_believed(seconds, _ENOUGH_S) * np.log(_ratios(person, usual)), MOST_MOVES),
        sides_P=_bounded(_believed(seconds, _ENOUGH_SIDES_S) * (person.sides_P - usual.sides_P), MOST_SIDE),
        tilt_rad=_tilt(spoken),
        blink_rate=_rate(person, usual),
        blink_length=_length(person, usual),
    )


def _heard(pieces: Sequence[Piece], fitting: Fitting) -> list[Heard]:
    """The pieces that have a sound, until there is enough of them."""
    out: list[Heard] = []
    for piece in pieces:
        if sum(each.piece.seconds for each in out) < _MOST_S and (found := heard(piece, fitting.vaid)) is not None:
            out.append(found)
    return out


def _seen(spoken: Sequence[Heard]) -> Traits:
    return traits([(each.piece.motion, each.lips.busy_T) for each in spoken])


def _performed(spoken: Sequence[Heard], engine: Engine) -> Traits:
    """The traits of the performances of all sounds with all seeds."""
    return traits([(engine.perform(each.performance, seed=seed), each.lips.busy_T) for each in spoken for seed in SEEDS])


def _believed(seconds: float, enough_s: float) -> float:
    return seconds / (seconds + enough_s)


def _bounded(values: F64, most: float) -> F64:
    bounded: F64 = np.clip(values, -most, most)
    return bounded


def _ratios(one: Traits, other: Traits) -> F64:
    """By how much more each group moves."""
    ratios_G: F64 = np.maximum(one.spread_G, 1e-6) / np.maximum(other.spread_G, 1e-6)
    return ratios_G


def _rate(person: Traits, usual: Traits) -> float:
    """Logarithm of how much more often the person blinks; the usual rate is 15 a minute where the engine never blinked."""
    rate = max(usual.blinks, 0.25 * usual.seconds) / usual.seconds
    believed = (person.blinks + rate * _BLINKS_S) / (person.seconds + _BLINKS_S)
    return float(np.clip(log(believed / rate), -MOST_RATE, MOST_RATE))


def _length(person: Traits, usual: Traits) -> float:
    """Logarithm of how much longer the person's blinks are."""
    if not (person.blinks and usual.blinks and person.blink_s > 0 and usual.blink_s > 0):
        return 0.0
    share = person.blinks / (person.blinks + _ENOUGH_BLINKS)
    return float(np.clip(share * log(person.blink_s / usual.blink_s), -MOST_SLOW, MOST_SLOW))


def _tilt(spoken: Sequence[Heard]) -> float:
    """How the head is held, from the pieces that tell it."""
    told = [(each.piece.roll_rad, each.piece.seconds) for each in spoken if each.piece.roll_rad is not None]
    if not told:
        return 0.0
    rolls, seconds = np.array(told, np.float64).T
    roll = float(np.average(rolls, weights=seconds)) * _believed(float(seconds.sum()), _ENOUGH_TILT_S)
    return float(np.clip(roll, -MOST_TILT, MOST_TILT))


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What of a manner helps, and what was measured on the footage that was held out, as a card tells it."""

    manner: PersonalManner
    figures: Mapping[str, Any]


def tried(manner: PersonalManner, held: Sequence[Piece], fitting: Fitting) -> Tried:
    """The manner without what does not bring performances of held-out sounds nearer to the person.

    Mouths must open (spread and round) more nearly as far as theirs without their correlation falling; each
    group of movements, the blinks and the sides of the face must be nearer to theirs. The tilt of the head is kept: films cut for
    the held-out part say nothing new of it. Without held-out sound nothing is kept.
    """
    spoken = _heard(held, fitting)
    if not spoken:
        return Tried(manner=PersonalManner(), figures={"held_out_s": 0.0})
    person, usual = _seen(spoken), _performed(spoken, fitting.engine(None))
    own = _performed(spoken, fitting.engine(manner)) if manner.changes else usual
    kept = _without(manner, person, usual, own)
    kept = _mouthing(kept, spoken)
    final = _performed(spoken, fitting.engine(kept)) if kept.changes else usual
    none = PersonalManner()
    return Tried(
        manner=kept,
        figures={
            "held_out_s": round(person.seconds, 2),
            "mouth": {"before": _told(asdict(mouth_figures(spoken, none))), "after": _told(asdict(mouth_figures(spoken, kept)))},
            "moves": {"before": _moves(usual), "after": _moves(final), "person": _moves(person)},
            "kept": _kept(kept),
        },
    )


def _without(manner: PersonalManner, person: Traits, usual: Traits, own: Traits) -> PersonalManner:
    """The manner with those of its movements and habits that bring the engine nearer to the person."""
    before_G, after_G = (np.abs(np.log(_ratios(person, each))) for each in (usual, own))
    blinks = [abs(log(max(each.blinks_per_min, 1.0) / max(person.blinks_per_min, 1.0))) for each in (usual, own)]
    sides = [float(np.abs(each.sides_P - person.sides_P).mean()) for each in (usual, own)]
    return replace(
        manner,
        moves_G=np.where(after_G < before_G, manner.moves_G, 0.0),
        blink_rate=manner.blink_rate if blinks[1] < blinks[0] else 0.0,
        blink_length=manner.blink_length if blinks[1] < blinks[0] else 0.0,
        sides_P=manner.sides_P if sides[1] < sides[0] else np.zeros_like(manner.sides_P),
    )


def _mouthing(manner: PersonalManner, spoken: Sequence[Heard]) -> PersonalManner:
    """The manner with those of its groups of mouth channels that help."""
    kept = replace(manner, gain_C=np.ones(len(CHANNELS)), bias_C=np.zeros(len(CHANNELS)))
    for group, curve in ((OPENING, "opening"), ((*SPREADING, *ROUNDING), "width")):
        own_C = np.isin(np.arange(len(CHANNELS)), group)
        more = replace(
            kept,
            gain_C=np.where(own_C, manner.gain_C, kept.gain_C),
            bias_C=np.where(own_C, manner.bias_C, kept.bias_C),
        )
        if _better(mouth_figures(spoken, kept), mouth_figures(spoken, more), curve):
            kept = more
    return kept


def _better(before: MouthFigures, after: MouthFigures, curve: str) -> bool:
    """Whether a curve goes more nearly as far as the person's, and none follows it less."""
    fell = max(before.opening_r - after.opening_r, before.width_r - after.width_r)
    was, now = (abs(log(max(getattr(each, f"{curve}_amplitude"), 1e-3))) for each in (before, after))
    return now < was and fell <= 0


def _moves(found: Traits) -> dict[str, Any]:
    spreads = dict(zip(GROUPS, found.spread_G.tolist(), strict=True))
    uneven = float(np.abs(found.sides_P).mean())
    numbers = {"head_deg_s": found.head_deg_s, "blinks_per_min": found.blinks_per_min, "blink_s": found.blink_s, "uneven": uneven}
    return {"spread": _told(spreads), **_told(numbers)}


def _kept(manner: PersonalManner) -> dict[str, Any]:
    """What a card tells of a manner."""
    return {
        "mouth_gain": _told(dict(zip(CHANNELS, manner.gain_C.tolist(), strict=True))),
        "mouth_bias": _told(dict(zip(CHANNELS, manner.bias_C.tolist(), strict=True))),
        "moves": _told({name: exp(value) for name, value in zip(GROUPS, manner.moves_G.tolist(), strict=True)}),
        "sides": bool(manner.sides_P.any()),
        "tilt_deg": round(float(np.degrees(manner.tilt_rad)), 2),
        "blink_rate": round(exp(manner.blink_rate), 3),
        "blink_length": round(exp(manner.blink_length), 3),
    }


def _told(numbers: Mapping[str, float]) -> dict[str, float | None]:
    """Numbers as JSON has them."""
    return {name: round(value, 4) if np.isfinite(value) else None for name, value in numbers.items()}
