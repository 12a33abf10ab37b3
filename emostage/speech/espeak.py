"""The built-in voice, eSpeak NG: prosody to its parameters, and readings of phrases by the worker.

Measured on the voices of eSpeak NG 1.52: F0 rises by 0.24 semitones for each step of `pitch` (0-100, 50 is the voice's own), and
the spread of F0 is proportional to `range` (0-100).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emostage.speech.call import call
from emostage.speech.phrases import Phrase
from emostage.speech.prosody import PhraseProsody
from emostage.speech.spans import Reading, reading
from emostage.speech.tokens import spoken_text
from emostage.speech.voices import Voice

WORDS_PER_MINUTE = 165
"""Neutral rate: a little below eSpeak NG's default of 175, which sounds hurried on a calm face."""
_RATE_LIMITS = (80, 450)
_RANGE = 55
_SEMITONES_PER_STEP = 0.24
_START_S = 10.0
_SECONDS_PER_CHARACTER = 0.01


def parameters(prosody: PhraseProsody) -> dict[str, int]:
    """eSpeak NG's rate, pitch and range for a prosody, within what it takes."""
    return {
        "rate": round(min(max(WORDS_PER_MINUTE * prosody.rate, _RATE_LIMITS[0]), _RATE_LIMITS[1])),
        "pitch": round(min(max(50 + prosody.pitch_st / _SEMITONES_PER_STEP, 0), 100)),
        "range": round(min(max(_RANGE * prosody.range, 0), 100)),
    }


def request_of(voice: Voice, phrases: Sequence[Phrase]) -> dict[str, Any]:
    """What the worker is asked for."""
    name = f"{voice.file}+{voice.variant}" if voice.variant else voice.file
    spoken = [{"text": spoken_text(phrase.text), **parameters(phrase.prosody)} for phrase in phrases]
    return {"engine": "espeak", "voice": name, "phrases": spoken}


def read(voice: Voice, phrases: Sequence[Phrase]) -> tuple[Reading, ...]:
    """Readings of `phrases` by an eSpeak NG voice, one each. Errors are those of `call`."""
    limit_s = _START_S + _SECONDS_PER_CHARACTER * sum(len(phrase.text) for phrase in phrases)
    utterances = call(request_of(voice, phrases), limit_s=limit_s)
    return tuple(reading(phrase.text, phrase.words, heard) for phrase, heard in zip(phrases, utterances, strict=True))
