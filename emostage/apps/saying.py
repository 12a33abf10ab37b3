"""A text spoken outside of any scene."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from emostage.core.errors import UsageError
from emostage.core.tracks import AudioClip, SpeechTake
from emostage.core.whole import whole_file, writing

FORMATS = {".wav": "WAV", ".flac": "FLAC", ".ogg": "OGG"}


def say_text(text: str, voice: str, emotion: str = "") -> SpeechTake:
    """A text read by a voice in one emotion. Raises UsageError E03x for the emotion and AssetError E06x for voice and text."""
    from emostage.scene.words import tokens
    from emostage.speech.phrases import phrases_of
    from emostage.speech.synthesis import SpeechRequest, speak

    words = tuple(token.text for token in tokens(text))
    weights_8 = read_emotion(emotion)
    return speak(SpeechRequest(phrases=phrases_of(text, words, (), [weights_8] * len(words)), voice=voice))


def read_emotion(text: str) -> tuple[float, ...]:
    """Weights of the 8 emotions for a mix as scenes write it, such as `happy 0.6` or `sad 0.3, afraid`; neutral for no text.

    Raises UsageError E030 to E033.
    """
    from emostage.core.emotion import NEUTRAL_8
    from emostage.scene.emotions import parse_mix
    from emostage.scene.issues import Misread

    try:
        return parse_mix(text) if text.strip() else NEUTRAL_8
    except Misread as problem:
        raise UsageError.of(problem.code, problem.message, problem.hint) from problem


def write_sound(audio: AudioClip, path: Path) -> None:
    """Write a sound file (16 bit). Raises UsageError E104 for another suffix and EmostageError E10x."""
    if path.suffix.lower() not in FORMATS:
        raise UsageError.of("E104", f"'{path.name}' is no name for a sound", f"end it with {', '.join(FORMATS)}")
    import soundfile

    buffer = BytesIO()
    soundfile.write(buffer, audio.samples_S, audio.rate_hz, format=FORMATS[path.suffix.lower()])
    with whole_file(path) as part, writing(path):
        part.write_bytes(buffer.getbuffer())
