"""Who a description is about, and the words around it that say nothing about a feeling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from types import MappingProxyType

from emostage.training.descriptions.inflection import does, doing
from emostage.training.descriptions.noise import invented
from emostage.training.descriptions.vocabulary import sections

_SLOT = re.compile(r"\{([a-z]+)\}")


@dataclass(frozen=True, slots=True)
class Person:
    """Words for one person: subject, object, possessive, reflexive."""

    subject: str
    object: str
    possessive: str
    reflexive: str


SHE, HE = Person("she", "her", "her", "herself"), Person("he", "him", "his", "himself")
OTHERS = (Person("you", "you", "your", "yourself"), Person("they", "them", "their", "themselves"))


@cache
def fillers() -> Mapping[str, tuple[str, ...]]:
    """Words by kind: noun, adjective, verb, name, role, topic."""
    found: dict[str, list[str]] = {}
    for kind, line in sections("fillers"):
        found.setdefault(kind, []).extend(line.split("|") if kind == "topic" else line.split())
    return MappingProxyType({kind: tuple(words) for kind, words in found.items()})


def somebody(random: Random) -> Person:
    """She, he, a name or a role."""
    person, kind = random.choice((SHE, HE)), random.random()
    if kind < 0.75:
        return person
    subject = random.choice(fillers()["name"]) if kind < 0.85 else f"the {random.choice(fillers()['role'])}"
    return Person(subject, person.object, person.possessive, person.reflexive)


def filled(text: str, person: Person, random: Random) -> str:
    """A text with the words of a person and filler words in its slots."""

    def word(slot: re.Match[str]) -> str:
        match slot[1]:
            case "s":
                return person.subject
            case "o":
                return person.object
            case "p":
                return person.possessive
            case "r":
                return person.reflexive
        return random.choice(fillers()[slot[1]])

    return _SLOT.sub(word, text) if "{" in text else text


_BY_THE_WAY = (
    *("again", "suddenly", "now", "then", "today", "here", "there", "as always", "as usual", "once more", "this time"),
    *(
        "for a moment",
        "for a while",
        "all of a sudden",
        "at this point",
        "in this scene",
        "in this shot",
        "on camera",
        "over there",
    ),
    *("sitting down", "looking up", "with the others", "among friends", "in public", "at home", "on the phone", "in a way"),
    *("please", "i think", "it seems", "if you can", "you know", "of course", "by the way", "to be honest", "they say"),
    *("while the others watch", "before the end", "after all", "in the end", "since it was her turn", "as if that were possible"),
)


def aside(random: Random) -> tuple[str, str]:
    """What may stand before and after a description: one of the two is empty."""
    words = fillers()
    noun, verb, role = (random.choice(words[kind]) for kind in ("noun", "verb", "role"))
    adjective, topic, subject = random.choice(words["adjective"]), random.choice(words["topic"]), random.choice((SHE, HE)).subject
    after = (
        f" about {topic}",
        f" because of {topic}",
        f" at {random.choice(words['name'])}",
        f" at the {noun}",
        f", as {subject} {does(verb)} the {noun}",
        f" while {doing(verb)} the {noun}",
        f", talking to the {role}",
        f", talking about {topic}",
        f" when {subject} {does(verb)} {topic}",
        f", wearing a {adjective} {noun}",
        f" in front of the {noun}",
        f" after {topic}",
        f" with a {adjective} {noun} in the background",
        f", {subject} {does(verb)} the {adjective} {noun}",
        f" on the {noun}",
        f", to the {role}",
        f" and {does(verb)} the {noun}",
        f", {random.choice(_BY_THE_WAY)}",
        f" {random.choice(_BY_THE_WAY)}",
    )
    before = (
        f"a {adjective} {role}, ",
        f"close-up of the {role}: ",
        f"a {role} in a {noun}, ",
        f"as {subject} {does(verb)} the {noun}, ",
        f"the {role} {does(verb)} the {noun}, ",
        f"portrait, {adjective} {noun}, ",
        f"when {subject} talks about {topic}: ",
        f"{random.choice(words['name'])}: ",
        f"{random.choice(_BY_THE_WAY)} ",
        f"{random.choice(_BY_THE_WAY)}, ",
    )
    return (random.choice(before), "") if random.random() < 0.25 else ("", random.choice(after))


def unfeeling(random: Random) -> str:
    """A text that describes no feeling: things, people doing things, numbers, words that do not exist."""
    words = fillers()
    noun, other = random.choice(words["noun"]), random.choice(words["noun"])
    adjective, role, verb = (random.choice(words[kind]) for kind in ("adjective", "role", "verb"))
    topic = random.choice(words["topic"])
    forms = (
        noun,
        f"{adjective} {noun}",
        f"{adjective} {adjective} {noun}",
        f"a {adjective} {noun} and a {other}",
        f"the {noun} of the {other}",
        f"a {role} {does(verb)} the {noun}",
        f"the {role} is {doing(verb)} a {adjective} {noun}",
        f"{role} with a {noun}",
        f"{noun} {other}",
        f"{verb} the {noun}",
        f"{topic}",
        f"she {does(verb)} {topic}",
        f"he is in the {noun}",
        f"in the {noun}, near the {other}",
        f"{random.randint(1, 999)} {noun}",
        f"{invented(random)} {invented(random)}",
        invented(random),
        f"a very {adjective} {noun}",
        f"like a {noun}",
        f"as if the {noun} were {adjective}",
        f"a little {noun}",
        f"say it like a {noun}",
        f"she looks {adjective}",
        f"with a {adjective} {noun}",
        f"not the {noun}, the {other}",
        f"{random.choice(words['name'])} and {random.choice(words['name'])}",
        f"{verb}",
        f"there is a {noun} in the {other}",
        f"{random.choice(_BY_THE_WAY)}",
        f"he is {random.choice(_BY_THE_WAY)}",
        f"it was {adjective} before, and now it is {random.choice(words['adjective'])}",
        f"try it with the {noun}, {random.choice(_BY_THE_WAY)}",
        f"she would do what they could with this {noun}",
        f"when it comes to {topic}, have a look at the {noun}",
        f"more of the {noun} than of the {other}",
        f"some of these {adjective} things get {adjective} overall",
    )
    return random.choice(forms)
