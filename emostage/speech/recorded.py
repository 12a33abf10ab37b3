"""Recorded lines: read, checked, levelled, and timed word by word when a transcript is at hand. S samples.

E080 no such file · E081 empty or too short · E082 silent · E083 no readable sound · E084 too long · E085 video without sound ·
E086 decoding takes too long · E087 no finite sample. W080 samples that were no numbers · W081 clipped · W082 off centre (DC) ·
W083 the transcript does not fit · W084 channels that cancelled each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.tracks import AudioClip, SpeechTake
from emostage.speech.align import Alignment, align, speech_threshold_db
from emostage.speech.decode import RATE_HZ, SHORTEST_S, Decoded, decode
from emostage.speech.features import spectra
from emostage.speech.levels import levelled, loudness_lufs
from emostage.speech.phrases import phrases_of
from emostage.speech.synthesis import SpeechRequest, speak
from emostage.speech.voices import Voice, find

_SILENT_LUFS = -65.0
_SHORT_S = 60.0
_OTHER = "+f3"
_CLEAR_MATCH, _MARGIN, _POOR_MATCH = 0.55, 0.06, 0.22
_FALLBACK = "espeak/en-us"

Listener = Callable[[Diagnostic], None]


def read_recording(
    path: Path, transcript: str | None, words: Sequence[str], voice: str, *, on_warning: Listener | None = None
) -> SpeechTake:
    """A recorded line at 24 kHz mono and nominal loudness, its pauses kept.

    With a transcript, its tokens `words` and its phones get times by alignment to a reading in the language of `voice`; without
    one both are empty. What is odd but usable goes to `on_warning` (W080-W084). Raises AssetError E080-E087 for a file that
    cannot be used, and E06x when the voice cannot read the transcript.
    """
    audio = read_sound(path, on_warning=on_warning)
    if not transcript or not words:
        return SpeechTake(audio=audio)
    aligned, voice = _aligned(transcript, words, find(voice), audio)
    if on_warning and _is_another_text(words, voice, audio, aligned.match):
        message = f"the text does not seem to be what is said in '{path.name}'"
        on_warning(Diagnostic(code="W083", message=message, hint="word times may be wrong; check the transcript"))
    return SpeechTake(audio=audio, words=aligned.words, phones=aligned.phones)


def read_sound(path: Path, *, on_warning: Listener | None = None) -> AudioClip:
    """A sound file as a levelled clip; errors and warnings as for `read_recording`."""
    decoded = decode(Path(path))
    samples_S = decoded.samples_S
    name = Path(path).name
    if decoded.broken >= 1:
        raise AssetError.of("E087", f"'{name}' holds no sample that is a number", "export it again")
    if len(samples_S) < SHORTEST_S * RATE_HZ:
        raise AssetError.of("E081", f"'{name}' is shorter than {SHORTEST_S:g} s", "record it again")
    if not math.isfinite(loudness := loudness_lufs(samples_S, RATE_HZ)) or loudness < _SILENT_LUFS:
        raise AssetError.of("E082", f"'{name}' is silent", "check the microphone, or use a pause")
    if on_warning:
        for warning in _warnings(name, decoded):
            on_warning(warning)
    return AudioClip(samples_S=levelled(samples_S, RATE_HZ), rate_hz=RATE_HZ)


def _warnings(name: str, decoded: Decoded) -> list[Diagnostic]:
    clipped = decoded.clipped > 0.001
    found: list[tuple[bool, str, str, str]] = [
        (
            decoded.broken > 0,
            "W080",
            f"'{name}': {decoded.broken:.2%} of its samples are no numbers and were silenced",
            "export it again",
        ),
        (clipped, "W081", f"'{name}' is clipped", "record it at a lower level"),
        (
            abs(decoded.offset) > 0.02 and not clipped,
            "W082",
            f"'{name}' was off centre by {decoded.offset:.3f} and was corrected",
            "",
        ),
        (decoded.opposed, "W084", f"the channels of '{name}' cancelled each other; one was turned round", "check the cabling"),
    ]
    return [Diagnostic(code=code, message=message, hint=hint) for true, code, message, hint in found if true]


def _aligned(transcript: str, words: Sequence[str], voice: Voice, audio: AudioClip) -> tuple[Alignment, str]:
    """The alignment to the better of two readings in the language of `voice`, by its own voice and by one of the other sex; and
    which.

    Of recordings over a minute only the first reading is tried.
    """
    own = voice.name if voice.kind == "espeak" else _espeak_name(voice.language)
    plain = own.partition("+")[0]
    names = (own, plain if "+f" in own else f"{plain}{_OTHER}") if audio.duration_s <= _SHORT_S else (own,)
    tried = [(align(audio, _reading(transcript, words, name, audio)), name) for name in names]
    return max(tried, key=lambda pair: pair[0].match)


def _is_another_text(words: Sequence[str], voice: str, audio: AudioClip, match: float) -> bool:
    """Whether the words fit no better than the same words in another order do, which is how texts that are not said behave."""
    if match > _CLEAR_MATCH or audio.duration_s > _SHORT_S:
        return False
    half = len(words) // 2
    shuffled = [list(words[::-1]), [*words[half:], *words[:half]]] if len(words) >= 4 else []
    decoys = [align(audio, _reading(" ".join(order), order, voice, audio)).match for order in shuffled]
    return match < max((decoy + _MARGIN for decoy in decoys), default=_POOR_MATCH)


def _reading(transcript: str, words: Sequence[str], voice: str, audio: AudioClip) -> SpeechTake:
    """The transcript read by a built-in voice, about as fast as the recording."""
    first = speak(SpeechRequest(phrases=phrases_of(transcript, words), voice=voice))
    _, loudness_F = spectra(audio.samples_S, audio.rate_hz)
    heard_s = float((loudness_F > speech_threshold_db(loudness_F)).sum()) / 100
    read_s = sum(phone.end_s - phone.start_s for phone in first.phones if phone.text)
    rate = float(np.clip(read_s / max(heard_s, 0.05), 0.55, 2.0))
    if abs(math.log(rate)) < 0.1:
        return first
    phrases = tuple(replace(phrase, prosody=replace(phrase.prosody, rate=rate)) for phrase in phrases_of(transcript, words))
    return speak(SpeechRequest(phrases=phrases, voice=voice))


def _espeak_name(language: str) -> str:
    for code in (language, language.replace("_", "-").split("-")[0]):
        try:
            return find(f"espeak/{code}").name
        except AssetError:
            continue
    return _FALLBACK
