"""The built-in voice, eSpeak NG: prosody to its parameters, and readings of phrases by the worker.

The F0 of a voice written with the pitches low and high changes like

    low * 2 ** ((pitch - 50) / 50) + (high - low) * (0.5 + 0.0101 * range)

(`pitch` and `range` 0-100), and its spread in Hz is proportional to `range`; solving for both lets semitones and range be set
apart from each other. On six voices of eSpeak NG 1.52 the median F0 moved by what was asked within 0.4 semitones up to four
and 0.7 up to six, and the range by what was asked within 5 % from half to 1.4.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from emostage.speech import catalogue
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
_SPREAD = (0.5, 0.0101)
_START_S = 10.0
_SECONDS_PER_CHARACTER = 0.01


def parameters(prosody: PhraseProsody, pitch_hz: tuple[float, float]) -> dict[str, int]:
    """eSpeak NG's rate, pitch and range for a prosody and a voice of the pitches (low, high), within what it takes."""
    low_hz, high_hz = pitch_hz
    factor = 2.0 ** (prosody.pitch_st / 12)
    spread = min(max(_RANGE * prosody.range * factor, 0.0), 100.0)
    neutral_hz = low_hz + (high_hz - low_hz) * (_SPREAD[0] + _SPREAD[1] * _RANGE)
    base_hz = factor * neutral_hz - (high_hz - low_hz) * (_SPREAD[0] + _SPREAD[1] * spread)
    pitch = 50 + 50 * math.log2(max(base_hz, 1.0) / low_hz)
    return {
        "rate": round(min(max(WORDS_PER_MINUTE * prosody.rate, _RATE_LIMITS[0]), _RATE_LIMITS[1])),
        "pitch": round(min(max(pitch, 0.0), 100.0)),
        "range": round(spread),
    }


def request_of(voice: Voice, phrases: Sequence[Phrase]) -> dict[str, Any]:
    """What the worker is asked for."""
    name = f"{voice.file}+{voice.variant}" if voice.variant else voice.file
    pitch_hz = catalogue.pitch_hz(voice.file, voice.variant)
    spoken = [{"text": spoken_text(phrase.text), **parameters(phrase.prosody, pitch_hz)} for phrase in phrases]
    return {"engine": "espeak", "voice": name, "phrases": spoken}


def read(voice: Voice, phrases: Sequence[Phrase]) -> tuple[Reading, ...]:
    """Readings of `phrases` by an eSpeak NG voice, one each. Errors are those of `call`."""
    limit_s = _START_S + _SECONDS_PER_CHARACTER * sum(len(phrase.text) for phrase in phrases)
    utterances = call(request_of(voice, phrases), limit_s=limit_s)
    return tuple(reading(phrase.text, phrase.words, heard) for phrase, heard in zip(phrases, utterances, strict=True))
