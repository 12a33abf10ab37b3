"""How long a line will take to speak, guessed from its letters: for tools that must not speak. Nothing is synthesised.

Fitted to the built-in voice at its neutral rate: seconds are linear in syllables and consonants, plus something for every phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from emostage.speech.phrases import Phrase, phrases_of
from emostage.speech.prosody import NEUTRAL, PhraseProsody
from emostage.speech.tokens import is_speakable, spoken_text

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


def _spoken_s(phrase: Phrase) -> float:
    text = spoken_text(phrase.text)
    if not is_speakable(text):
        return 0.0
    plain = "".join(char for char in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(char))
    plain = unicodedata.normalize("NFC", plain)
    parts = [_word(word) for word in re.findall(r"[^\W\d_]+", plain)]
    parts += [_DIGIT] * len(re.findall(r"\d", plain)) + [_SYMBOL] * len(re.findall(r"[%$€£&@+=°]", plain))
    syllables, consonants = (sum(column) for column in zip(*parts, strict=True))
    seconds: float = (_PHRASE_S + _SYLLABLE_S * syllables + _CONSONANT_S * consonants) / phrase.prosody.rate
    return seconds


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
