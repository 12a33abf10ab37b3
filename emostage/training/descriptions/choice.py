"""What a description is made of, chosen at random; and what of it training never sees."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from types import MappingProxyType
from typing import Literal, TypeVar

from emostage.core.emotion import VOCABULARY
from emostage.training.descriptions.degrees import LADDER, Degree, degrees
from emostage.training.descriptions.vocabulary import NEUTRAL, Phrase, phrases, sections, unmarked

Kept = Literal["", "frames", "mixes", "degrees", "forms", "slips", "words"]
KEPT_OUT: tuple[Kept, ...] = ("frames", "mixes", "degrees", "forms", "slips", "words")
"""Kinds of held-out descriptions: a sentence frame, a pattern of mixing or denying, a degree in a frame, a form of a word, or a
word or phrase that training never sees; and slips of the pen, which training sees others of."""

_HELD_PAIRS = 10
"""One pair of a degree and a frame in so many is kept out."""
_CORE_SHARE = 0.15
"""How often an adjective is one of the words that the scene language knows."""
_COMMON_SHARE = 0.3
"""How often a degree is one that people say most."""
_COMMON = frozenset(
    (*LADDER, "hardly", "slightly", "a bit", "somewhat", "rather", "really", "so", "extremely", "completely", "a hint of")
)
_NUMBER = re.compile(r"^(.*?)((?: \d?\.\d+)*)( !)?$")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern with slots; `levels` of its bare words; `flatly`: it denies with emphasis."""

    text: str
    levels: tuple[float, ...] = ()
    flatly: bool = False
    held: bool = False


@cache
def patterns(file: str) -> Mapping[str, tuple[Pattern, ...]]:
    """The patterns of `frames` or `mixes` by section."""
    found: dict[str, list[Pattern]] = {}
    for section, line in sections(file):
        text, held = unmarked(line)
        parts = _NUMBER.match(text)
        assert parts is not None
        levels = tuple(float(x) for x in parts[2].split())
        found.setdefault(section, []).append(Pattern(parts[1], levels, parts[3] is not None, held))
    return MappingProxyType({section: tuple(each) for section, each in found.items()})


@cache
def _pool(form: str, held: str, emotion: int | None) -> tuple[Phrase, ...]:
    return tuple(p for p in phrases()[form] if p.held == held and emotion in (None, p.strongest))


@cache
def _core(emotion: int) -> tuple[Phrase, ...]:
    return tuple(p for p in _pool("adjective", "", emotion) if p.text in VOCABULARY)


@cache
def _common(place: str) -> tuple[Degree, ...]:
    return tuple(degree for degree in degrees()[place] if degree.text in _COMMON)


@cache
def _patterns(file: str, section: str, held: bool) -> tuple[Pattern, ...]:
    return tuple(p for p in patterns(file)[section] if p.held is held)


def seeded(seed: int) -> Random:
    """The generator of a seed. Not numpy's: single draws from small tuples are most of the work here, and this one is ten times
    quicker at them."""
    return Random(seed)  # noqa: S311 - nothing here is secret


class Choice:
    """Draws parts. With `kept` one part of that kind is drawn from what training does not see, and all others from what it does."""

    def __init__(self, random: Random, kept: Kept = "") -> None:
        self.random = random
        self.kept = kept
        self.due = kept in ("frames", "mixes", "forms", "words")

    def one(self, items: Sequence[T]) -> T:
        """Any of the items."""
        return items[int(self.random.random() * len(items))]

    def often(self, share: float) -> bool:
        """True in a share of all cases."""
        return self.random.random() < share

    def emotion(self, neutral: float = 0.0) -> int:
        """An emotion; neutral in a share of all cases."""
        return NEUTRAL if self.often(neutral) else int(self.random.random() * NEUTRAL)

    def phrase(self, form: str, emotion: int) -> Phrase:
        """A phrase of a form whose strongest emotion is the given one, or of another emotion where there is none."""
        if self.due and self.kept in ("words", "forms"):
            held = _pool(form, self.kept, emotion)
            if held:
                self.due = False
                return self.one(held)
        if form == "adjective" and self.often(_CORE_SHARE) and _core(emotion):
            return self.one(_core(emotion))
        return self.one(_pool(form, "", emotion) or _pool(form, "", None))

    def degree(self, place: str) -> Degree:
        """A degree for a place, often a common one."""
        common = _common(place) if self.often(_COMMON_SHARE) else ()
        return self.one(common or degrees()[place])

    def frame(self, slot: str) -> str:
        """A sentence frame for a slot."""
        return self._pattern("frames", slot).text

    def mix(self, section: str) -> Pattern:
        """A pattern of mixing, denying, comparing or sharing."""
        return self._pattern("mixes", section)

    def _pattern(self, file: str, section: str) -> Pattern:
        held = self.due and self.kept == file
        found = _patterns(file, section, held) or _patterns(file, section, False)
        self.due = self.due and not (held and found[0].held)
        return self.one(found)


def kept_pair(degree: str, frame: str) -> bool:
    """Whether training never sees a degree in a frame."""
    return zlib.crc32(f"{degree}|{frame}".encode()) % _HELD_PAIRS == 0
