"""Who speaks in the corpus: the built-in voice in many languages and variants, and other synthesisers where they are installed.

The diphone voices of flite are left out: with them a net hears more of their joints than of speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import SpeechTake
from emostage.speech.phrases import Phrase
from emostage.speech.synthesis import SpeechRequest, speak, spoken_by
from emostage.training import flite

_TRAINED = ("f1", "f2", "f3", "f5", "m1", "m2", "m3", "m4", "m6", "m7", "klatt", "anika", "max", "")
_HELD = ("f4", "m5", "m8", "belinda", "klatt4")
_ENGLISH = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp")
_ESPEAK_LICENCE = "GPL-3.0-or-later (eSpeak NG; the sound it makes is free to use)"


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """A voice of the corpus. `name` begins with its synthesiser, `language` is a grammar's, `share` its part of the lines."""

    name: str
    language: str
    licence: str
    share: float

    @property
    def synthesiser(self) -> str:
        """`espeak` or `flite`."""
        return self.name.partition("/")[0]

    def say(self, phrases: tuple[Phrase, ...]) -> SpeechTake:
        """The phrases spoken, with exact times of the phones. Raises what `speech.synthesis.speak` raises."""
        if self.synthesiser == "flite":
            voice = self.name.partition("/")[2]
            return spoken_by(lambda spoken: [flite.read(voice, phrase) for phrase in spoken], phrases, bends=False)
        return speak(SpeechRequest(phrases=phrases, voice=self.name))


def speakers(*, held_out: bool, synthesisers: Sequence[str]) -> tuple[Speaker, ...]:
    """All speakers of one half of the corpus; shares add to 1. No voice is in both halves."""
    found = _espeak(_HELD if held_out else _TRAINED)
    if "flite" in synthesisers and not held_out:
        found = [*_scaled(found, 0.4), *_scaled(_flite(), 0.6)]
    total = sum(speaker.share for speaker in found)
    return tuple(_scaled(found, 1.0 / total))


def choose(among: Sequence[Speaker], rng: np.random.Generator) -> Speaker:
    """One of the speakers, by their shares."""
    return among[int(rng.choice(len(among), p=[speaker.share for speaker in among]))]


def _scaled(found: Sequence[Speaker], factor: float) -> list[Speaker]:
    return [Speaker(name=s.name, language=s.language, licence=s.licence, share=s.share * factor) for s in found]


def _espeak(variants: Sequence[str]) -> list[Speaker]:
    shares = {"en": 0.6, "de": 0.08, "fr": 0.08, "es": 0.08, "it": 0.08, "cmn": 0.08}
    codes = {"en": _ENGLISH, "fr": ("fr-fr",)}
    return [
        Speaker(
            name=f"espeak/{code}{'+' if variant else ''}{variant}",
            language=language,
            licence=_ESPEAK_LICENCE,
            share=share / len(codes.get(language, (language,))) / len(variants),
        )
        for language, share in shares.items()
        for code in codes.get(language, (language,))
        for variant in variants
    ]


def _flite() -> list[Speaker]:
    return [
        Speaker(name=f"flite/{voice}", language="en", licence=flite.LICENCE, share=1.0 / len(flite.VOICES)) for voice in flite.VOICES
    ]
