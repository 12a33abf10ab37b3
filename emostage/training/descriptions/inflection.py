"""English word forms that a description needs: adverbs, comparatives, the forms of verbs, and the article."""

from __future__ import annotations

import re

_VOWELS = "aeiou"
_SHORT = {"sad": "sadd", "mad": "madd", "glum": "glumm", "grim": "grimm", "flat": "flatt"}
_COMPARED = frozenset(
    """
    angry sad mad happy glad glum grim calm merry jolly gloomy grumpy moody cranky sunny perky jumpy shaky edgy cold proud warm
    lonely cheery lively bitter sour fierce cross tense shy icy silly cocky weary sorry sleepy friendly kind sweet gentle tender
    bold keen bright smug snide queasy gross crabby grouchy testy bubbly chirpy teary weepy mean nasty jittery panicky
    """.split()  # noqa: SIM905
)
_DOUBLED = frozenset(
    "beg gag grin hum spit sob shut sit snap stop tut hit run grit knit cut dig put get".split()  # noqa: SIM905
)
_THIRD = {"be": "is", "have": "has", "do": "does", "go": "goes"}


def adverb(adjective: str) -> str:
    """The adverb in -ly of an adjective; empty where English has none (phrases, participles in -ed)."""
    if " " in adjective or "-" in adjective or adjective.endswith(("ed", "ly")):
        return ""
    if adjective.endswith("ic"):
        return adjective + "ally"
    if adjective.endswith("le") and adjective[-3] not in _VOWELS:
        return adjective[:-1] + "y"
    if adjective.endswith("y"):
        return adjective[:-1] + "ily"
    return adjective + ("y" if adjective.endswith("ll") else "ly")


def compared(adjective: str, ending: str) -> str:
    """An adjective with `er` or `est`, or with 'more' or 'most' before it."""
    if adjective not in _COMPARED:
        return f"{'more' if ending == 'er' else 'most'} {adjective}"
    if adjective.endswith("y"):
        return adjective[:-1] + "i" + ending
    return _SHORT.get(adjective, adjective.rstrip("e") if adjective.endswith("e") else adjective) + ending


def doing(phrase: str) -> str:
    """A verb phrase in -ing: 'roll {p} eyes' becomes 'rolling {p} eyes'."""
    verb, _, tail = phrase.partition(" ")
    if verb.endswith("ie"):
        verb = verb[:-2] + "y"
    elif verb.endswith("e") and not verb.endswith("ee"):
        verb = verb[:-1]
    elif verb in _DOUBLED:
        verb += verb[-1]
    return f"{verb}ing {tail}".strip()


def does(phrase: str) -> str:
    """A verb phrase in the third person: 'roll {p} eyes' becomes 'rolls {p} eyes'."""
    verb, _, tail = phrase.partition(" ")
    if verb in _THIRD:
        verb = _THIRD[verb]
    elif re.search(r"(s|x|z|ch|sh)$", verb):
        verb += "es"
    elif verb.endswith("y") and verb[-2] not in _VOWELS:
        verb = verb[:-1] + "ies"
    else:
        verb += "s"
    return f"{verb} {tail}".strip()


def article(words: str) -> str:
    """'a' or 'an' for the words that follow."""
    return "an" if words[:1].lower() in _VOWELS else "a"
