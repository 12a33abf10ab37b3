"""Words of degree, and what they make of a strength.

A level of 0.65 is the plain word; below it strengths shrink in proportion, above it they grow towards what the word can mean at
most. So 'utterly sad' is 1, 'utterly annoyed' is not yet fury, and 'a little furious' is more than 'a little sad'. Words that say
the most by themselves ('terrified') begin lower when they have a degree, which leaves it room.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from emostage.core.emotion import EMOTION_INDEX
from emostage.training.descriptions.vocabulary import NEUTRAL, PLAIN, Felt, sections, strongest

HAPPY, SAD, ANGRY, AFRAID = (EMOTION_INDEX[name] - 1 for name in ("happy", "sad", "angry", "afraid"))

LADDER = ("barely", "a little", "quite", "very", "utterly")
"""Degrees whose order every reader must keep."""

CALM = frozenset(("calm", "relaxed", "composed", "peaceful", "serene", "tranquil", "collected", "patient", "at ease", "at peace"))
"""Words whose denial says that somebody is agitated."""
_MOST = 1.0 / PLAIN
_ROOM = 0.8
"""A word with a degree is at most this share of what it can mean where the degree says nothing."""


@dataclass(frozen=True, slots=True)
class Degree:
    """Words of degree with their level."""

    text: str
    level: float

    @property
    def denies(self) -> bool:
        """Whether it is a denial in disguise, as 'not very'."""
        return self.text.startswith("not ")


@cache
def degrees() -> Mapping[str, tuple[Degree, ...]]:
    """The degrees by place: before, after, of, with, verb, kind."""
    found: dict[str, list[Degree]] = {}
    for place, line in sections("degrees"):
        level, _, texts = line.partition(" ")
        found.setdefault(place, []).extend(Degree(text, float(level)) for text in texts.split("|"))
    return MappingProxyType({place: tuple(each) for place, each in found.items()})


def scaled(felt_7: Felt, level: float) -> Felt:
    """Strengths of a plain phrase at a level."""
    plain = sum(felt_7)
    if plain == 0.0:
        return felt_7
    most = min(1.0, plain * _MOST)
    middle = plain if level == PLAIN else min(plain, _ROOM * most)
    wanted = middle * level / PLAIN if level < PLAIN else middle + (most - middle) * (level - PLAIN) / (1.0 - PLAIN)
    return tuple(x * wanted / plain for x in felt_7)


def shared(felt_7: Felt, share: float, full: float) -> Felt:
    """Strengths of a phrase at a share in [0, 1] of its full strength."""
    plain = sum(felt_7)
    return tuple(x * share * full / plain for x in felt_7) if plain else felt_7


def mixed(*parts: Felt) -> Felt:
    """Several feelings at once; what is over 1 in all is shared out."""
    return limited(tuple(sum(each) for each in zip(*parts, strict=True)))


def joined(one: Felt, other: Felt) -> Felt:
    """Two descriptions of one person: of one feeling the stronger counts, different ones are mixed."""
    if strongest(one) == strongest(other):
        return limited(tuple(max(pair) for pair in zip(one, other, strict=True)))
    return mixed(one, other)


def limited(felt_7: Felt) -> Felt:
    """Strengths that are at most 1 in all."""
    total = sum(felt_7)
    return tuple(x / total for x in felt_7) if total > 1.0 else felt_7


def denied(word: str, felt_7: Felt, *, flatly: bool) -> Felt:
    """What somebody feels who is 'not happy', or `flatly` 'not happy at all': no joy means displeasure, no calm agitation;
    denying another feeling leaves nothing."""
    left = [0.0] * NEUTRAL
    if word in CALM:
        left[AFRAID] = left[ANGRY] = 0.25 if flatly else 0.15
    elif strongest(felt_7) == HAPPY and felt_7[HAPPY] >= 0.35:
        left[SAD], left[ANGRY] = (0.3, 0.1) if flatly else (0.2, 0.08)
    return tuple(left)
