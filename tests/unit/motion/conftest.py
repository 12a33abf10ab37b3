"""Takes with known phones, and performances made of them. Times were recorded from eSpeak."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.emotion import mix
from emostage.core.tracks import AudioClip, AudioFeatures, Directions, EmotionTrack, Performance, Span, SpeechTake

LINE = (
    "m .10 ˈeɪ .12 b .09 iː .11 b .08 ˈɑː .20 b .08 w .07 ɪ .09 l .10 m .10 ˈuː .12 v .09 f .09 ˈaɪ .20 v .08 . .35 "
    "b .08 l .05 ˈuː .13 w .11 ˈʊ .08 d .09 p .08 ˈɑː .20 k .06 s .08 ᵻ .10 z .12 . .40 w .14 ˈaʊ .28"
)


def spoken(line: str = LINE, times: int = 1) -> SpeechTake:
    """A take from "phone seconds" pairs; `.` is silence. Its sound is a hum in the vowels and nothing else."""
    words = (line + " ") * times
    pairs = words.split()
    phones, at_s = [], 0.0
    for text, length in zip(pairs[::2], pairs[1::2], strict=True):
        phones.append(Span(text="" if text == "." else text, start_s=at_s, end_s=at_s + float(length)))
        at_s += float(length)
    time_S = np.arange(int(at_s * 16000)) / 16000
    sound_S = 0.3 * np.sin(2 * np.pi * 140 * time_S)
    for phone in phones:
        if not phone.text:
            sound_S[int(phone.start_s * 16000) : int(phone.end_s * 16000)] = 0
    return SpeechTake(audio=AudioClip(samples_S=sound_S.astype(np.float32), rate_hz=16000), phones=tuple(phones))


def features_of(take: SpeechTake) -> AudioFeatures:
    """Features with loud vowels, softer consonants and silent pauses."""
    count = int(take.audio.duration_s * 100)
    centres_F = (np.arange(count) + 0.5) / 100
    loudness_F, pitch_F, mel_FM = np.full(count, -80.0), np.zeros(count), np.full((count, 40), -20.0)
    for n, phone in enumerate(take.phones):
        inside = (centres_F >= phone.start_s) & (centres_F < phone.end_s)
        if phone.text:
            loudness_F[inside] = -18.0 if phone.text[-1] in "ɪiːʊɑuɔa" else -32.0
            pitch_F[inside] = 130 + 15 * (n % 4)
            mel_FM[inside] = -6.0 if phone.text[-1] in "ɪiːʊɑuɔa" else -12.0
    return AudioFeatures(
        mel_FM=mel_FM.astype(np.float32), loudness_F=loudness_F.astype(np.float32), pitch_F=pitch_F.astype(np.float32)
    )


def feeling(count: int, fps: Fraction, **weights: float) -> EmotionTrack:
    """A constant feeling whose face is made up: brows and a smile."""
    weights_T8 = np.tile(mix(weights), (count, 1)).astype(np.float32)
    strength = sum(weights.values())
    silent_T52, speaking_T52 = np.zeros((2, count, 52), np.float32)
    for expression, parted in ((silent_T52, 0.3), (speaking_T52, 0.1)):
        expression[:, [23, 24]] = 0.7 * strength
        expression[:, [37, 38, 39, 40]] = parted * strength
        expression[:, 43] = 0.5 * strength
    silent_T52[:, 17] = 0.3 * strength
    return EmotionTrack(
        weights_T8=weights_T8,
        silent_T52=silent_T52,
        speaking_T52=speaking_T52,
        posture_T3=np.tile(np.radians([2.0, 1.0, 1.0]) * strength, (count, 1)).astype(np.float32),
        arousal_T=np.full(count, 0.3 * strength, np.float32),
        fps=fps,
    )


def free(count: int) -> Directions:
    """Nothing asked."""
    return Directions(gaze_T2=np.full((count, 2), np.nan, np.float32), head_T3=np.full((count, 3), np.nan, np.float32))


Make = Callable[..., Performance]


@pytest.fixture
def make() -> Make:
    """Builds a performance of `take` (None: a silent beat of `beat_s`)."""

    def build(
        take: SpeechTake | None = None,
        *,
        fps: float | Fraction = 25,
        beat_s: float = 4.0,
        liveliness: float = 1.0,
        directions: Callable[[int], Directions] = free,
        lead_s: float = 0.3,
        features: bool = True,
        **weights: float,
    ) -> Performance:
        rate = Fraction(fps)
        count = int(np.ceil((take.audio.duration_s + lead_s + 0.5 if take else beat_s) * rate))
        return Performance(
            count=count,
            fps=rate,
            speech=take,
            features=features_of(take) if take and features else None,
            speech_at_s=lead_s,
            emotion=feeling(count, rate, **weights),
            directions=directions(count),
            liveliness=liveliness,
            portrait=None,
        )

    return build


@pytest.fixture
def take() -> SpeechTake:
    """The line above, spoken once."""
    return spoken()


@pytest.fixture
def speak() -> Callable[..., SpeechTake]:
    """Makes a take of "phone seconds" pairs, repeated."""
    return spoken


@pytest.fixture
def hear() -> Callable[[SpeechTake], AudioFeatures]:
    """Makes the features of such a take."""
    return features_of
