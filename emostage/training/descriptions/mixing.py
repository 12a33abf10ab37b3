"""Two feelings in one description, denials, comparisons and percentages, after the patterns in `data/descriptions/mixes.txt`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from emostage.training.descriptions.choice import Choice, Pattern
from emostage.training.descriptions.degrees import denied, mixed, scaled, shared
from emostage.training.descriptions.inflection import compared
from emostage.training.descriptions.parts import Part, adjective, noun
from emostage.training.descriptions.vocabulary import NEUTRAL, PLAIN, Felt, Phrase, strongest

_SLOT = re.compile(r"\{([abmndijuvABMN])\}(er|est)?")
_FIRST = "aAmM"
_EQUAL = 0.5
_NOTHING: Felt = (0.0,) * NEUTRAL
_NOUNS = (
    *("{M}", "{m}", "{N}", "a mix", "a blend", "a combination", "an even", "an equal", "an uneasy", "one part"),
    *("no ", "zero ", "not the slightest {m}", "half {m}", "neither {m}", "more of", "more {m}"),
)
_ALONE = (
    *("don't", "do not", "stop", "is", "was", "has ", "doesn't", "couldn't", "{s}", "you ", "there", "no longer shows"),
    *(
        "it ",
        "one would",
        "one side",
        "all ",
        "the ",
        "used",
        "feels",
        "under",
        "with ",
        "{m} is",
        "{m} meets",
        "{m} has",
        "not showing",
    ),
    *("past ", "not out", "how", "what", "never", "without", "not only", "half of", "none", "in place", "instead of {m}"),
    *("people", "everyone", "supposed", "should", "must", "refuses", "{a}?", "hiding", "not so much as", "can "),
)


@dataclass(kw_only=True)
class _Filling:
    """A pattern being filled: the bare phrase and the felt part of each of its two feelings."""

    choice: Choice
    pattern: Pattern
    emotions: tuple[int, int]
    bare: list[Phrase | None] = field(default_factory=lambda: [None, None])
    felt: list[Felt] = field(default_factory=lambda: [_NOTHING, _NOTHING])
    degree: str = ""

    def text(self) -> str:
        """The pattern with words in its slots."""
        return _SLOT.sub(self._word, self.pattern.text)

    def _word(self, slot: re.Match[str]) -> str:
        name, ending = slot[1], slot[2]
        which = 0 if name in _FIRST else 1
        if name in "AB":
            return self._own(which, adjective(self.choice, self.emotions[which]))
        if name in "MN":
            return self._own(which, noun(self.choice, self.emotions[which]))
        if name not in "abmn":
            return slot[0]
        phrase = self.choice.phrase("adjective" if name in "ab" else "noun", self.emotions[which])
        self.bare[which] = phrase
        return compared(phrase.text, ending) if ending else phrase.text

    def _own(self, which: int, part: Part) -> str:
        self.felt[which], self.degree = part.felt_7, part.degree
        return part.text

    def levelled(self, which: int, level: float) -> Felt:
        """A bare phrase at a level; a part with a degree of its own as it is."""
        phrase = self.bare[which]
        return scaled(phrase.felt_7, level) if phrase else self.felt[which]


def pattern_part(choice: Choice, section: str) -> Part:
    """A description after a pattern of a section of `mixes`."""
    first = choice.emotion(neutral=0.06)
    second = (first + 1 + int(choice.random.random() * (NEUTRAL - 1))) % NEUTRAL if first != NEUTRAL else choice.emotion()
    if section == "instead" and choice.often(0.2) and first != NEUTRAL:
        second = first
    filling = _Filling(choice=choice, pattern=choice.mix(section), emotions=(first, second))
    text = filling.text()
    if section in ("deny", "instead"):
        return _denial(filling, text, section)
    if section == "share":
        return _share(filling, text)
    if section == "compare":
        felt_7 = filling.levelled(0, filling.pattern.levels[0])
    elif section == "equal":
        felt_7 = mixed(*(_half(filling, which) for which in (0, 1)))
    else:
        text, felt_7 = _mixture(filling, text)
    return Part(text=text, felt_7=felt_7, slot=_slot(filling.pattern), degree=filling.degree)


def _mixture(filling: _Filling, text: str) -> tuple[str, Felt]:
    """Each feeling at the level of the pattern, or both at the degree that stands before them."""
    one, other = filling.pattern.levels or (PLAIN, PLAIN)
    if "{d}" in text:
        degree = filling.choice.degree("before")
        filling.degree, one, other = degree.text, degree.level, degree.level
        text = text.replace("{d}", degree.text)
    return text, mixed(filling.levelled(0, one), filling.levelled(1, other))


def _half(filling: _Filling, which: int) -> Felt:
    phrase = filling.bare[which]
    assert phrase is not None
    return shared(phrase.felt_7, _EQUAL, min(1.0, sum(phrase.felt_7) / PLAIN))


def _denial(filling: _Filling, text: str, section: str) -> Part:
    said_7 = filling.levelled(1, PLAIN) if section == "instead" else _NOTHING
    gone = [phrase for phrase in (filling.bare if section == "deny" else filling.bare[:1]) if phrase]
    if section == "deny" and len(gone) == 1 and gone[0].form == "adjective":
        said_7 = denied(gone[0].text, gone[0].felt_7, flatly=filling.pattern.flatly)
    hidden = {strongest(phrase.felt_7) for phrase in gone} - {NEUTRAL}
    unsaid = tuple(sorted(i for i in hidden if said_7[i] == 0))
    return Part(text=text, felt_7=said_7, slot=_slot(filling.pattern), degree=filling.degree, denied=unsaid)


def _share(filling: _Filling, text: str) -> Part:
    first = filling.choice.random.randrange(5, 101 if filling.bare[1] is None else 91, 5)
    second = filling.choice.random.randrange(5, 101 - first, 5) if first < 95 else 5
    felt = []
    for phrase, percent in zip(filling.bare, (first, second), strict=True):
        if phrase:
            felt.append(shared(phrase.felt_7, percent / 100, phrase.full))
    numbers = {"{i}": str(first), "{j}": str(second), "{u}": f"{first / 100:g}", "{v}": f"{second / 100:g}"}
    for slot, number in numbers.items():
        text = text.replace(slot, number.removeprefix("0") if filling.choice.often(0.2) and number.startswith("0.") else number)
    return Part(text=text, felt_7=mixed(*felt), slot=_slot(filling.pattern))


def _slot(pattern: Pattern) -> str:
    """The frames a filled pattern fits; 'whole' where it stands alone."""
    if pattern.text.startswith(_ALONE):
        return "whole"
    return "noun" if pattern.text.startswith(_NOUNS) else "state"
