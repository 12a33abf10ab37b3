"""Piper voices: prosody to what the network takes, readings of phrases by the worker, pitch bent afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from emostage.core.errors import AssetError
from emostage.speech.call import call
from emostage.speech.phrases import Phrase
from emostage.speech.spans import Reading, reading
from emostage.speech.tokens import spoken_text
from emostage.speech.voices import Voice

_LENGTH_LIMITS = (0.4, 2.5)
_START_S = 90.0
_SECONDS_PER_CHARACTER = 0.2
_SPEAKERS: Mapping[str, tuple[str, ...]] = {
    "happy": ("happy", "joy", "happiness", "amused", "cheerful"),
    "sad": ("sad", "sadness", "sleepy", "depressed"),
    "angry": ("angry", "anger"),
    "afraid": ("afraid", "fear", "fearful", "scared"),
    "disgusted": ("disgusted", "disgust"),
    "surprised": ("surprised", "surprise"),
    "contempt": ("contempt", "contemptuous"),
    "neutral": ("neutral",),
}
"""What the speakers of emotional voices are called, best first (`thorsten_emotional`: amused, angry, sleepy …)."""


def speaker_for(voice: Voice, emotion: str) -> int | None:
    """The speaker to use: the one asked for by name, else the one that feels `emotion` or at least nothing, else the voice's
    own.
    """
    if voice.speaker is not None:
        return voice.speaker
    numbers = {name.casefold(): number for name, number in voice.speakers.items()}
    wanted = (*_SPEAKERS[emotion], *_SPEAKERS["neutral"])
    return next((numbers[name] for name in wanted if name in numbers), None)


def read(voice: Voice, phrases: Sequence[Phrase]) -> tuple[Reading, ...]:
    """Readings of `phrases` by a Piper voice, one each, at the voice's own pitch. Errors are those of `call`, and E063 for a
    voice that stays silent."""
    low, high = _LENGTH_LIMITS
    spoken = [
        {
            "text": spoken_text(phrase.text),
            "length_scale": min(max(1 / phrase.prosody.rate, low), high),
            "speaker": speaker_for(voice, phrase.prosody.emotion),
        }
        for phrase in phrases
    ]
    request = {
        "engine": "piper",
        "model": voice.file,
        "config": voice.config,
        "folder": str(Path(voice.file).parent),
        "phrases": spoken,
    }
    limit_s = _START_S + _SECONDS_PER_CHARACTER * sum(len(phrase.text) for phrase in phrases)
    utterances = call(request, limit_s=limit_s)
    if not any(len(utterance.samples_S) for utterance in utterances):
        raise AssetError.of("E063", f"voice '{voice.name}' made no sound", "try another voice")
    return tuple(reading(phrase.text, phrase.words, heard) for phrase, heard in zip(phrases, utterances, strict=True))
