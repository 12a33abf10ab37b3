"""Who speaks in the corpus: the built-in voice in many languages and variants, and other synthesisers where they are installed.

Diphone voices are left out: with them a net hears more of their joints than of speech.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emostage.core.tracks import SpeechTake
from emostage.speech.phrases import Phrase
from emostage.speech.synthesis import SpeechRequest, speak, spoken_by
from emostage.training import festival, flite
from emostage.training.stress import with_stress

SYNTHESISERS: tuple[str, ...] = ("espeak", "flite", "festival")

_TRAINED = ("f1", "f2", "f3", "f5", "m1", "m2", "m3", "m4", "m6", "m7", "klatt", "anika", "max", "")
_HELD = ("f4", "m5", "m8", "belinda", "klatt4")
_CODES = {
    "en": ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp"), "de": ("de",), "fr": ("fr-fr",), "es": ("es", "es-419"),
    "it": ("it",), "cmn": ("cmn",), "pt": ("pt", "pt-br"), "ru": ("ru",), "nl": ("nl",), "pl": ("pl",), "tr": ("tr",),
    "ca": ("ca",), "ja": ("ja",),
}  # fmt: skip
"""eSpeak NG's languages for each grammar."""

_ENGLISH = 0.55
"""Share of English in the lines of the built-in voice."""

_HELD_FESTIVAL = "upc_ca_ona_hts"
_SHARES = {"espeak": 0.38, "flite": 0.42, "festival": 0.20}
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
        """One of `SYNTHESISERS`."""
        return self.name.partition("/")[0]

    def say(self, phrases: tuple[Phrase, ...]) -> SpeechTake:
        """The phrases spoken, with exact times of the phones. Raises what `speech.synthesis.speak` raises."""
        voice = self.name.partition("/")[2]
        if self.synthesiser == "flite":
            take = spoken_by(lambda spoken: [flite.read(voice, phrase) for phrase in spoken], phrases, bends=False)
            return with_stress(take, speak(SpeechRequest(phrases=phrases, voice="espeak/en-us")))
        if self.synthesiser == "festival":
            chosen = festival.installed()[voice]
            level = tuple(festival.unbent(phrase) for phrase in phrases)
            return spoken_by(lambda spoken: festival.read(chosen, spoken), level, bends=False)
        return speak(SpeechRequest(phrases=phrases, voice=self.name))


def synthesisers() -> tuple[str, ...]:
    """Those of `SYNTHESISERS` that are installed."""
    there = {"espeak": True, "flite": bool(flite.version()), "festival": bool(festival.installed())}
    return tuple(name for name in SYNTHESISERS if there[name])


def speakers(*, held_out: bool, using: Sequence[str]) -> tuple[Speaker, ...]:
    """All speakers of one half of the corpus by the synthesisers `using`; shares add to 1. No voice is in both halves."""
    groups = {
        "espeak": _espeak(_HELD if held_out else _TRAINED),
        "flite": [] if held_out else _flite(),
        "festival": _festival(held_out=held_out),
    }
    there = {name: found for name, found in groups.items() if name in using and found}
    total = sum(_SHARES[name] for name in there)
    return tuple(
        replace(speaker, share=_SHARES[name] / total * speaker.share / sum(s.share for s in found))
        for name, found in there.items()
        for speaker in found
    )


def choose(among: Sequence[Speaker], rng: np.random.Generator) -> Speaker:
    """One of the speakers, by their shares."""
    return among[int(rng.choice(len(among), p=[speaker.share for speaker in among]))]


def _espeak(variants: Sequence[str]) -> list[Speaker]:
    others = (1.0 - _ENGLISH) / (len(_CODES) - 1)
    return [
        Speaker(
            name=f"espeak/{code}{'+' if variant else ''}{variant}",
            language=language,
            licence=_ESPEAK_LICENCE,
            share=(_ENGLISH if language == "en" else others) / len(codes) / len(variants),
        )
        for language, codes in _CODES.items()
        for code in codes
        for variant in variants
    ]


def _flite() -> list[Speaker]:
    return [Speaker(name=f"flite/{voice}", language="en", licence=flite.LICENCE, share=1.0) for voice in flite.VOICES]


def _festival(*, held_out: bool) -> list[Speaker]:
    return [
        Speaker(name=f"festival/{voice.name}", language=voice.language, licence=voice.licence, share=1.0)
        for voice in festival.installed().values()
        if (voice.name == _HELD_FESTIVAL) == held_out
    ]
