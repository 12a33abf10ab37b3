"""A line spoken: phrases read by the voice, bent and joined sample by sample, levelled. S samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import F32, AudioClip, Span, SpeechTake
from emostage.speech import espeak, piper
from emostage.speech.bend import bent
from emostage.speech.levels import audible, faded, levelled, limited, tilted
from emostage.speech.phrases import Phrase
from emostage.speech.scripts import unspeakable
from emostage.speech.spans import Reading
from emostage.speech.tokens import is_speakable, spoken_text
from emostage.speech.voices import find

LONGEST_S = 1800.0
"""Longest line in seconds."""
_LONGEST_CHARACTERS = 40_000
_FAINTEST = 0.005
_LEAD_S, _TRAIL_S = 0.025, 0.040


@dataclass(frozen=True, kw_only=True)
class SpeechRequest:
    """A line to speak: its phrases, and the name of the voice."""

    phrases: tuple[Phrase, ...]
    voice: str


def speak(request: SpeechRequest) -> SpeechTake:
    """The line at the voice's rate, beginning and ending with sound unless the script asks for a pause there.

    Every token of the phrases gets a span; phones are IPA with stress marks, silence is empty. Raises AssetError E060 (nothing to
    speak), E061 (the voice cannot read the text), E062, E063 (voice), E066 (too long), and what `speech.call` raises.
    """
    voice = find(request.voice)
    text = " ".join(phrase.text for phrase in request.phrases)
    problem = unspeakable(text, voice.language, request.voice)
    if problem:
        raise AssetError(problem)
    if len(text) > _LONGEST_CHARACTERS:
        raise _too_long()
    engine = piper if voice.kind == "piper" else espeak
    return spoken_by(lambda phrases: engine.read(voice, phrases), request.phrases, bends=voice.kind != "piper")


def spoken_by(read: Callable[[Sequence[Phrase]], Sequence[Reading]], phrases: tuple[Phrase, ...], *, bends: bool) -> SpeechTake:
    """The take of a line whose phrases `read` reads, one reading each; phrases without anything to speak are silent.

    `bends` says whether those readings already have the pitch that the phrases ask for. Raises AssetError E060 when there is no
    sound and E066 when there is too much of it.
    """
    spoken = [phrase for phrase in phrases if is_speakable(spoken_text(phrase.text))]
    readings = iter(read(spoken))
    parts = [_part(phrase, next(readings), bends=bends) if phrase in spoken else _silent(phrase) for phrase in phrases]
    return _joined(phrases, parts)


def _too_long() -> EmostageError:
    return EmostageError.of("E066", f"the line is longer than {LONGEST_S / 60:g} minutes", "split it into several lines")


def _silent(phrase: Phrase) -> Reading:
    """A phrase of which nothing is spoken, such as an emoji or a last pause."""
    words = tuple(Span(text=word, start_s=0.0, end_s=0.0) for word in phrase.words)
    return Reading(samples_S=np.zeros(0, np.float32), rate_hz=0, words=words)


def _part(phrase: Phrase, reading: Reading, *, bends: bool) -> Reading:
    """The audible part of a reading with the phrase's pitch (of voices that cannot bend it themselves), timbre and fades."""
    rate_hz, samples_S = reading.rate_hz, reading.samples_S
    start, end = audible(samples_S, rate_hz)
    last_s = max((phone.end_s for phone in reading.phones if phone.text), default=math.inf)
    start = max(start - int(_LEAD_S * rate_hz), 0)
    end = int(min(end + _TRAIL_S * rate_hz, (last_s + _TRAIL_S) * rate_hz, len(samples_S)))
    samples_S = samples_S[start:end]
    if not bends:
        samples_S = bent(samples_S, rate_hz, phrase.prosody.pitch_st, phrase.prosody.range)
    samples_S = faded(tilted(samples_S, rate_hz, phrase.prosody.tilt_db), rate_hz)
    words = _shifted(reading.words, -start / rate_hz, len(samples_S) / rate_hz)
    phones = _shifted(reading.phones, -start / rate_hz, len(samples_S) / rate_hz)
    return Reading(samples_S=samples_S, rate_hz=rate_hz, words=words, phones=tuple(p for p in phones if p.end_s > p.start_s))


def _shifted(spans: tuple[Span, ...], by_s: float, end_s: float) -> tuple[Span, ...]:
    def inside(seconds: float) -> float:
        return min(max(seconds + by_s, 0.0), end_s)

    return tuple(Span(text=span.text, start_s=inside(span.start_s), end_s=inside(span.end_s)) for span in spans)


def _joined(phrases: tuple[Phrase, ...], parts: list[Reading]) -> SpeechTake:
    """All phrases with their pauses, at one loudness but for what their prosody asks."""
    rate_hz = max(part.rate_hz for part in parts)
    sounds: list[F32] = []
    gains: list[tuple[int, float]] = []
    words: list[Span] = []
    phones: list[Span] = []
    at = 0
    for phrase, part in zip(phrases, parts, strict=True):
        pause = round(phrase.pause_before_s * rate_hz)
        if pause:
            sounds.append(np.zeros(pause, np.float32))
            phones.append(Span(text="", start_s=at / rate_hz, end_s=(at + pause) / rate_hz))
        at += pause
        words += _shifted(part.words, at / rate_hz, math.inf)
        phones += _shifted(part.phones, at / rate_hz, math.inf)
        sounds.append(part.samples_S)
        gains.append((at, 10 ** (phrase.prosody.volume_db / 20)))
        at += len(part.samples_S)
        if at > LONGEST_S * rate_hz:
            raise _too_long()
    samples_S = levelled(np.concatenate(sounds), rate_hz)
    if float(np.abs(samples_S).max()) < _FAINTEST:
        text = " ".join(phrase.text for phrase in phrases)[:40]
        raise AssetError.of("E060", f"the voice makes no sound of '{text}'", "write it otherwise, or use a pause")
    for (start, gain), part in zip(gains, parts, strict=True):
        samples_S[start : start + len(part.samples_S)] *= np.float32(gain)
    samples_S = limited(samples_S, rate_hz)
    return SpeechTake(audio=AudioClip(samples_S=samples_S, rate_hz=rate_hz), words=tuple(words), phones=_merged(phones))


def _merged(phones: Sequence[Span]) -> tuple[Span, ...]:
    """The phones with neighbouring silences made one."""
    merged: list[Span] = []
    for phone in phones:
        if merged and not phone.text and not merged[-1].text:
            merged[-1] = Span(text="", start_s=merged[-1].start_s, end_s=phone.end_s)
        else:
            merged.append(phone)
    return tuple(merged)
