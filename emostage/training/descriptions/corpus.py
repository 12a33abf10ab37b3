"""Descriptions of facial emotion with the strengths they ask for: our own corpus, after the FED of EmoTalker (arXiv 2401.08049),
which is not public. Everything is drawn from a seeded generator, so a seed gives the same corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from emostage.training.descriptions.choice import Choice, Kept, kept_pair
from emostage.training.descriptions.degrees import LADDER, degrees, joined, scaled
from emostage.training.descriptions.inflection import article
from emostage.training.descriptions.mixing import pattern_part
from emostage.training.descriptions.noise import misspelt, typed
from emostage.training.descriptions.parts import Part, adjective, adverb, deed, face, noun, single
from emostage.training.descriptions.people import aside, filled, somebody, unfeeling
from emostage.training.descriptions.vocabulary import NEUTRAL, PLAIN, Felt

_KINDS = (
    ("single", 0.42), ("mix", 0.10), ("unequal", 0.07), ("equal", 0.04), ("deny", 0.07), ("instead", 0.07), ("compare", 0.05),
    ("share", 0.03), ("pair", 0.07), ("nothing", 0.08),
)  # fmt: skip
_MIXES = ("mix", "unequal", "equal", "deny", "instead", "compare", "share")
_BARE_SHARE, _ASIDE_SHARE, _NEUTRAL_SHARE = 0.3, 0.18, 0.1
_GAP = "\0"
_NOTHING: Felt = (0.0,) * NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A prompt and the strengths (without neutral, the rest) it asks for. `says` is false when it says nothing about a feeling;
    `denied` are the emotions it rules out; `kept` tells what of it training never sees."""

    text: str
    felt_7: Felt
    says: bool = True
    denied: tuple[int, ...] = ()
    kept: Kept = ""


def describe(random: Random, kept: Kept = "") -> Description:
    """A description; with `kept`, one that training never sees, for that reason."""
    while True:
        choice = Choice(random, kept)
        kind = _kind(choice)
        if kind == "nothing":
            return Description(text=typed(unfeeling(random), random), felt_7=_NOTHING, says=False)
        part = _part(choice, kind)
        part, frame, text = _framed(choice, part)
        held = bool(part.degree) and kept_pair(part.degree, frame)
        if choice.due or held is not (kept == "degrees"):
            continue
        if kept == "slips" and (slipped := misspelt(text, random)) == text:
            continue
        text = typed(text, random) if kept == "" else slipped if kept == "slips" else text
        return Description(text=text, felt_7=part.felt_7, denied=part.denied, kept=kept)


def descriptions(count: int, random: Random, kept: Kept = "") -> tuple[Description, ...]:
    """So many descriptions."""
    return tuple(describe(random, kept) for _ in range(count))


def ladders(words: int, random: Random) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(emotion, five descriptions that differ in the degree alone, in rising order), `words` for each emotion."""
    levels = {degree.text: degree for degree in degrees()["before"]}
    for emotion in range(NEUTRAL):
        choice = Choice(random)
        for _ in range(words):
            phrase, frame, person = choice.phrase("adjective", emotion), choice.frame("state"), somebody(random)
            before, after = filled(frame.replace("{x}", _GAP), person, random).split(_GAP)
            yield emotion, tuple(f"{before}{levels[word].text} {phrase.text}{after}" for word in LADDER)


def _kind(choice: Choice) -> str:
    if choice.kept == "mixes":
        return choice.one(_MIXES)
    value = choice.random.random() * (1.0 if choice.kept == "" else 1.0 - _KINDS[-1][1])
    for kind, share in _KINDS:
        value -= share
        if value < 0:
            return kind
    return "single"


def _part(choice: Choice, kind: str) -> Part:
    if kind in _MIXES:
        return pattern_part(choice, kind)
    emotion = choice.emotion(neutral=_NEUTRAL_SHARE)
    if kind == "single":
        return single(choice, emotion)
    one = choice.one((adjective, adjective, adverb, noun, face, deed))(choice, emotion)
    other = choice.one((face, face, deed, adjective))(choice, emotion if choice.often(0.7) else choice.emotion())
    lead = "with " if other.slot == "face" and choice.often(0.7) else ""
    text = choice.frame("pair").replace("{1}", one.text).replace("{2}", lead + other.text)
    return Part(text=text, felt_7=joined(one.felt_7, other.felt_7), slot="whole", degree=one.degree)


def _framed(choice: Choice, part: Part) -> tuple[Part, str, str]:
    """A part, the frame it is put into, and the whole text."""
    slot = "state" if part.slot == "adjective" and choice.often(0.7) else part.slot
    alone = slot == "whole" or (choice.often(_BARE_SHARE) and not (choice.due and choice.kept == "frames"))
    frame = "{x}" if alone else choice.frame(slot)
    if "{with}" in frame:
        part, carrier = _carried(choice, part)
        frame = frame.replace("{with}", carrier)
    text = frame.replace("{a} {x}", f"{article(part.text)} {part.text}").replace("{x}", part.text)
    if choice.often(_ASIDE_SHARE):
        before, after = aside(choice.random)
        text = before + text + after
    return part, frame, filled(text, somebody(choice.random), choice.random)


def _carried(choice: Choice, part: Part) -> tuple[Part, str]:
    """A noun and what it is carried by: 'with', 'overcome with', 'trying to hide {p}'; at its plain level where it has a degree,
    just 'with' where it is denied."""
    if part.denied:
        return part, "with"
    carrier = choice.one([c for c in degrees()["with"] if not part.degree or c.level == PLAIN])
    return replace(part, felt_7=scaled(part.felt_7, carrier.level)), carrier.text
