"""The words and phrases of feeling that descriptions are made of, with the strengths they stand for.

A strength vector `felt_7` has the emotions of `core.emotion` without neutral, which is the rest; it is what the phrase means
without a word of degree. The files in `data/descriptions` say how they are to be read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

from emostage.core.emotion import EMOTION_INDEX, EMOTIONS, EVERYDAY, VOCABULARY
from emostage.core.resources import resource
from emostage.training.descriptions.inflection import adverb, does, doing

Felt = tuple[float, ...]

NEUTRAL = len(EMOTIONS) - 1
"""Stands for neutral where a phrase is filed under its strongest emotion (0 to 6 are happy to contempt)."""
PLAIN = 0.65
"""The level of an emotion's plain name: 'sad' without a word of degree."""
_HELD_FORMS = 8
"""One word family in so many keeps a form (an adverb or a noun) out of training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """`form` is the place in a sentence it fits; `full` is the sum of strengths that '100 percent' of it stands for;
    `held` says how it is kept out of training: 'words' as a whole, 'forms' in this form; empty when it is not."""

    text: str
    felt_7: Felt
    form: str
    full: float = 1.0
    held: str = ""

    @property
    def strongest(self) -> int:
        """Index of the strongest emotion, or NEUTRAL."""
        return strongest(self.felt_7)


def strongest(felt_7: Felt, least: float = 0.0) -> int:
    """Index of the strongest emotion; NEUTRAL when none is stronger than `least`."""
    best = max(range(NEUTRAL), key=felt_7.__getitem__)
    return best if felt_7[best] > least else NEUTRAL


def read_felt(text: str) -> Felt:
    """`sad .4 afraid .2` as strengths. Raises ValueError for what is none."""
    felt = [0.0] * NEUTRAL
    parts = text.split()
    for name, strength in zip(parts[::2], parts[1::2], strict=True):
        if name != EMOTIONS[0]:
            felt[EMOTION_INDEX[name] - 1] = float(strength)
    if not all(0 <= x <= 1 for x in felt) or sum(felt) > 1 + 1e-6:
        raise ValueError(f"'{text}' is no mix of emotions")
    return tuple(felt)


def sections(name: str) -> Iterator[tuple[str, str]]:
    """(section, line) of a data file; comments and empty lines are left out."""
    section = ""
    for line in resource("descriptions", f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            section = line[1:].strip()
        elif line.strip() and not line.startswith("#"):
            yield section, line.strip()


def unmarked(text: str) -> tuple[str, bool]:
    """A line without its '?', and whether it had one."""
    return text.removeprefix("?").strip(), text.startswith("?")


@cache
def phrases() -> Mapping[str, tuple[Phrase, ...]]:
    """All phrases by form: adjective, adverb, noun, state, doing, does, do, face, head, clause, scene, likeness, cry."""
    found: dict[str, dict[str, Phrase]] = {}
    for phrase in (*_families(), *_lines()):
        found.setdefault(phrase.form, {}).setdefault(phrase.text, phrase)
    everywhere = [phrase.text for by_text in found.values() for phrase in by_text.values() if not phrase.held]
    seen = "\n".join([*everywhere, *(line for _, line in sections("degrees"))])
    return MappingProxyType({form: tuple(_held(phrase, seen) for phrase in by_text.values()) for form, by_text in found.items()})


def _held(phrase: Phrase, seen: str) -> Phrase:
    """The phrase, which is not kept out of training when it is part of a longer one that is `seen` there."""
    if phrase.held and re.search(rf"\b{re.escape(phrase.text)}\b", seen):
        return replace(phrase, held="")
    return phrase


def _families() -> Iterator[Phrase]:
    for section, line in sections("words"):
        felt_7 = read_felt(section)
        for family in re.split(r",\s*", line):
            text, held = unmarked(family)
            adjective, noun, by_rule = (*text.split("/"), "", "")[:3]
            forms = {"adjective": adjective, "noun": noun, "adverb": by_rule or adverb(adjective)}
            less_used = "adverb" if forms["adverb"] not in ("", "-") else "noun"
            rare = adjective not in ("-", *VOCABULARY) and zlib.crc32(adjective.encode()) % _HELD_FORMS == 0
            for form, word in forms.items():
                if word not in ("", "-"):
                    kept_out = "words" if held else "forms" if rare and form == less_used else ""
                    yield Phrase(text=word, felt_7=felt_7, form=form, full=_full(adjective, felt_7), held=kept_out)


def _lines() -> Iterator[Phrase]:
    for section, line in sections("phrases"):
        form, _, felt = section.partition(" ")
        text, held = unmarked(line)
        felt_7 = read_felt(felt)
        phrase = Phrase(text=text, felt_7=felt_7, form=form, full=_full(text, felt_7), held="words" if held else "")
        if form != "verb":
            yield phrase
            continue
        for name, formed in (("do", text), ("does", does(text)), ("doing", doing(text))):
            yield replace(phrase, form=name, text=formed)


def _full(word: str, felt_7: Felt) -> float:
    """What an intensity of 1 means: for a word of the scene language as much as there, else in proportion to its plain strength."""
    if word in EVERYDAY:
        return sum(EVERYDAY[word].values())
    return min(1.0, sum(felt_7) / PLAIN)
