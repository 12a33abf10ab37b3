"""Who a description is about, and the words around it that say nothing about a feeling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from types import MappingProxyType

from emostage.training.descriptions.inflection import article, does, doing
from emostage.training.descriptions.noise import invented
from emostage.training.descriptions.vocabulary import sections

_SLOT = re.compile(r"(\{a\} )?\{([a-z]+)\}")
_BEFORE_SHARE = 0.25
_GREATEST_NUMBER = 999


@dataclass(frozen=True, slots=True)
class Person:
    """Words for one person: subject, object, possessive, reflexive."""

    subject: str
    object: str
    possessive: str
    reflexive: str


SHE, HE = Person("she", "her", "her", "herself"), Person("he", "him", "his", "himself")


@cache
def fillers() -> Mapping[str, tuple[str, ...]]:
    """Words by kind: noun, adjective, verb, saying, stage, name, role, person, topic."""
    found: dict[str, list[str]] = {}
    for kind, line in sections("fillers"):
        found.setdefault(kind, []).extend(line.split("|") if kind == "topic" else line.split())
    return MappingProxyType({kind: tuple(words) for kind, words in found.items()})


@cache
def surroundings() -> Mapping[str, tuple[str, ...]]:
    """Texts with slots by place: way, before, after, nothing."""
    found: dict[str, list[str]] = {}
    for place, line in sections("surroundings"):
        found.setdefault(place, []).append(line)
    return MappingProxyType({place: tuple(texts) for place, texts in found.items()})


def somebody(random: Random) -> Person:
    """She, he, a name or a role."""
    person, kind = random.choice((SHE, HE)), random.random()
    if kind < 0.75:
        return person
    subject = random.choice(fillers()["name"]) if kind < 0.85 else f"the {random.choice(fillers()['role'])}"
    return Person(subject, person.object, person.possessive, person.reflexive)


def filled(text: str, person: Person, random: Random) -> str:
    """A text with the words of a person and filler words in its slots, each with the article it needs."""

    def word(slot: re.Match[str]) -> str:
        found = _filler(slot[2], person, random)
        return f"{article(found)} {found}" if slot[1] else found

    return _SLOT.sub(word, text) if "{" in text else text


def _filler(slot: str, person: Person, random: Random) -> str:
    of_person = {"s": person.subject, "o": person.object, "p": person.possessive, "r": person.reflexive}
    if slot in of_person:
        return of_person[slot]
    if slot in ("does", "doing"):
        return (does if slot == "does" else doing)(random.choice(fillers()["verb"]))
    if slot == "way":
        return filled(random.choice(surroundings()["way"]), person, random)
    if slot == "invented":
        return invented(random)
    return str(random.randint(1, _GREATEST_NUMBER)) if slot == "number" else random.choice(fillers()[slot])


def aside(random: Random) -> tuple[str, str]:
    """What may stand before and after a description: one of the two is empty."""
    person = random.choice((SHE, HE))
    if random.random() < _BEFORE_SHARE:
        return filled(random.choice(surroundings()["before"]), person, random) + " ", ""
    after = filled(random.choice(surroundings()["after"]), person, random)
    return "", after if after.startswith(",") else f" {after}"


def unfeeling(random: Random) -> str:
    """A text that describes no feeling: things, people doing things, numbers, words that do not exist."""
    return filled(random.choice(surroundings()["nothing"]), random.choice((SHE, HE)), random)
