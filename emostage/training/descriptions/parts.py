"""Single feelings in words: a word or phrase with or without a degree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from emostage.training.descriptions.choice import Choice
from emostage.training.descriptions.degrees import Degree, denied, joined, scaled
from emostage.training.descriptions.vocabulary import Felt, Phrase

_DEGREE_SHARE = 0.6
"""How often an adjective has a degree."""
_LITTLE_SHARE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a description: what it says, the frames it fits, the degree in it, and the emotions it denies."""

    text: str
    felt_7: Felt
    slot: str
    degree: str = ""
    denied: tuple[int, ...] = ()


def adjective(choice: Choice, emotion: int) -> Part:
    """'sad', 'a little sad', 'sad beyond words', 'down in the dumps', now and then 'weeping'."""
    kind = choice.random.random()
    if kind < 0.18:
        phrase = choice.phrase("state", emotion)
        return Part(text=phrase.text, felt_7=phrase.felt_7, slot="state")
    if kind < 0.22:
        phrase = choice.phrase("doing", emotion)
        return Part(text=phrase.text, felt_7=phrase.felt_7, slot="state")
    return qualified(choice, choice.phrase("adjective", emotion), "adjective")


def qualified(choice: Choice, phrase: Phrase, slot: str) -> Part:
    """An adjective or adverb, mostly with a degree."""
    if not choice.often(_DEGREE_SHARE):
        return Part(text=phrase.text, felt_7=phrase.felt_7, slot=slot)
    if slot == "adjective" and choice.often(0.12):
        degree = choice.degree("after")
        text = phrase.text + degree.text if degree.text.startswith("-") else f"{phrase.text} {degree.text}"
        return Part(text=text, felt_7=scaled(phrase.felt_7, degree.level), slot="state", degree=degree.text)
    degree = choice.degree("before")
    slot = "state" if slot == "adjective" and degree.text.startswith(("a ", "not ")) else slot
    return Part(text=f"{degree.text} {phrase.text}", felt_7=at(phrase, degree), slot=slot, degree=degree.text)


def at(phrase: Phrase, degree: Degree) -> Felt:
    """What a phrase means with a degree before it: 'not very happy' is a denial, 'not very sad' a little sad."""
    if degree.denies:
        left_7 = denied(phrase.text, phrase.felt_7, flatly=False)
        if sum(left_7) > 0:
            return left_7
    return scaled(phrase.felt_7, degree.level)


def adverb(choice: Choice, emotion: int) -> Part:
    """'sadly', 'very sadly'."""
    return qualified(choice, choice.phrase("adverb", emotion), "adverb")


def noun(choice: Choice, emotion: int) -> Part:
    """'sadness', 'a hint of sadness', 'great sadness'."""
    phrase = choice.phrase("noun", emotion)
    if choice.often(1 - _DEGREE_SHARE):
        return Part(text=phrase.text, felt_7=phrase.felt_7, slot="noun")
    degree = choice.degree("of")
    felt_7 = scaled(phrase.felt_7, degree.level)
    return Part(text=f"{degree.text} {phrase.text}", felt_7=felt_7, slot="noun", degree=degree.text)


def face(choice: Choice, emotion: int) -> Part:
    """'a furrowed brow', 'a faint smile', 'wide eyes and an open mouth'."""
    if choice.often(0.25):
        head, degree = choice.phrase("head", emotion), choice.degree("kind")
        felt_7 = scaled(head.felt_7, degree.level)
        article = "" if degree.text.endswith(" a") else "a "
        return Part(text=f"{article}{degree.text} {head.text}", felt_7=felt_7, slot="face", degree=degree.text)
    one = choice.phrase("face", emotion)
    if not choice.often(0.25):
        return Part(text=one.text, felt_7=one.felt_7, slot="face")
    other = choice.phrase("face", emotion if choice.often(0.7) else choice.emotion())
    link = choice.one((" and ", ", ", " and with ", ", with "))
    return Part(text=f"{one.text}{link}{other.text}", felt_7=joined(one.felt_7, other.felt_7), slot="face")


def deed(choice: Choice, emotion: int) -> Part:
    """'weeping', 'smile a little', 'rolls her eyes'."""
    slot = choice.one(("doing", "doing", "does", "do"))
    phrase = choice.phrase(slot, emotion)
    if " " in phrase.text or not choice.often(_LITTLE_SHARE):
        return Part(text=phrase.text, felt_7=phrase.felt_7, slot=slot)
    degree = choice.degree("verb")
    text = f"{degree.text} {phrase.text}" if degree.text in ("almost", "barely") else f"{phrase.text} {degree.text}"
    return Part(text=text, felt_7=scaled(phrase.felt_7, degree.level), slot=slot, degree=degree.text)


def _whole(form: str) -> Callable[[Choice, int], Part]:
    """Phrases that are taken as they are."""

    def part(choice: Choice, emotion: int) -> Part:
        phrase = choice.phrase(form, emotion)
        return Part(text=phrase.text, felt_7=phrase.felt_7, slot=form)

    return part


PARTS: Mapping[str, tuple[float, Callable[[Choice, int], Part]]] = {
    "adjective": (0.36, adjective),
    "noun": (0.14, noun),
    "adverb": (0.08, adverb),
    "face": (0.12, face),
    "deed": (0.12, deed),
    "clause": (0.06, _whole("clause")),
    "scene": (0.06, _whole("scene")),
    "likeness": (0.04, _whole("likeness")),
    "cry": (0.02, _whole("cry")),
}
"""Kinds of single feelings, how often they are drawn, and how."""


def single(choice: Choice, emotion: int) -> Part:
    """Any single feeling."""
    kind = choice.random.random()
    for share, draw in PARTS.values():
        kind -= share
        if kind < 0:
            return draw(choice, emotion)
    return adjective(choice, emotion)
