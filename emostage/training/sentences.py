"""Lines to speak, by small grammars of our own (`data/sentences/LANGUAGE.txt`): dialogue, questions, exclamations, tongue twisters.

A grammar file has rules headed `[name]`; every line below is one way to say it, in which `<name>` stands for another rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b

import numpy as np

from emostage.core.resources import resource

LANGUAGES: tuple[str, ...] = ("en", "de", "fr", "es", "it", "cmn", "pt", "ru", "nl", "pl", "tr", "ca", "ja")
"""Languages with a grammar, as eSpeak NG names them."""

_HELD_OUT_OF = 12
_DEEPEST = 12
_CHARACTERS = (6, 160)
_RULE = re.compile(r"<([^<>]+)>")
_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiou])")
_AFTER_POINT = re.compile(r"(?:^|[.!?]\s+)[\"'¿¡]*(\w)")


def sentence(language: str, rng: np.random.Generator, *, held_out: bool) -> str:
    """A line in `language`, drawn from those that are held out or from the others."""
    rules = grammar(language)
    while True:
        text = _spoken(rules, rng)
        if language == "en":
            text = _BEFORE_VOWEL.sub(r"\1n ", text)
        if _CHARACTERS[0] <= len(text) <= _CHARACTERS[1] and is_held_out(text) == held_out:
            return text


def is_held_out(text: str) -> bool:
    """Whether a line is one of those that training never hears: one in twelve, chosen by its letters."""
    letters = "".join(char for char in text.casefold() if char.isalnum())
    return int.from_bytes(blake2b(letters.encode(), digest_size=4).digest(), "big") % _HELD_OUT_OF == 0


@cache
def grammar(language: str) -> Mapping[str, tuple[str, ...]]:
    """The rules of a language by name. Raises FileNotFoundError for a language without a grammar."""
    rules: dict[str, list[str]] = {}
    current: list[str] = []
    for line in resource("sentences", f"{language}.txt").read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if text.startswith("[") and text.endswith("]"):
            current = rules.setdefault(text[1:-1], [])
        elif text and not text.startswith("#"):
            current.append(text)
    return {name: tuple(lines) for name, lines in rules.items()}


def _spoken(rules: Mapping[str, tuple[str, ...]], rng: np.random.Generator) -> str:
    def expanded(text: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise ValueError(f"rules go round in circles: {text}")
        return _RULE.sub(lambda found: expanded(_pick(rules[found[1]], rng), depth + 1), text)

    text = expanded(_pick(rules["sentence"], rng), 0)
    return _AFTER_POINT.sub(lambda found: found[0][:-1] + found[1].upper(), text)


def _pick(lines: tuple[str, ...], rng: np.random.Generator) -> str:
    return lines[int(rng.integers(len(lines)))]
