"""How long a line will take to speak, guessed from its letters: for tools that must not speak. Nothing is synthesised.

Fitted to the built-in voice at its neutral rate: seconds are linear in syllables and consonants, plus something for every phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.speech.phrases import Phrase, phrases_of
from emostage.speech.prosody import NEUTRAL, PhraseProsody
from emostage.speech.tokens import is_speakable, spoken_text

RATE_HZ = 1000
"""Rate of the silence in an estimated take: whole milliseconds."""
_PHRASE_S, _SYLLABLE_S, _CONSONANT_S = 0.25, 0.09, 0.052
_VOWELS = "aeiouyœæøаеёиоуыэюяіїєαεηιουω"
_DIGIT, _SYMBOL = (1.9, 2.5), (2.0, 2.0)
_LETTERS: tuple[tuple[int, int, float, float], ...] = (
    (0x3040, 0x3100, 1.0, 0.7),
    (0x3400, 0xA000, 1.5, 1.8),
    (0xAC00, 0xD7A4, 1.0, 1.5),
    (0x0590, 0x3040, 0.6, 0.7),
)
"""Writing without plain vowels, as code points from and to: syllables and consonants of a letter."""


def estimate_seconds(
    text: str, words: Sequence[str], prosody: PhraseProsody = NEUTRAL, pauses: Sequence[tuple[int, float]] = ()
) -> float:
    """Seconds of `text` with its tokens `words` when spoken with `prosody`, pauses included; within about 15 % for English."""
    phrases = phrases_of(text, words, pauses, rate=prosody.rate)
    return sum(phrase.pause_before_s for phrase in phrases) + sum(map(_spoken_s, phrases))


def estimate_take(phrases: Sequence[Phrase], length_s: float | None = None) -> SpeechTake:
    """The take that phrases may become: silence with the times of the words, each as long as it has letters. With `length_s` it is
    squeezed or stretched to that many seconds, as the take of a recording whose length is known."""
    words: list[Span] = []
    at_s = 0.0
    for phrase in phrases:
        at_s += phrase.pause_before_s
        shares = [1.0 + sum(map(str.isalnum, word)) for word in phrase.words]
        spoken_s = _spoken_s(phrase)
        unit_s = spoken_s / sum(shares) if shares else 0.0
        for word, share in zip(phrase.words, shares, strict=True):
            words.append(Span(text=word, start_s=at_s, end_s=at_s + share * unit_s))
            at_s += share * unit_s
        at_s += 0.0 if shares else spoken_s
    if length_s is not None and at_s > 0.0:
        pace = length_s / at_s
        words = [Span(text=word.text, start_s=word.start_s * pace, end_s=word.end_s * pace) for word in words]
        at_s = length_s
    return SpeechTake(audio=silence(at_s if length_s is None else length_s), words=tuple(words))


def silence(seconds: float) -> AudioClip:
    """So many seconds of nothing, at `RATE_HZ`."""
    return AudioClip(samples_S=np.zeros(max(0, round(seconds * RATE_HZ)), np.float32), rate_hz=RATE_HZ)


def _spoken_s(phrase: Phrase) -> float:
    text = spoken_text(phrase.text)
    if not is_speakable(text):
        return 0.0
    plain = text.lower() if text.isascii() else _without_accents(text.lower())
    parts = [_word(word) for word in re.findall(r"[^\W\d_]+", plain)]
    parts += [_DIGIT] * len(re.findall(r"\d", plain)) + [_SYMBOL] * len(re.findall(r"[%$€£&@+=°]", plain))
    syllables, consonants = (sum(column) for column in zip(*parts, strict=True))
    seconds: float = (_PHRASE_S + _SYLLABLE_S * syllables + _CONSONANT_S * consonants) / phrase.prosody.rate
    return seconds


def _without_accents(text: str) -> str:
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=4096)
def _word(word: str) -> tuple[float, float]:
    """Syllables and consonants of a word in lower case without accents."""
    own = [next(((s, c) for low, high, s, c in _LETTERS if low <= ord(char) < high), None) for char in word]
    if any(own):
        return sum(part[0] for part in own if part), sum(part[1] for part in own if part)
    groups = len(re.findall(f"[{_VOWELS}]+", word))
    if groups > 1 and re.search(rf"[^{_VOWELS}l]es?$", word):
        groups -= 1
    doubled = re.sub(r"([tscpgw])h|ck|([b-df-hj-np-tv-z])\2", "t", word)
    return float(max(groups, 1)), float(len(re.sub(f"[{_VOWELS}]", "", doubled)))
