"""What engines are examined on: lines of several languages that the shipped nets never heard, by voices they never heard.

The lines come from the held-out part of the training grammars, the voices are eSpeak NG's that training leaves out, so that every
phone is known and no download is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import SpeechTake
from emostage.speech.phrases import phrases_of
from emostage.speech.synthesis import SpeechRequest, speak
from emostage.training.sentences import sentence

LANGUAGES = {"en": ("en-gb", "en-us"), "fr": ("fr-fr",), "cmn": ("cmn",)}
"""Languages by the name of their grammar, and the accents of eSpeak NG that speak them."""

VARIANTS = ("f4", "m5", "m8", "klatt4")
"""Voices of each language."""

_SENTENCES = 6
_SEED = 5


@dataclass(frozen=True, kw_only=True)
class Recited:
    """A text spoken by one voice."""

    language: str
    voice: str
    take: SpeechTake


def recital(
    languages: Sequence[str] = tuple(LANGUAGES), variants: Sequence[str] = VARIANTS, *, sentences: int = _SENTENCES
) -> list[Recited]:
    """Texts of `sentences` lines, one for each voice of each language; the same ones at every call."""
    return [_recited(language, k, variant, sentences) for language in languages for k, variant in enumerate(variants)]


def _recited(language: str, number: int, variant: str, sentences: int) -> Recited:
    rng = np.random.default_rng([_SEED, list(LANGUAGES).index(language), number])
    text = " ".join(sentence(language, rng, held_out=True) for _ in range(sentences))
    accents = LANGUAGES[language]
    voice = f"espeak/{accents[number % len(accents)]}+{variant}"
    words = text.split()
    return Recited(language=language, voice=voice, take=speak(SpeechRequest(phrases=phrases_of(text, words), voice=voice)))
